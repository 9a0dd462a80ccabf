import { checkTimeZones } from '../../../src/features/zones/tz-check';
import { sql } from '../../../src/db/sql';
import { change } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';
import type { TzCheckFixture } from './tz-check.fixture';

export function movesCases(gateway: TestGateway, fixture: TzCheckFixture): void {
  const { T0, rules, check, bookAt, startsOf, kept } = fixture;

  it.each([
    ['earlier', 60, ['03-01T13:00', '03-01T13:45', '03-01T14:30', '03-01T23:30']],
    ['later', -60, ['03-01T15:00', '03-01T15:45', '03-01T16:30', '03-02T01:30']],
  ])(
    'move appointments %s, also adjacent ones, each with its event, and nothing on a second run',
    async (_name, minutes, starts) => {
      const ids = [
        await bookAt('03-01T09:00'),
        await bookAt('03-01T09:45'),
        await bookAt('03-01T10:30'),
        await bookAt('03-01T19:30'),
      ];
      const other = await bookAt('03-01T09:00', { staffId: fixture.abroad });
      const data = rules(minutes);
      const { moved, collided, collisions } = await check(data);
      expect([moved, collided, collisions]).toEqual([4, 0, []]);
      expect(await startsOf([...ids, other])).toEqual([...starts, '03-01T08:00']);
      const rows = await gateway.gateway.db.all(
        sql`SELECT local_start AS "localStart", time_zone_data AS data FROM appointment WHERE id IN (${numberOf(ids[0] as string)}, ${numberOf(other)}) ORDER BY id`,
      );
      expect(rows).toEqual([
        { localStart: `${fixture.year}-03-01T09:00:00`, data: data.version },
        { localStart: `${fixture.year}-03-01T09:00:00`, data: data.version },
      ]);
      await gateway.logged();
      const { history, version: rowVersion } = (
        await gateway.data(
          'query ($id: ID!) { appointment(id: $id) { version history { nodes { type actorName note } } } }',
          { id: ids[1] },
        )
      ).appointment;
      expect([rowVersion, history.nodes.at(-1)]).toEqual([
        2,
        {
          type: 'RESCHEDULED',
          actorName: 'Slotgraph',
          note: `The rules of America/New_York changed (time-zone data ${data.version}).`,
        },
      ]);
      const before = await kept();
      expect(await check(data)).toEqual({
        looked: 0,
        moved: 0,
        collided: 0,
        collisions: [],
        ids: [],
      });
      expect(await kept()).toEqual(before);
    },
  );

  it('leave appointments that would collide, report them on each run, and move them once the time is free', async () => {
    const taken = await bookAt('03-01T15:00', { staffId: fixture.abroad });
    const id = await bookAt('03-01T10:00', { additionalStaffIds: [fixture.abroad] });
    const data = rules(60);
    expect(await startsOf([taken, id])).toEqual(['03-01T14:00', '03-01T15:00']);
    const first = await check(data);
    expect(first).toMatchObject({ moved: 0, collided: 1, collisions: [numberOf(id)] });
    expect(await check(data)).toEqual({ ...first, looked: 1 });
    expect(await startsOf([id])).toEqual(['03-01T15:00']);
    await change(gateway, 'cancelAppointment', { id: taken });
    expect(await check(data)).toMatchObject({ moved: 1, collided: 0, ids: [numberOf(id)] });
    expect(await startsOf([id])).toEqual(['03-01T14:00']);
  });

  it('move an appointment after another has freed its time, in any order', async () => {
    // Staff of two zones serve together, so that times are freed in another order than they are
    // occupied.
    const ids = [
      await bookAt('03-01T09:00', { additionalStaffIds: [fixture.abroad] }),
      await bookAt('03-01T09:45', {
        additionalStaffIds: [fixture.abroad, fixture.clinic.otherStaffId],
      }),
      await bookAt('03-01T10:30', {
        staffId: fixture.clinic.otherStaffId,
        additionalStaffIds: [fixture.clinic.staffId],
      }),
    ];
    expect(await check(rules(45))).toMatchObject({ moved: 3, collided: 0 });
    expect(await startsOf(ids)).toEqual(['03-01T13:15', '03-01T14:00', '03-01T14:45']);
  });

  it('are applied in batches, and an interrupted run resumes', async () => {
    const ids: string[] = [];
    for (const hour of ['09', '10', '11', '12', '13', '14', '15'])
      ids.push(await bookAt(`03-01T${hour}:00`));
    const data = rules(-60);
    const options = { now: T0, data, dryRun: false, batch: 2 };
    let moved = 0;
    const breakOff = () => {
      if ((moved += 1) === 3) throw new Error('process killed');
    };
    await expect(
      checkTimeZones(gateway.gateway.db, { ...options, onMoved: breakOff }),
    ).rejects.toThrow('process killed');
    expect(await checkTimeZones(gateway.gateway.db, options)).toEqual({
      looked: 4,
      moved: 4,
      collided: 0,
      collisions: [],
    });
    expect(await startsOf(ids)).toEqual(
      ['15', '16', '17', '18', '19', '20', '21'].map((hour) => `03-01T${hour}:00`),
    );
    // No appointment is skipped if all are examined and none moves.
    fixture.version += 1;
    const same = await checkTimeZones(gateway.gateway.db, { ...options, data: rules(-60) });
    const [{ count }] = (await gateway.gateway.db.all<{ count: number }>(
      sql`SELECT count(*) AS count FROM appointment WHERE status = 'OPEN' AND class_schedule_id IS NULL AND time_zone_data <> ${`test-${fixture.version}`}`,
    )) as [{ count: number }];
    expect([same.looked >= 7, same.moved, count]).toEqual([true, 0, 0]);
  });
}
