import { Role } from '../../src/context';
import { LogEvent } from '../../src/log/event.entity';
import { movedBy, splitAt } from '../../src/features/recurring/series-rule';
import type { RecurringAppointment } from '../../src/features/recurring/recurring-appointment.entity';
import { sql } from '../../src/db/sql';
import { find } from '../../src/db/table';
import { addClinic, book, change, refusal, type Clinic } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { numberOf } from '../support/fixtures/ids';
import { expectIntegrity } from '../support/harness/integrity';

const DAY = 86_400_000;
const ROWS = `recurringAppointment { id version rrule localStart durationMinutes staff { id } }
  appointments { id version start note status staff { id } recurringAppointment { id } } conflicts { start code appointment { id } }`;

onEachDatabase('updateRecurringAppointment and cancelRecurringAppointment', (gateway) => {
  let clinic: Clinic;
  let week = 0;
  const T0 = Date.UTC(2032, 0, 1);
  const monday = () =>
    new Date(Date.UTC(2034, 0, 2) + (week += 10) * 7 * DAY).toISOString().slice(0, 10);
  const day = (date: string, days: number) =>
    new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);

  beforeAll(async () => {
    clinic = await addClinic(gateway);
  });
  beforeEach(() => (gateway.time = T0));
  afterAll(() => (gateway.time = null));
  afterEach(() => expectIntegrity(gateway));

  const create = async (date: string, rrule = 'FREQ=WEEKLY;COUNT=5', input: object = {}) => {
    const payload = await change(
      gateway,
      'createRecurringAppointment',
      {
        reasonId: clinic.reasonId,
        locationId: clinic.locationId,
        staffId: clinic.staffId,
        clientId: clinic.clientId,
        localStart: `${date}T09:00`,
        rrule,
        ...input,
      },
      ROWS,
    );
    if (payload.userErrors.length) throw new Error(JSON.stringify(payload.userErrors));
    return {
      id: payload.recurringAppointment.id as string,
      ids: payload.appointments.map((row: any) => row.id) as string[],
    };
  };
  const update = (id: string, input: object, key?: string) =>
    change(gateway, 'updateRecurringAppointment', { id, ...input }, ROWS, key);
  const cancel = (id: string, input: object, key?: string) =>
    change(gateway, 'cancelRecurringAppointment', { id, ...input }, ROWS, key);
  const look = async (id: string) =>
    (
      await gateway.data(
        'query ($id: ID!) { recurringAppointment(id: $id) { version rrule localStart appointments { nodes { clientStartDate clientStartTime status version } } } }',
        { id },
      )
    ).recurringAppointment;
  const times = (series: any) =>
    series.appointments.nodes.map((row: any) => `${row.clientStartDate} ${row.clientStartTime}`);
  const move = (id: string, localStart: string) =>
    change(gateway, 'rescheduleAppointment', { id, localStart });
  const events = async () => {
    await gateway.logged();
    return (
      await gateway.gateway.db.all<{ count: number }>(sql`SELECT count(*) AS count FROM event`)
    )[0]?.count;
  };

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
    const { id, ids } = await create(date); // Appointments that were moved individually or cancelled stay unchanged.
    await move(ids[3] as string, `${day(date, 21)}T16:00`);
    await change(gateway, 'cancelAppointment', { id: ids[4] });
    const before = await events();
    const changed = await update(id, {
      scope: 'THIS_AND_FOLLOWING',
      appointmentId: ids[1],
      localStart: `${day(date, 8)}T10:30`,
      changeReason: 'New shift',
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
        'query ($id: ID!) { appointment(id: $id) { history { type reason changes { field from to } } } }',
        { id: ids[1] },
      )
    ).appointment;
    expect(history.at(-1)).toMatchObject({
      type: 'RESCHEDULED',
      reason: 'New shift',
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
    await book(gateway, clinic, '', { start: null, localStart: `${day(date, 14)}T10:00` });
    await book(gateway, clinic, '', { start: null, localStart: `${day(date, 28)}T10:15` });
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

  it('changes staff, duration and other fields', async () => {
    const date = monday();
    const { id, ids } = await create(date);
    const { appointments, recurringAppointment } = await update(id, {
      scope: 'ALL',
      staffId: clinic.otherStaffId,
      durationMinutes: 60,
      note: 'Bring the X-ray',
    });
    expect(appointments.map((row: any) => [row.staff.id, row.note, row.version])).toEqual(
      ids.map(() => [clinic.otherStaffId, 'Bring the X-ray', 2]),
    );
    expect(recurringAppointment).toMatchObject({
      version: 2,
      durationMinutes: 60,
      staff: { id: clinic.otherStaffId },
      rrule: 'FREQ=WEEKLY;COUNT=5',
    });
    expect(
      (await update(id, { scope: 'THIS', appointmentId: ids[0], note: null })).appointments,
    ).toMatchObject([{ id: ids[0], note: null, staff: { id: clinic.otherStaffId } }]);
  });

  it('cancels one appointment, the following ones, or all remaining ones', async () => {
    const date = monday();
    const { id, ids } = await create(date);
    expect(
      (await cancel(id, { scope: 'THIS', appointmentId: ids[1], reason: 'Ill' })).appointments,
    ).toMatchObject([{ id: ids[1], status: 'CANCELLED' }]);
    await move(ids[4] as string, `${day(date, 28)}T16:00`);
    const following = await cancel(id, { scope: 'THIS_AND_FOLLOWING', appointmentId: ids[2] });
    expect([
      following.appointments.map((row: any) => row.id),
      following.recurringAppointment,
    ]).toMatchObject([[ids[2], ids[3]], { rrule: 'FREQ=WEEKLY;COUNT=2', version: 2 }]);
    const rest = await cancel(id, { scope: 'ALL', includeMoved: true, notifyClient: false });
    await gateway.logged();
    const told = await find(gateway.gateway.db, LogEvent, { type: 'CANCELLED' });
    expect(
      ids.map(
        (of) =>
          (told.find(({ appointmentId }) => appointmentId === numberOf(of))?.snapshot as any)
            ?.notify,
      ),
    ).toEqual([{ client: false }, undefined, undefined, undefined, { client: false }]);
    expect([rest.userErrors, rest.appointments.map((row: any) => row.id)]).toEqual([
      [],
      [ids[0], ids[4]],
    ]);
    expect((await look(id)).appointments.nodes.map((row: any) => row.status)).toEqual(
      ids.map(() => 'CANCELLED'),
    );
    expect((await cancel(id, { scope: 'ALL' })).userErrors).toMatchObject([
      { code: 'RULE_VIOLATED' },
    ]);
    expect((await create(date)).ids).toHaveLength(5);
  });

  it('returns the same result for an idempotency key, and serializes concurrent changes', async () => {
    const date = monday();
    const { id, ids } = await create(date);
    const input = {
      scope: 'ALL',
      appointmentId: ids[0],
      localStart: `${date}T10:00`,
      idempotencyKey: `move ${date}`,
    };
    const first = await update(id, input);
    const before = await events();
    expect(
      (await update(id, input)).appointments.map((row: any) => [row.id, row.start, row.version]),
    ).toEqual(first.appointments.map((row: any) => [row.id, row.start, row.version]));
    expect(await events()).toBe(before);
    const both = await Promise.all([
      update(id, { scope: 'ALL', note: 'one' }),
      update(id, { scope: 'ALL', appointmentId: ids[0], localStart: `${date}T11:00` }),
      move(ids[2] as string, `${day(date, 14)}T15:00`),
    ]);
    expect(both.map(({ userErrors }) => userErrors)).toEqual([[], [], []]);
    const notes = (
      await gateway.data(
        'query ($ids: [ID!]) { appointments(filter: { ids: $ids }) { nodes { note } } }',
        { ids },
      )
    ).appointments.nodes;
    expect(notes.filter(({ note }: any) => note === 'one').length).toBeGreaterThanOrEqual(4);
    expect(
      (await update(id, { scope: 'ALL', note: 'late', expectedVersion: 1 })).userErrors,
    ).toMatchObject([{ code: 'VERSION_CONFLICT' }]);
  });

  it('runs a number of statements that grows by a few with each appointment', async () => {
    const statementsOf = async (occurrences: number) => {
      const date = monday();
      const { id, ids } = await create(date, `FREQ=DAILY;COUNT=${occurrences}`);
      const { statements } = await gateway.counted(
        'mutation ($input: UpdateRecurringAppointmentInput!) { updateRecurringAppointment(input: $input) { userErrors { code } } }',
        { input: { id, scope: 'ALL', appointmentId: ids[0], localStart: `${date}T13:00` } },
      );
      return statements.filter((text) => !/id_block/.test(text)).length;
    };
    const [few, many] = [await statementsOf(2), await statementsOf(22)];
    expect((many - few) / 20).toBeLessThanOrEqual(gateway.dialect === 'postgres' ? 10 : 22);
  });

  it('rejects incomplete input, and moves that no rule expresses', async () => {
    const date = monday();
    const { id, ids } = await create(date, 'FREQ=MONTHLY;BYDAY=-1FR;COUNT=3');
    const alone = (await book(gateway, clinic, '', { start: null, localStart: `${date}T19:00` }))
      .appointment.id;
    const before = [await look(id), await events()];
    const refused = (input: object) =>
      refusal(gateway, 'updateRecurringAppointment', { id, ...input });
    expect(await refused({ scope: 'ALL' })).toEqual(['BAD_USER_INPUT', 'id']);
    expect(await refused({ scope: 'ALL', localStart: `${date}T10:00` })).toEqual([
      'BAD_USER_INPUT',
      'appointmentId',
    ]);
    expect(await refused({ scope: 'THIS', note: 'x' })).toEqual([
      'BAD_USER_INPUT',
      'appointmentId',
    ]);
    expect(await refused({ scope: 'THIS', note: 'x', appointmentId: alone })).toEqual([
      'NOT_FOUND',
      'appointmentId',
    ]);
    expect(
      await refused({
        scope: 'ALL',
        appointmentId: ids[0],
        start: `${date}T10:00:00Z`,
        localStart: `${date}T10:00`,
      }),
    ).toEqual(['BAD_USER_INPUT', 'start']);
    // No rule expresses the day after the last Friday.
    expect(
      await refused({ scope: 'ALL', appointmentId: ids[0], localStart: '2040-01-07T09:00' }),
    ).toEqual(['RULE_VIOLATED', 'start']);
    expect([await look(id), await events()]).toEqual(before);
  });

  it('requires permission for all affected appointments', async () => {
    const date = monday();
    const { id, ids } = await create(date);
    await change(gateway, 'rescheduleAppointment', {
      id: ids[3],
      localStart: `${day(date, 21)}T09:00`,
      staffId: clinic.otherStaffId,
    });
    const other = await gateway.addBusiness({ name: 'Other', timeZone: 'UTC' });
    const [client, staff, publicKey] = await Promise.all([
      gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) }),
      gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.staffId) }),
      gateway.key(Role.PUBLIC),
    ]);
    const before = [await look(id), await events()];
    expect(
      await refusal(
        gateway,
        'updateRecurringAppointment',
        { id, scope: 'ALL', note: 'x' },
        other.secretKey,
      ),
    ).toEqual(['NOT_FOUND', 'id']);
    expect(
      await refusal(gateway, 'cancelRecurringAppointment', { id, scope: 'ALL' }, other.secretKey),
    ).toEqual(['NOT_FOUND', 'id']);
    expect(
      await refusal(gateway, 'cancelRecurringAppointment', { id, scope: 'ALL' }, publicKey),
    ).toEqual(['FORBIDDEN', undefined]);
    expect(
      await refusal(gateway, 'updateRecurringAppointment', { id, scope: 'ALL', note: 'x' }, staff),
    ).toEqual(['FORBIDDEN', 'scope']);
    expect(
      await refusal(
        gateway,
        'updateRecurringAppointment',
        { id, scope: 'ALL', price: '1.00' },
        client,
      ),
    ).toEqual(['FORBIDDEN', 'price']);
    expect(
      await refusal(
        gateway,
        'cancelRecurringAppointment',
        { id, scope: 'ALL', notifyClient: false },
        client,
      ),
    ).toEqual(['FORBIDDEN', 'notifyClient']);
    expect(
      await refusal(
        gateway,
        'updateRecurringAppointment',
        { id, scope: 'ALL', appointmentId: ids[0], localStart: `${date}T09:07` },
        client,
      ),
    ).toEqual(['TIME_UNAVAILABLE', 'start']);
    expect([await look(id), await events()]).toEqual(before);
    expect(
      (await update(id, { scope: 'THIS', appointmentId: ids[0], note: 'Mine' }, staff)).userErrors,
    ).toEqual([]);
    expect(
      (
        await update(
          id,
          { scope: 'ALL', appointmentId: ids[0], localStart: `${date}T10:00` },
          client,
        )
      ).userErrors,
    ).toEqual([]);
    expect((await cancel(id, { scope: 'ALL' }, client)).appointments).toHaveLength(5);
  });
});

describe('movedBy and splitAt', () => {
  const series = (rrule: string, localStart: string) =>
    ({ rrule, localStart, timeZoneCode: 'Europe/Berlin' }) as RecurringAppointment;
  it.each([
    [
      'an hour later',
      'FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4',
      '2030-01-07T09:00:00',
      1,
      'FREQ=WEEKLY;COUNT=4;BYDAY=MO,WE',
      '2030-01-07T10:00:00',
    ],
    [
      'two days later',
      'FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU;COUNT=4',
      '2030-01-07T09:00:00',
      48,
      'FREQ=WEEKLY;INTERVAL=2;COUNT=4;WKST=TU;BYDAY=TU,WE',
      '2030-01-09T09:00:00',
    ],
    [
      'a day earlier',
      'FREQ=DAILY;UNTIL=20300109',
      '2030-01-07T09:00:00',
      -24,
      'FREQ=DAILY;COUNT=3',
      '2030-01-06T09:00:00',
    ],
    [
      'a day of the month later',
      'FREQ=MONTHLY;COUNT=3',
      '2030-01-10T09:00:00',
      24,
      'FREQ=MONTHLY;COUNT=3',
      '2030-01-11T09:00:00',
    ],
  ])('%s', (_name, rrule, start, hours, expected, first) =>
    expect(movedBy(series(rrule, start), 'Europe/Berlin', hours * 3_600_000)).toMatchObject({
      rrule: expected,
      localStart: first,
    }),
  );

  it('throw if no rule expresses the result', () => {
    expect(() =>
      movedBy(
        series('FREQ=MONTHLY;COUNT=3', '2030-01-28T09:00:00'),
        'Europe/Berlin',
        24 * 3_600_000,
      ),
    ).toThrow('cannot express the new times');
    expect(() =>
      movedBy(
        series('FREQ=DAILY;BYHOUR=9,12;COUNT=3', '2030-01-28T09:00:00'),
        'Europe/Berlin',
        3_600_000,
      ),
    ).toThrow('cannot express the new times');
  });

  it('split a rule before an occurrence', () => {
    const whole = series('FREQ=WEEKLY;UNTIL=20300128', '2030-01-07T09:00:00');
    expect(splitAt(whole, '2030-01-14T09:00:00')).toEqual({
      before: { rrule: 'FREQ=WEEKLY;COUNT=1', localStart: '2030-01-07T09:00:00' },
      rest: { rrule: 'FREQ=WEEKLY;COUNT=3', localStart: '2030-01-14T09:00:00' },
    });
    expect(splitAt(whole, '2030-01-07T09:00:00').before).toBeNull();
  });
});
