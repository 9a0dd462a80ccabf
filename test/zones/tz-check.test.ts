import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { checkTimeZones, type Drift } from '../../src/features/zones/tz-check';
import { currentZoneData, type ZoneData } from '../../src/features/zones/zone-data';
import { sql } from '../../src/db/sql';
import { MS_PER_MINUTE, offsetMinutes } from '../../src/lib/time-zone';
import { addClinic, addReason, book, change, hire, type Clinic } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { numberOf } from '../support/fixtures/ids';
import { expectIntegrity } from '../support/harness/integrity';

jest.setTimeout(60_000);

/**
 * Simulates new rules of New York: in these years its clocks are ahead of the published rules by
 * this many minutes.
 */
function changedRules(version: string, minutesByYear: ReadonlyMap<number, number>): ZoneData {
  const base = currentZoneData();
  const more = (year: number, zone: string) =>
    zone === 'America/New_York' ? (minutesByYear.get(year) ?? 0) : 0;
  const wallClock = (instant: number, zone: string) =>
    new Date(
      instant +
        (offsetMinutes(instant, zone) + more(new Date(instant).getUTCFullYear(), zone)) *
          MS_PER_MINUTE,
    )
      .toISOString()
      .slice(0, 19);
  return {
    version,
    wallClock,
    toInstant: (local, zone) =>
      base.toInstant(local, zone) - more(Number(local.slice(0, 4)), zone) * MS_PER_MINUTE,
  };
}

onEachDatabase('changed rules of time zones', (gateway) => {
  let clinic: Clinic;
  let abroad: string;
  let year = 2040;
  let version = 0;
  const T0 = Date.UTC(2039, 0, 1);

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    abroad = await hire(gateway, clinic, 'abroad', 'Europe/Berlin', [clinic.locationId]);
  });
  beforeEach(() => {
    gateway.time = T0;
    year += 1;
    version += 1;
  });
  afterAll(() => (gateway.time = null));
  afterEach(() => expectIntegrity(gateway));

  const minutesByYear = new Map<number, number>();
  /** From now on the rules of this test's year are in force. */
  const rules = (minutes: number) =>
    changedRules(`test-${version}`, minutesByYear.set(year, minutes));
  const check = async (data: ZoneData, dryRun = false, now = T0) => {
    const moved: Drift[] = [];
    const report = await checkTimeZones(gateway.gateway.db, {
      now,
      data,
      dryRun,
      onMoved: (drift) => moved.push(drift),
    });
    return {
      ...report,
      ids: moved.map(({ row }) => row.rowId),
      collisions: report.collisions.map(({ row }) => row.rowId),
    };
  };
  const bookAt = async (local: string, input: object = {}): Promise<string> => {
    const { appointment, userErrors } = await book(gateway, clinic, '', {
      start: null,
      localStart: `${year}-${local}`,
      ...input,
    });
    if (userErrors.length) throw new Error(JSON.stringify(userErrors));
    return appointment.id;
  };
  const startsOf = async (ids: string[]) => {
    const { appointments } = await gateway.data(
      'query ($ids: [ID!]) { appointments(filter: { ids: $ids }) { nodes { id start } } }',
      { ids },
    );
    return ids.map((id) => appointments.nodes.find((row: any) => row.id === id).start.slice(5, 16));
  };
  const kept = () =>
    gateway.gateway.db.all(
      sql`SELECT id, version, start_at, end_at, staff_start_at, staff_end_at, time_zone_data, location_start_date FROM appointment ORDER BY id`,
    );

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
      const other = await bookAt('03-01T09:00', { staffId: abroad });
      const data = rules(minutes);
      const { moved, collided, collisions } = await check(data);
      expect([moved, collided, collisions]).toEqual([4, 0, []]);
      expect(await startsOf([...ids, other])).toEqual([...starts, '03-01T08:00']);
      const rows = await gateway.gateway.db.all(
        sql`SELECT local_start AS "localStart", time_zone_data AS data FROM appointment WHERE id IN (${numberOf(ids[0] as string)}, ${numberOf(other)}) ORDER BY id`,
      );
      expect(rows).toEqual([
        { localStart: `${year}-03-01T09:00:00`, data: data.version },
        { localStart: `${year}-03-01T09:00:00`, data: data.version },
      ]);
      await gateway.logged();
      const { history, version: rowVersion } = (
        await gateway.data(
          'query ($id: ID!) { appointment(id: $id) { version history { type actor reason } } }',
          { id: ids[1] },
        )
      ).appointment;
      expect([rowVersion, history.at(-1)]).toEqual([
        2,
        {
          type: 'RESCHEDULED',
          actor: 'Slotgraph',
          reason: `The rules of America/New_York changed (time-zone data ${data.version}).`,
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
    const taken = await bookAt('03-01T15:00', { staffId: abroad });
    const id = await bookAt('03-01T10:00', { additionalStaffIds: [abroad] });
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
      await bookAt('03-01T09:00', { additionalStaffIds: [abroad] }),
      await bookAt('03-01T09:45', { additionalStaffIds: [abroad, clinic.otherStaffId] }),
      await bookAt('03-01T10:30', {
        staffId: clinic.otherStaffId,
        additionalStaffIds: [clinic.staffId],
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
    version += 1;
    const same = await checkTimeZones(gateway.gateway.db, { ...options, data: rules(-60) });
    const [{ count }] = (await gateway.gateway.db.all<{ count: number }>(
      sql`SELECT count(*) AS count FROM appointment WHERE status = 'OPEN' AND class_schedule_id IS NULL AND time_zone_data <> ${`test-${version}`}`,
    )) as [{ count: number }];
    expect([same.looked >= 7, same.moved, count]).toEqual([true, 0, 0]);
  });

  it('move sessions of classes with their seats, and the appointments that they depend on', async () => {
    const yoga = await addReason(gateway, {
      reasonDesc: `Yoga ${year}`,
      reasonType: 'CLASS',
      visitMinutes: 60,
    });
    const {
      classSchedules: [session],
    } = await change(
      gateway,
      'createClassSchedule',
      {
        reasonId: yoga,
        staffId: clinic.staffId,
        locationId: clinic.locationId,
        capacity: 5,
        localStart: `${year}-03-01T09:00`,
      },
      'classSchedules { id start }',
    );
    const { appointment: attendee, userErrors } = (
      await gateway.data(
        'mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { appointment { id start } userErrors { message } } }',
        {
          input: {
            reasonId: yoga,
            classScheduleId: session.id,
            clientId: clinic.clientId,
            seats: 2,
          },
        },
      )
    ).createAppointment;
    expect([userErrors, session.start.slice(5, 16), attendee.start.slice(5, 16)]).toEqual([
      [],
      '03-01T14:00',
      '03-01T14:00',
    ]);
    const before = await bookAt('03-01T08:15');
    const data = rules(60);
    const dry = await check(data, true);
    expect([dry.moved, dry.collided]).toEqual([2, 0]);
    expect(await check(data)).toMatchObject({ moved: 2, collided: 0 });
    expect(await startsOf([attendee.id, before])).toEqual(['03-01T13:00', '03-01T12:15']);
    const seen = await gateway.data(
      'query ($id: ID!) { classSchedule(id: $id) { start seatsLeft version } }',
      { id: session.id },
    );
    expect(seen.classSchedule).toEqual({
      start: `${year}-03-01T13:00:00.000Z`,
      seatsLeft: 3,
      version: 2,
    });
    expect(await check(data)).toMatchObject({ looked: 0, moved: 0 });
    const [row] = await gateway.gateway.db.all(
      sql`SELECT time_zone_data AS data FROM appointment WHERE id = ${numberOf(attendee.id)}`,
    );
    expect(row).toEqual({ data: data.version });
    // If the rules do not move it, its attendees get the new version of the data too.
    version += 1;
    const same = rules(60);
    expect(await check(same)).toMatchObject({ moved: 0, collided: 0 });
    expect(
      await gateway.gateway.db.all(
        sql`SELECT time_zone_data AS data FROM appointment WHERE id = ${numberOf(attendee.id)}`,
      ),
    ).toEqual([{ data: same.version }]);
  });

  it('are examined without a write on request, and report moves and collisions', async () => {
    const chain = [await bookAt('03-01T09:00'), await bookAt('03-01T09:45')];
    await bookAt('03-01T20:00', { staffId: abroad });
    const id = await bookAt('03-01T15:00', { additionalStaffIds: [abroad] });
    const before = await kept();
    const dry = await check(rules(60), true);
    expect([dry.moved, dry.ids, dry.collisions]).toEqual([2, chain.map(numberOf), [numberOf(id)]]);
    expect(await kept()).toEqual(before);
    expect(await check(rules(60))).toMatchObject({ moved: 2, collisions: [numberOf(id)] });
    await change(gateway, 'cancelAppointment', { id });
  });

  it('leave started and cancelled appointments, and the second pass of a repeated hour', async () => {
    const past = await bookAt('03-01T09:00');
    const cancelled = await bookAt('03-08T09:00');
    await change(gateway, 'cancelAppointment', { id: cancelled });
    const sunday = Array.from({ length: 7 }, (_, day) => `${year}-11-0${day + 1}`).find(
      (date) => new Date(`${date}T00:00:00Z`).getUTCDay() === 0,
    ) as string;
    const second = (await book(gateway, clinic, `${sunday}T06:30:00Z`)).appointment.id;
    const before = await startsOf([past, cancelled, second]);
    expect(await check(rules(0), false, Date.parse(`${year}-03-01T15:00:00Z`))).toMatchObject({
      moved: 0,
      collided: 0,
    });
    expect(await startsOf([past, cancelled, second])).toEqual(before);
    version += 1;
    expect(await check(rules(60), false, Date.parse(`${year}-03-01T15:00:00Z`))).toMatchObject({
      ids: [numberOf(second)],
    });
    expect(await startsOf([past, cancelled])).toEqual(before.slice(0, 2));
  });

  it('are applied once by any number of concurrent runs, beside bookings', async () => {
    const ids: string[] = [];
    for (const day of ['01', '02', '03', '04', '05'])
      for (const hour of ['09', '10', '11']) ids.push(await bookAt(`03-${day}T${hour}:00`));
    const data = rules(60);
    const [one, other] = await Promise.all([
      check(data),
      check(data),
      ...['06', '07', '08'].map((day) => bookAt(`03-${day}T09:00`)),
      change(gateway, 'cancelAppointment', { id: ids[14] }),
    ]);
    const again = await check(data);
    expect([one.moved + other.moved + again.moved >= 17, again.collided]).toEqual([true, 0]);
    expect(await startsOf(ids.slice(0, 3))).toEqual(['03-01T13:00', '03-01T14:00', '03-01T15:00']);
    expect(await check(data)).toMatchObject({ looked: 0, moved: 0 });
  });

  it('are applied by a command, which reports its changes; /healthz has the version of the data', async () => {
    const id = await bookAt('03-01T09:00');
    expect(await (await fetch(`${gateway.gateway.url}/healthz`)).json()).toMatchObject({
      timeZoneData: process.versions.tz,
    });
    await check(rules(60));
    await gateway.gateway.stop();
    const run = (...args: string[]) =>
      promisify(execFile)(process.execPath, ['dist/src/cli/tz-check.js', ...args], {
        env: { PATH: process.env.PATH, ...gateway.scratch.env },
      }).then(
        ({ stdout }) => ({ code: 0, stdout }),
        ({ code, stdout }) => ({ code, stdout }) as { code: number; stdout: string },
      );
    const dry = await run('--dry-run');
    expect(dry.stdout).toContain(
      `would move: business ${gateway.business.business.rowId}, appointment ${numberOf(id)}: ${year}-03-01T09:00:00 America/New_York, ${year}-03-01T13:00:00.000Z → ${year}-03-01T14:00:00.000Z`,
    );
    const { code, stdout } = await run();
    expect([
      code,
      stdout.includes(
        `moved: business ${gateway.business.business.rowId}, appointment ${numberOf(id)}:`,
      ),
    ]).toEqual([0, true]);
    expect(await run()).toEqual({
      code: 0,
      stdout: `Time-zone data ${process.versions.tz}: 0 made by other data, 0 moved, 0 collide and stay\n`,
    });
    await gateway.boot();
    expect(await startsOf([id])).toEqual(['03-01T14:00']);
  });
});
