import { addClient, addReason, change, refusal } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import type { AvailabilityFixture } from './availability.fixture';

const HOUR = 3_600_000;

export function coursesCases(gateway: TestGateway, fixture: AvailabilityFixture): void {
  const { NOW, QUERY, ask, schedule, take } = fixture;

  it('offers a course by its first session while all of its sessions have seats', async () => {
    const runs: any[] = [];
    for (const localStart of ['2031-02-03T18:00', '2031-02-20T18:00', '2031-03-11T18:00']) {
      runs.push(
        (
          await change(
            gateway,
            'createCourseSet',
            {
              reasonId: fixture.course,
              staffId: fixture.clinic.staffId,
              locationId: fixture.clinic.locationId,
              capacity: 2,
              localStart,
              rrule: 'FREQ=WEEKLY;COUNT=6',
            },
            'courseSet { id sessions { nodes { id } } }',
          )
        ).courseSet,
      );
    }
    const offered = async (seats?: number) =>
      (await ask({ reasonId: fixture.course, seats })).availableTimes.nodes.map(
        ({ courseSet, seatsLeft, start, classSchedule }: any) => [
          courseSet.id,
          seatsLeft,
          start.slice(5, 16),
          classSchedule,
        ],
      );
    expect(await offered()).toEqual([
      [runs[0].id, 2, '02-03T23:00', null],
      [runs[1].id, 2, '02-20T23:00', null],
    ]);
    const book = (index: number, input: object = {}) =>
      change(
        gateway,
        'createAppointment',
        { reasonId: fixture.course, courseSetId: runs[index].id, ...input },
        'appointments { id }',
        fixture.clientKey,
      );
    const { appointments } = await book(0);
    // The run continues beyond the horizon, and is booked by its first session.
    expect(appointments).toHaveLength(6);
    expect((await book(2)).userErrors).toMatchObject([
      { code: 'TIME_UNAVAILABLE', path: ['input', 'start'] },
    ]);
    expect(await offered(2)).toEqual([[runs[1].id, 2, '02-20T23:00', null]]);
    expect((await book(0, { seats: 2 })).userErrors).toMatchObject([{ code: 'SEATS_UNAVAILABLE' }]);
    await change(gateway, 'cancelAppointment', { id: appointments[0].id });
    expect(await offered(2)).toEqual([[runs[1].id, 2, '02-20T23:00', null]]);
    gateway.time = NOW + 38 * 24 * HOUR;
    expect(
      (await ask({ reasonId: fixture.course, from: '2031-01-28', to: '2031-03-20' })).availableTimes
        .nodes,
    ).toEqual([expect.objectContaining({ start: '2031-03-11T22:00:00.000Z' })]);
    expect((await book(1)).userErrors).toMatchObject([
      { code: 'TIME_UNAVAILABLE', path: ['input', 'start'] },
    ]);
  });

  it('excludes seats of a led class from round robin', async () => {
    const turns = await addReason(gateway, {
      reasonDesc: 'Talk',
      visitMinutes: 30,
      staffIds: [fixture.clinic.staffId, fixture.clinic.otherStaffId],
    });
    await change(gateway, 'updateLocation', {
      id: fixture.clinic.locationId,
      roundRobin: 'BALANCED',
    });
    const [{ id }] = await schedule({ localStart: '2032-05-03T18:00' });
    await take({ classScheduleId: id }, gateway.business.secretKey);
    await take({ classScheduleId: id }, gateway.business.secretKey);
    const served = [];
    for (const hour of [14, 15])
      served.push(
        (
          await change(
            gateway,
            'createAppointment',
            {
              reasonId: turns,
              locationId: fixture.clinic.locationId,
              clientId: fixture.clinic.clientId,
              start: `2032-05-03T${hour}:00:00Z`,
            },
            'appointment { staff { id } }',
          )
        ).appointment.staff.id,
      );
    expect(served.sort()).toEqual([fixture.clinic.staffId, fixture.clinic.otherStaffId].sort());
    await change(gateway, 'updateLocation', { id: fixture.clinic.locationId, roundRobin: 'NONE' });
  });

  it('returns nothing to callers without permission, in a number of statements independent of the sessions', async () => {
    const banned = await addClient(gateway, { firstName: 'Joffrey', lastName: 'B' });
    await change(gateway, 'updateClient', { id: banned, status: 'BLACKLISTED' });
    expect(
      (await ask({ clientId: banned }, gateway.business.secretKey)).availableTimes.nodes,
    ).toEqual([]);
    const { secretKey } = await gateway.addBusiness({ name: 'Another business', timeZone: 'UTC' });
    expect(
      (
        await gateway.run(
          QUERY,
          { input: { reasonId: fixture.yoga, from: '2031-02-01', to: '2031-02-02' } },
          { key: secretKey },
        )
      ).errors,
    ).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    const input = {
      reasonId: fixture.yoga,
      locationId: fixture.clinic.locationId,
      from: '2031-02-05',
    };
    // Background statements may run in between.
    const count = async (to: string) => {
      const counts: number[] = [];
      while (counts.length < 3)
        counts.push(
          (await gateway.counted(QUERY, { input: { ...input, to } }, { key: fixture.clientKey }))
            .statements.length,
        );
      return Math.min(...counts);
    };
    expect(await count('2031-02-25')).toBe(await count('2031-02-06'));
    expect(
      await refusal(gateway, 'createReason', {
        reasonDesc: 'x',
        visitMinutes: 5,
        reasonType: 'COURSE',
        quota: 1,
        quotaType: 'DAY',
      }),
    ).toEqual(['RULE_VIOLATED', 'quota']);
  });
}
