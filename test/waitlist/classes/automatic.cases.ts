import { Role } from '../../../src/context';
import { sql } from '../../../src/db/sql';
import { addReason, change, refusal } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import { tend, waitlistSettings } from '../../support/fixtures/waitlist';
import type { TestGateway } from '../../support/harness/gateway';
import { HOUR, type ClassesFixture } from './classes.fixture';

export function automaticCases(gateway: TestGateway, fixture: ClassesFixture): void {
  const { T0, session, person, take, waiting, statusOf, claim, seatsLeft } = fixture;

  it('invites automatically on several instances, never to more seats than are free', async () => {
    const id = await session(3);
    const [double, single] = [await take(id, 2), await take(id)];
    await waitlistSettings(gateway, { mode: 'NEXT', holdHours: 5 });
    const ids = [await waiting(id, 3), await waiting(id), await waiting(id), await waiting(id)];
    await tend(gateway);
    expect(await statusOf(...ids)).toEqual(['WAITING', 'WAITING', 'WAITING', 'WAITING']);
    await change(gateway, 'cancelAppointment', { id: double });
    await Promise.all(Array.from({ length: 5 }, () => tend(gateway)));
    expect([await statusOf(...ids), await seatsLeft(id)]).toEqual([
      ['WAITING', 'INVITED', 'INVITED', 'WAITING'],
      0,
    ]);
    expect((await claim(ids[1] as string)).userErrors).toEqual([]);
    gateway.time = T0 + 5 * HOUR;
    await tend(gateway);
    await tend(gateway);
    expect(await statusOf(...ids)).toEqual(['WAITING', 'BOOKED', 'EXPIRED', 'INVITED']);
    await change(gateway, 'cancelAppointment', { id: single });
    await tend(gateway);
    expect([await statusOf(...ids), await seatsLeft(id)]).toEqual([
      ['WAITING', 'BOOKED', 'EXPIRED', 'INVITED'],
      1,
    ]);
    const [row] = await gateway.gateway.db.all<{ count: number }>(
      sql`SELECT count(*) AS count FROM event WHERE type = 'WAITLIST_INVITED' AND waitlist_entry_id IN (${numberOf(ids[0] as string)}, ${numberOf(ids[1] as string)}, ${numberOf(ids[2] as string)}, ${numberOf(ids[3] as string)})`,
    );
    expect(row?.count).toBe(3);
  });

  it('invites all suitable entries in mode ALL, of which the first claims win', async () => {
    const id = await session(1);
    const booked = await take(id);
    await waitlistSettings(gateway, { mode: 'ALL' });
    const ids = [await waiting(id), await waiting(id), await waiting(id)];
    await change(gateway, 'cancelAppointment', { id: booked });
    await Promise.all([tend(gateway), tend(gateway)]);
    expect(await statusOf(...ids)).toEqual(['INVITED', 'INVITED', 'INVITED']);
    const claims = await Promise.all(ids.map(claim));
    expect(claims.flatMap(({ userErrors }) => userErrors).map(({ code }) => code)).toEqual([
      'NOT_INVITED',
      'NOT_INVITED',
    ]);
    expect((await statusOf(...ids)).sort()).toEqual(['BOOKED', 'WAITING', 'WAITING']);
  });

  it('rejects other sessions than full ones of the class, and sessions that are not visible', async () => {
    const id = await session(1);
    await take(id);
    const clientId = await person();
    const other = await addReason(gateway, {
      reasonDesc: 'Pilates',
      reasonType: 'CLASS',
      visitMinutes: 60,
      allowWaitList: true,
    });
    const closed = await addReason(gateway, {
      reasonDesc: 'No list',
      reasonType: 'CLASS',
      visitMinutes: 60,
    });
    const without = await session(1, { reasonId: closed });
    await change(gateway, 'createAppointment', {
      reasonId: closed,
      classScheduleId: without,
      clientId,
    });
    const of = (input: object, key?: string) =>
      refusal(gateway, 'joinWaitlist', { reasonId: fixture.yoga, clientId, ...input }, key);
    expect(await of({ wish: { session: { classScheduleId: id } }, reasonId: other })).toEqual([
      'RULE_VIOLATED',
      'classScheduleId',
    ]);
    expect(await of({ wish: { session: { classScheduleId: without } }, reasonId: closed })).toEqual(
      ['RULE_VIOLATED', 'reasonId'],
    );
    expect(await of({ wish: { times: ['2033-05-01T15:00:00Z'] } })).toEqual([
      'RULE_VIOLATED',
      'wish',
    ]);
    expect(
      await of({ wish: { session: { classScheduleId: id } }, staffIds: [fixture.clinic.staffId] }),
    ).toEqual(['INVALID_INPUT', 'staffIds']);
    expect(await of({ wish: { session: { classScheduleId: id, seats: -1 } } })).toEqual([
      'INVALID_INPUT',
      'seats',
    ]);
    expect(await of({ wish: { session: { classScheduleId: 'ClassSchedule:999999' } } })).toEqual([
      'NOT_FOUND',
      'classScheduleId',
    ]);
    const { secretKey } = await gateway.addBusiness({ name: 'Another business', timeZone: 'UTC' });
    expect((await of({ wish: { session: { classScheduleId: id } } }, secretKey))[0]).toBe(
      'NOT_FOUND',
    );
    const entry = await waiting(id);
    const clientKey = await gateway.key(Role.CLIENT, {
      clientId: numberOf(fixture.clinic.clientId),
    });
    const seen = await gateway.data(
      'query ($id: ID!) { classSchedule(id: $id) { waitlistEntries { totalCount nodes { id } } } }',
      { id },
      { key: clientKey },
    );
    expect([entry.length > 0, seen.classSchedule.waitlistEntries]).toEqual([
      true,
      { totalCount: 0, nodes: [] },
    ]);
    gateway.time = T0 + 200 * 24 * HOUR;
    await tend(gateway);
    expect([
      await statusOf(entry),
      await of({ wish: { session: { classScheduleId: id } } }),
    ]).toEqual([['EXPIRED'], ['TIME_UNAVAILABLE', 'classScheduleId']]);
  });
}
