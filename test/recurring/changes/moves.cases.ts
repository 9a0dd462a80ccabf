import { book, change } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import type { ChangesFixture } from './changes.fixture';

export function movesCases(gateway: TestGateway, fixture: ChangesFixture): void {
  const { monday, day, create, update, look, move, events } = fixture;

  const times = (series: any) =>
    series.appointments.nodes.map((row: any) => `${row.clientStartDate} ${row.clientStartTime}`);

  it('moves a single appointment and keeps the rule', async () => {
    const date = monday();
    const { id, ids } = await create(date);
    const { appointments, recurringAppointment, userErrors } = await update(id, {
      scope: 'THIS',
      appointmentId: ids[1],
      localStart: `${day(date, 7)}T11:30`,
    });
    expect([
      userErrors,
      appointments.map((row: any) => row.id),
      recurringAppointment.version,
    ]).toEqual([[], [ids[1]], 1]);
    expect(times(await look(id))).toEqual([
      `${date} 900`,
      `${day(date, 7)} 1130`,
      `${day(date, 14)} 900`,
      `${day(date, 21)} 900`,
      `${day(date, 28)} 900`,
    ]);
  });

  it('moves the following appointments in wall-clock time as a separate series', async () => {
    const date = '2033-10-24';
    // Appointments that were moved individually or cancelled stay unchanged.
    const { id, ids } = await create(date);
    await move(ids[3] as string, `${day(date, 21)}T16:00`);
    await change(gateway, 'cancelAppointment', { id: ids[4] });
    const before = await events();
    const changed = await update(id, {
      scope: 'THIS_AND_FOLLOWING',
      appointmentId: ids[1],
      localStart: `${day(date, 8)}T10:30`,
      changeNote: 'New shift',
    });
    expect(changed.userErrors).toEqual([]);
    // Clocks go back on November 6, between the two.
    expect(changed.appointments.map((row: any) => [row.id, row.start])).toEqual([
      [ids[1], '2033-11-01T14:30:00.000Z'],
      [ids[2], '2033-11-08T15:30:00.000Z'],
    ]);
    const rest = changed.recurringAppointment;
    expect(rest).toMatchObject({
      version: 1,
      rrule: 'FREQ=WEEKLY;COUNT=4;WKST=TU',
      localStart: '2033-11-01T10:30:00',
    });
    expect(rest.id).not.toBe(id);
    expect(times(await look(rest.id))).toEqual(['2033-11-01 1030', '2033-11-08 1030']);
    const old = await look(id);
    expect([old.version, old.rrule, times(old)]).toEqual([
      2,
      'FREQ=WEEKLY;COUNT=1',
      ['2033-10-24 900', '2033-11-14 1600', '2033-11-21 900'],
    ]);
    // One of each, and a batch event.
    expect(await events()).toBe((before as number) + 3);
    const { history } = (
      await gateway.data(
        `query ($id: ID!) {
          appointment(id: $id) { history { nodes { type note changes { field from to } } } }
        }`,
        { id: ids[1] },
      )
    ).appointment;
    expect(history.nodes.at(-1)).toMatchObject({
      type: 'RESCHEDULED',
      note: 'New shift',
      changes: expect.arrayContaining([{ field: 'recurringAppointment', from: id, to: rest.id }]),
    });
  });

  it('moves all future appointments, each to the former time of its neighbour', async () => {
    const date = monday();
    const { id, ids } = await create(date, 'FREQ=DAILY;COUNT=4');
    gateway.time = Date.parse(`${date}T20:00:00Z`);
    const { appointments, recurringAppointment, userErrors, conflicts } = await update(id, {
      scope: 'ALL',
      appointmentId: ids[1],
      localStart: `${day(date, 2)}T09:00`,
    });
    expect([userErrors, conflicts, appointments.length, recurringAppointment.id]).toEqual([
      [],
      [],
      3,
      id,
    ]);
    expect(times(await look(id))).toEqual([
      `${date} 900`,
      `${day(date, 2)} 900`,
      `${day(date, 3)} 900`,
      `${day(date, 4)} 900`,
    ]);
    // And back, where the first ones leave first.
    expect(
      (
        await update(id, {
          scope: 'ALL',
          appointmentId: ids[1],
          localStart: `${day(date, 1)}T09:00`,
        })
      ).userErrors,
    ).toEqual([]);
    expect(times(await look(id))).toEqual([0, 1, 2, 3].map((days) => `${day(date, days)} 900`));
  });

  it('rejects a move with all conflicts, or moves the others', async () => {
    const date = monday();
    const { id, ids } = await create(date);
    await book(gateway, fixture.clinic, '', { start: null, localStart: `${day(date, 14)}T10:00` });
    await book(gateway, fixture.clinic, '', { start: null, localStart: `${day(date, 28)}T10:15` });
    const before = [await look(id), await events()];
    const input = { scope: 'ALL', appointmentId: ids[0], localStart: `${date}T10:00` };
    const refused = await update(id, input);
    expect(refused).toMatchObject({
      appointments: null,
      recurringAppointment: null,
      userErrors: [{ code: 'TIME_UNAVAILABLE', path: ['input', 'start'] }],
    });
    expect(refused.conflicts.map((row: any) => row.appointment.id)).toEqual([ids[2], ids[4]]);
    expect([await look(id), await events()]).toEqual(before);
    const skipped = await update(id, { ...input, onConflict: 'SKIP_CONFLICTS' });
    expect([
      skipped.userErrors,
      skipped.appointments.map((row: any) => row.id),
      skipped.conflicts.length,
    ]).toEqual([[], [ids[0], ids[1], ids[3]], 2]);
    expect(times(await look(id)).map((time: string) => time.split(' ')[1])).toEqual([
      '1000',
      '1000',
      '900',
      '1000',
      '900',
    ]);
  });
}
