import { addReason, change, refusal } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import type { AvailabilityFixture } from './availability.fixture';

export function sessionsCases(gateway: TestGateway, fixture: AvailabilityFixture): void {
  const { ask, schedule, take } = fixture;

  it('returns sessions with free seats, their leader and location', async () => {
    const [{ id }] = await schedule({ localStart: '2031-02-04T23:30', resourceId: fixture.room });
    await take({ classScheduleId: id, seats: 2 });
    const answer = await ask({ from: '2031-02-04', to: '2031-02-05' });
    expect(answer).toEqual({
      availableTimes: {
        nodes: [
          {
            start: '2031-02-05T04:30:00.000Z',
            end: '2031-02-05T05:30:00.000Z',
            durationMinutes: 60,
            text: 'Tuesday, Feb 4, 2031 at 11:30 PM EST – Wednesday, Feb 5, 2031 at 12:30 AM EST (drjones-a Jones)',
            seatsLeft: 1,
            classSchedule: { id, seatsLeft: 1 },
            courseSet: null,
            units: [
              { staff: { userName: null }, resource: { name: 'Studio' }, roundRobin: 'NONE' },
            ],
          },
        ],
      },
      firstAvailable: { start: '2031-02-05T04:30:00.000Z' },
      days: ['2031-02-04'],
    });
    expect(
      (await ask({ from: '2031-02-04', to: '2031-02-05', seats: 2 })).availableTimes.nodes,
    ).toEqual([]);
    expect((await ask({ from: '2031-02-05', to: '2031-02-05' })).availableTimes.nodes).toEqual([]);
    expect(
      (await ask({ from: '2031-02-05', to: '2031-02-05', timeZone: 'Europe/Berlin' })).days,
    ).toEqual(['2031-02-05']);
    expect(
      (await ask({ from: '2031-02-04', to: '2031-02-05', staffIds: [fixture.clinic.otherStaffId] }))
        .availableTimes.nodes,
    ).toEqual([]);
    expect(
      (await ask({ from: '2031-02-04', to: '2031-02-05' }, gateway.business.secretKey))
        .availableTimes.nodes[0].units[0].staff,
    ).toEqual({ userName: 'drjones-a' });
  });

  it('offers clients exactly the sessions of seven weeks that one or two seats can be booked in', async () => {
    const sessions = await schedule({
      localStart: '2031-01-28T10:00',
      rrule: 'FREQ=DAILY;COUNT=50',
      staffId: fixture.clinic.otherStaffId,
    });
    for (const index of [3, 8, 9, 20])
      await take(
        {
          classScheduleId: sessions[index].id,
          seats: index % 2 ? 3 : 2,
          clientId: fixture.clinic.clientId,
        },
        gateway.business.secretKey,
      );
    await change(gateway, 'cancelClassSchedule', { id: sessions[12].id });
    const seen: Record<string, number> = {};
    for (const seats of [2, 1]) {
      const offered = new Set(
        (await ask({ seats })).availableTimes.nodes.map((time: any) => time.classSchedule.id),
      );
      for (const { id } of sessions) {
        const { appointment } = await take({ classScheduleId: id, seats });
        expect([seats, id, appointment !== null]).toEqual([seats, id, offered.has(id)]);
        if (!appointment) continue;
        seen[seats] = (seen[seats] ?? 0) + 1;
        await change(gateway, 'cancelAppointment', { id: appointment.id });
      }
    }
    expect(seen).toEqual({ 1: 26, 2: 24 });
  });

  it('enforces the quota of the class for concurrent bookings', async () => {
    const quoted = await addReason(gateway, {
      reasonDesc: 'Trial',
      reasonType: 'CLASS',
      visitMinutes: 60,
      quota: 2,
      quotaType: 'DAY',
    });
    const [first, second, next] = await schedule({
      reasonId: quoted,
      starts: ['2031-02-10T12:00:00Z', '2031-02-10T20:00:00Z', '2031-02-11T12:00:00Z'],
      capacity: 20,
    });
    const made = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        take(
          { reasonId: quoted, classScheduleId: [first, second][index % 2].id },
          gateway.business.secretKey,
        ),
      ),
    );
    expect(made.filter(({ appointment }) => appointment)).toHaveLength(2);
    expect(made.find(({ appointment }) => !appointment).userErrors).toMatchObject([
      { code: 'QUOTA_REACHED' },
    ]);
    const { appointment } = await take({ reasonId: quoted, classScheduleId: next.id });
    expect(
      (await ask({ reasonId: quoted })).availableTimes.nodes.map(
        (time: any) => time.classSchedule.id,
      ),
    ).toEqual([next.id]);
    expect(
      await refusal(gateway, 'rescheduleAppointment', {
        id: appointment.id,
        classScheduleId: first.id,
      }),
    ).toEqual(['QUOTA_REACHED', 'start']);
    expect(
      await refusal(gateway, 'updateReason', { id: fixture.course, quota: 2, quotaType: 'DAY' }),
    ).toEqual(['RULE_VIOLATED', 'quota']);
  });
}
