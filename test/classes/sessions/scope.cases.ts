import { Role } from '../../../src/context';
import { claimFindings } from '../../../src/features/appointments/integrity';
import { sql } from '../../../src/db/sql';
import { addClinic, addReason, change, refusal } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import { expectIntegrity } from '../../support/harness/integrity';
import type { TestGateway } from '../../support/harness/gateway';
import type { SessionsFixture } from './sessions.fixture';

export function scopeCases(gateway: TestGateway, fixture: SessionsFixture): void {
  const { schedule, count } = fixture;

  it('rejects invalid input and writes nothing', async () => {
    const before = await count();
    const of = (input: object) =>
      refusal(gateway, 'createClassSchedule', {
        reasonId: fixture.yoga,
        staffId: fixture.clinic.staffId,
        capacity: 12,
        localStart: '2034-01-02T10:00',
        ...input,
      });
    const annex = (
      await change(
        gateway,
        'createLocation',
        { locationName: 'Annex', timeZone: 'UTC' },
        'location { id }',
      )
    ).location.id;
    const outside = (
      await change(
        gateway,
        'createLocation',
        { locationName: 'Anywhere', timeZone: 'UTC', locationType: 'VARIABLE' },
        'location { id }',
      )
    ).location.id;
    for (const [input, expected] of [
      [{ reasonId: fixture.clinic.reasonId }, ['RULE_VIOLATED', 'reasonId']],
      [{ capacity: 0 }, ['INVALID_INPUT', 'capacity']],
      [{ capacity: -3 }, ['INVALID_INPUT', 'capacity']],
      [{ start: '2034-01-02T10:00:00Z' }, ['INVALID_INPUT', 'localStart']],
      [{ localStart: null }, ['INVALID_INPUT', 'start']],
      [{ durationMinutes: 1441 }, ['INVALID_INPUT', 'durationMinutes']],
      [{ price: '-1' }, ['INVALID_INPUT', 'price']],
      [{ locationId: annex, resourceId: fixture.room }, ['RULE_VIOLATED', 'resourceId']],
      [{ locationId: outside }, ['RULE_VIOLATED', 'address']],
      [{ rrule: 'FREQ=WEEKLY' }, ['INVALID_INPUT', 'rrule']],
      [{ rrule: 'FREQ=MINUTELY;COUNT=3' }, ['INVALID_INPUT', 'rrule']],
      [{ rrule: 'FREQ=DAILY', count: 201 }, ['INVALID_INPUT', 'count']],
      [{ rrule: 'FREQ=DAILY;UNTIL=20381231' }, ['INVALID_INPUT', 'rrule']],
      [{ rrule: 'FREQ=DAILY;UNTIL=20330101' }, ['INVALID_INPUT', 'rrule']],
      [{ count: 3 }, ['INVALID_INPUT', 'count']],
      [{ starts: ['2034-01-02T10:00:00Z'] }, ['INVALID_INPUT', 'starts']],
      [{ staffId: 'Staff:999' }, ['NOT_FOUND', 'staffId']],
      [{ resourceId: fixture.clinic.staffId }, ['INVALID_INPUT', 'resourceId']],
    ] as const)
      expect([input, await of(input)]).toEqual([input, expected]);
    expect(await count()).toBe(before);
  });

  it('allows administrators, and super users at their locations; clients see open online sessions', async () => {
    const key = async (role: Role, grant = {}) => gateway.key(role, grant);
    const [superUser, elsewhere, person, client, anyone] = [
      await key(Role.LOCATION_SUPER_USER, { locationIds: [numberOf(fixture.clinic.locationId)] }),
      await key(Role.LOCATION_SUPER_USER, { locationIds: [999] }),
      await key(Role.STAFF_USER, { staffId: numberOf(fixture.clinic.staffId) }),
      await key(Role.CLIENT, { clientId: numberOf(fixture.clinic.clientId) }),
      await key(Role.PUBLIC),
    ];
    const input = {
      reasonId: fixture.yoga,
      staffId: fixture.clinic.staffId,
      locationId: fixture.clinic.locationId,
      capacity: 5,
      localStart: '2035-01-01T10:00',
    };
    // A super user of another location does not see the reason.
    expect((await refusal(gateway, 'createClassSchedule', input, elsewhere))[0]).toBe('NOT_FOUND');
    for (const other of [person, client, anyone])
      expect((await refusal(gateway, 'createClassSchedule', input, other))[0]).toBe('FORBIDDEN');
    const {
      classSchedules: [{ id }],
    } = await schedule(
      { localStart: '2035-01-01T10:00', meetingUrl: 'https://meet.example.org/secret' },
      superUser,
    );
    const see = async (viewer: string, of = id) =>
      await gateway.data(
        `query ($id: ID!) {
          classSchedule(id: $id) { start seatsLeft meetingUrl staff { fullName } }
          node(id: $id) { id }
        }`,
        { id: of },
        { key: viewer },
      );
    expect((await see(person)).classSchedule.meetingUrl).toBe('https://meet.example.org/secret');
    for (const other of [client, anyone])
      expect((await see(other)).classSchedule).toEqual({
        start: '2035-01-01T15:00:00.000Z',
        seatsLeft: 12,
        meetingUrl: null,
        staff: { fullName: 'drjones-a Jones' },
      });
    const internal = await addReason(gateway, {
      reasonDesc: 'Staff yoga',
      reasonType: 'CLASS',
      visitMinutes: 60,
      allowOnline: false,
    });
    const {
      classSchedules: [{ id: hidden }],
    } = await schedule({
      reasonId: internal,
      staffId: fixture.clinic.otherStaffId,
      localStart: '2035-01-02T10:00',
    });
    for (const other of [person, client, anyone])
      expect(await see(other, hidden)).toEqual({ classSchedule: null, node: null });
    const { secretKey } = await gateway.addBusiness({ name: 'Another business', timeZone: 'UTC' });
    expect(await see(secretKey)).toEqual({ classSchedule: null, node: null });
    expect(
      await gateway.data(
        '{ classSchedules { totalCount } courseSets { totalCount } }',
        {},
        { key: secretKey },
      ),
    ).toEqual({ classSchedules: { totalCount: 0 }, courseSets: { totalCount: 0 } });
    const theirs = await addClinic(gateway, 'theirs', secretKey);
    expect(await refusal(gateway, 'createClassSchedule', input, secretKey)).toEqual([
      'NOT_FOUND',
      'reasonId',
    ]);
    for (const [field, foreign] of [
      ['staffId', theirs.staffId],
      ['locationId', theirs.locationId],
      ['reasonId', theirs.reasonId],
    ]) {
      expect(
        await refusal(gateway, 'createClassSchedule', {
          ...input,
          localStart: '2035-01-03T10:00',
          [field as string]: foreign,
        }),
      ).toEqual(['NOT_FOUND', field]);
    }
  });

  it('verifies sessions, and finds changes made outside of the gateway', async () => {
    const {
      classSchedules: [{ id }],
    } = await schedule({ localStart: '2036-01-01T10:00', resourceId: fixture.room });
    await expectIntegrity(gateway);
    const { db } = gateway.gateway;
    const problems = async () =>
      (await claimFindings(db)).map(({ appointmentId, problem }) => [
        `ClassSchedule:${appointmentId}`,
        problem,
      ]);
    await db.transaction((tx) =>
      tx.run(sql`UPDATE class_schedule SET status = 'CANCELLED' WHERE id = ${numberOf(id)}`),
    );
    expect(await problems()).toEqual(
      [1, 2].map(() => [id, 'the session has a claim that it should not have']),
    );
    await db.transaction((tx) =>
      tx.run(
        sql`UPDATE class_schedule SET status = 'OPEN', staff_end_at = staff_end_at + 60000 WHERE id = ${numberOf(id)}`,
      ),
    );
    expect(await problems()).toEqual(
      [1, 2].map(() => [id, 'the session does not occupy its leader or its room']),
    );
    await db.transaction((tx) =>
      tx.run(
        sql`UPDATE class_schedule SET staff_end_at = staff_end_at - 60000 WHERE id = ${numberOf(id)}`,
      ),
    );
    await expectIntegrity(gateway);
  });
}
