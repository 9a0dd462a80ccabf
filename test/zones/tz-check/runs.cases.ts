import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { sql } from '../../../src/db/sql';
import { addReason, book, change } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';
import type { TzCheckFixture } from './tz-check.fixture';

export function runsCases(gateway: TestGateway, fixture: TzCheckFixture): void {
  const { rules, check, bookAt, startsOf, kept } = fixture;

  it('move sessions of classes with their seats, and the appointments that they depend on', async () => {
    const yoga = await addReason(gateway, {
      reasonDesc: `Yoga ${fixture.year}`,
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
        staffId: fixture.clinic.staffId,
        locationId: fixture.clinic.locationId,
        capacity: 5,
        localStart: `${fixture.year}-03-01T09:00`,
      },
      'classSchedules { id start }',
    );
    const { appointment: attendee, userErrors } = (
      await gateway.data(
        `mutation ($input: CreateAppointmentInput!) {
          createAppointment(input: $input) { appointment { id start } userErrors { message } }
        }`,
        {
          input: {
            reasonId: yoga,
            classScheduleId: session.id,
            clientId: fixture.clinic.clientId,
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
      start: `${fixture.year}-03-01T13:00:00.000Z`,
      seatsLeft: 3,
      version: 2,
    });
    expect(await check(data)).toMatchObject({ looked: 0, moved: 0 });
    const [row] = await gateway.gateway.db.all(
      sql`SELECT time_zone_data AS data FROM appointment WHERE id = ${numberOf(attendee.id)}`,
    );
    expect(row).toEqual({ data: data.version });
    // If the rules do not move it, its attendees get the new version of the data too.
    fixture.version += 1;
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
    await bookAt('03-01T20:00', { staffId: fixture.abroad });
    const id = await bookAt('03-01T15:00', { additionalStaffIds: [fixture.abroad] });
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
    const sunday = Array.from({ length: 7 }, (_, day) => `${fixture.year}-11-0${day + 1}`).find(
      (date) => new Date(`${date}T00:00:00Z`).getUTCDay() === 0,
    ) as string;
    const second = (await book(gateway, fixture.clinic, `${sunday}T06:30:00Z`)).appointment.id;
    const before = await startsOf([past, cancelled, second]);
    expect(
      await check(rules(0), false, Date.parse(`${fixture.year}-03-01T15:00:00Z`)),
    ).toMatchObject({
      moved: 0,
      collided: 0,
    });
    expect(await startsOf([past, cancelled, second])).toEqual(before);
    fixture.version += 1;
    expect(
      await check(rules(60), false, Date.parse(`${fixture.year}-03-01T15:00:00Z`)),
    ).toMatchObject({
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
      promisify(execFile)(process.execPath, ['dist/src/cli/slotgraph.js', 'tz-check', ...args], {
        env: { PATH: process.env.PATH, ...gateway.scratch.env },
      }).then(
        ({ stdout }) => ({ code: 0, stdout }),
        ({ code, stdout }) => ({ code, stdout }) as { code: number; stdout: string },
      );
    const dry = await run('--dry-run');
    expect(dry.stdout).toContain(
      `would move: business ${gateway.business.business.rowId}, appointment ${numberOf(id)}: ${fixture.year}-03-01T09:00:00 America/New_York, ${fixture.year}-03-01T13:00:00.000Z → ${fixture.year}-03-01T14:00:00.000Z`,
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
}
