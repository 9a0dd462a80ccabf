import { Role } from '../../src/context';
import { seriesFindings } from '../../src/features/recurring/integrity';
import { sql } from '../../src/db/sql';
import {
  addClient,
  addClinic,
  addLocation,
  book,
  change,
  hire,
  refusal,
  type Clinic,
} from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { numberOf } from '../support/fixtures/ids';
import { expectIntegrity } from '../support/harness/integrity';

const DAY = 86_400_000;
const ROWS = `recurringAppointment { id version rrule localStart durationMinutes timeZone { code } staff { id } client { id } }
  appointments { id version start status recurringAppointment { id } history { type } } conflicts { start code message }`;

onEachDatabase('createRecurringAppointment', (gateway) => {
  let clinic: Clinic;
  let week = 0;
  const T0 = Date.UTC(2032, 0, 1);
  /** A different Monday for each test, sixty weeks after the previous one. */
  const monday = () =>
    new Date(Date.UTC(2033, 0, 3) + (week += 60) * 7 * DAY).toISOString().slice(0, 10);
  const weekAfter = (date: string, weeks: number) =>
    new Date(Date.parse(`${date}T00:00:00Z`) + weeks * 7 * DAY).toISOString().slice(0, 10);

  beforeAll(async () => {
    clinic = await addClinic(gateway);
  });
  beforeEach(() => (gateway.time = T0));
  afterAll(() => (gateway.time = null));
  afterEach(() => expectIntegrity(gateway));

  const asked = (date: string, input: object = {}) => ({
    reasonId: clinic.reasonId,
    locationId: clinic.locationId,
    staffId: clinic.staffId,
    clientId: clinic.clientId,
    localStart: `${date}T09:00`,
    rrule: 'FREQ=WEEKLY;COUNT=24',
    ...input,
  });
  const create = (date: string, input: object = {}, key?: string) =>
    change(gateway, 'createRecurringAppointment', asked(date, input), ROWS, key);
  const count = async () => {
    await gateway.logged();
    const [row] = await gateway.gateway.db
      .all(sql`SELECT (SELECT count(*) FROM appointment) AS appointments, (SELECT count(*) FROM recurring_appointment) AS series,
      (SELECT count(*) FROM claim) AS claims, (SELECT count(*) FROM event) AS events, (SELECT count(*) FROM client) AS clients`);
    return row;
  };
  const takeThree = async (date: string) => {
    for (const weeks of [3, 10, 23])
      await book(gateway, clinic, '', {
        start: null,
        localStart: `${weekAfter(date, weeks)}T09:30`,
      });
  };

  it('books each occurrence at one wall-clock time and returns the series', async () => {
    const date = '2032-10-25';
    const { recurringAppointment, appointments, conflicts, userErrors } = await create(date, {
      rrule: 'RRULE:freq=weekly',
      count: 3,
    });
    expect([conflicts, userErrors]).toEqual([[], []]);
    expect(recurringAppointment).toMatchObject({
      version: 1,
      rrule: 'FREQ=WEEKLY;COUNT=3',
      localStart: '2032-10-25T09:00:00',
      durationMinutes: 45,
      timeZone: { code: 'America/New_York' },
      staff: { id: clinic.staffId },
      client: { id: clinic.clientId },
    });
    // Clocks go back on November 7.
    expect(appointments.map((row: any) => row.start)).toEqual([
      '2032-10-25T13:00:00.000Z',
      '2032-11-01T13:00:00.000Z',
      '2032-11-08T14:00:00.000Z',
    ]);
    expect(
      appointments.every((row: any) => row.recurringAppointment.id === recurringAppointment.id),
    ).toBe(true);

    const { id } = recurringAppointment;
    const single = (await book(gateway, clinic, '2032-10-26T13:00:00Z')).appointment.id;
    const seen = await gateway.data(
      `query ($id: ID!, $single: ID!) {
      recurringAppointment(id: $id) { rrule reason { id } location { id } appointments(first: 2) { nodes { id start } totalCount pageInfo { hasNextPage } } }
      appointments(filter: { recurringAppointmentIds: [$id] }) { nodes { id } }
      appointment(id: $single) { recurringAppointment { id } } node(id: $id) { id }
    }`,
      { id, single },
    );
    expect(seen).toEqual({
      recurringAppointment: {
        rrule: 'FREQ=WEEKLY;COUNT=3',
        reason: { id: clinic.reasonId },
        location: { id: clinic.locationId },
        appointments: {
          nodes: appointments.slice(0, 2).map((row: any) => ({ id: row.id, start: row.start })),
          totalCount: 3,
          pageInfo: { hasNextPage: true },
        },
      },
      appointments: { nodes: appointments.map((row: any) => ({ id: row.id })) },
      appointment: { recurringAppointment: null },
      node: { id },
    });
    await gateway.logged();
    expect(
      (
        await gateway.data('query ($id: ID!) { appointment(id: $id) { history { type } } }', {
          id: appointments[1].id,
        })
      ).appointment.history,
    ).toEqual([{ type: 'CREATED' }]);
  });

  it('rejects 24 occurrences with 3 conflicts, lists them and writes nothing', async () => {
    const date = monday();
    await takeThree(date);
    const before = await count();
    const refused = await create(date);
    expect(refused).toMatchObject({
      recurringAppointment: null,
      appointments: null,
      userErrors: [
        {
          __typename: 'TimeUnavailableError',
          code: 'TIME_UNAVAILABLE',
          message:
            '3 of 24 occurrences cannot be booked. Choose other times, or SKIP_CONFLICTS to book the rest.',
        },
      ],
    });
    expect(
      refused.conflicts.map((row: any) => [row.start.slice(0, 10), row.code, row.message]),
    ).toEqual(
      [3, 10, 23].map((weeks) => [
        weekAfter(date, weeks),
        'TIME_UNAVAILABLE',
        'drjones-a Jones: not free at this time. Choose another time or another staff member.',
      ]),
    );
    expect(await count()).toEqual(before);
  });

  it('books 21 of 24 occurrences with SKIP_CONFLICTS, and lists the 3 conflicts', async () => {
    const date = monday();
    await takeThree(date);
    const { recurringAppointment, appointments, conflicts, userErrors } = await create(date, {
      onConflict: 'SKIP_CONFLICTS',
    });
    expect([
      userErrors,
      appointments.length,
      conflicts.map((row: any) => row.start.slice(0, 10)),
    ]).toEqual([[], 21, [3, 10, 23].map((weeks) => weekAfter(date, weeks))]);
    expect(recurringAppointment.rrule).toBe('FREQ=WEEKLY;COUNT=24');
  });

  it('rejects a series without a bookable occurrence, also with SKIP_CONFLICTS', async () => {
    const date = monday();
    await create(date);
    const before = await count();
    expect(
      await create(date, {
        onConflict: 'SKIP_CONFLICTS',
        client: { firstName: 'New', lastName: 'Face', emailAddress: 'new.face@example.org' },
        clientId: null,
      }),
    ).toMatchObject({
      appointments: null,
      userErrors: [{ message: '24 of 24 occurrences cannot be booked. Choose other times.' }],
    });
    expect(await count()).toEqual(before);
  });

  it('previews every occurrence and every conflict, and writes nothing', async () => {
    const date = monday();
    await takeThree(date);
    const before = await count();
    const { previewRecurringAppointment: preview } = await gateway.data(
      `query ($input: CreateRecurringAppointmentInput!) {
      previewRecurringAppointment(input: $input) { rrule occurrences { start localStart conflict { code } } conflicts { start code message } } }`,
      {
        input: {
          ...asked(date),
          client: { firstName: 'Other', lastName: 'Face', emailAddress: 'other.face@example.org' },
          clientId: null,
        },
      },
    );
    expect(preview.rrule).toBe('FREQ=WEEKLY;COUNT=24');
    expect(
      preview.occurrences.map((row: any) => [row.localStart, row.conflict?.code ?? null]),
    ).toEqual(
      Array.from({ length: 24 }, (_, weeks) => [
        `${weekAfter(date, weeks)}T09:00:00`,
        [3, 10, 23].includes(weeks) ? 'TIME_UNAVAILABLE' : null,
      ]),
    );
    expect(preview.conflicts).toHaveLength(3);
    expect(await count()).toEqual(before);
  });

  it('reports occurrences that overlap each other as conflicts', async () => {
    const { conflicts, appointments } = await create(monday(), {
      rrule: 'FREQ=DAILY;COUNT=4',
      durationMinutes: 30 * 60,
      onConflict: 'SKIP_CONFLICTS',
    });
    expect([appointments.length, conflicts.length]).toEqual([2, 2]);
  });

  it('creates a new client once, derives the duration from the end, and chooses staff for each occurrence', async () => {
    const date = monday();
    await book(gateway, clinic, '', { start: null, localStart: `${weekAfter(date, 1)}T09:00` });
    const before: any = await count();
    const { recurringAppointment, appointments, userErrors } = await change(
      gateway,
      'createRecurringAppointment',
      asked(date, {
        staffId: null,
        candidateStaffIds: [clinic.staffId, clinic.otherStaffId],
        timeZone: 'America/New_York',
        clientId: null,
        localStart: null,
        start: `${date}T15:00:00Z`,
        end: `${date}T16:30:00Z`,
        rrule: 'FREQ=WEEKLY;COUNT=3',
        client: { firstName: 'Ygritte', lastName: 'Wild', emailAddress: 'ygritte@example.org' },
      }),
      'recurringAppointment { durationMinutes staff { id } client { fullName } } appointments { start end staff { id } client { fullName } }',
    );
    expect(userErrors).toEqual([]);
    expect(recurringAppointment).toEqual({
      durationMinutes: 90,
      staff: null,
      client: { fullName: 'Ygritte Wild' },
    });
    expect(
      appointments.every(
        (row: any) =>
          Date.parse(row.end) - Date.parse(row.start) === 90 * 60_000 &&
          row.client.fullName === 'Ygritte Wild',
      ),
    ).toBe(true);
    expect(((await count()) as any).clients).toBe(before.clients + 1);
  });

  it('returns the same series for an idempotency key despite later bookings', async () => {
    const date = monday();
    await takeThree(date);
    const input = { onConflict: 'SKIP_CONFLICTS', idempotencyKey: `series ${date}` };
    const first = await create(date, input);
    const before = await count();
    const plain = ({ appointments, ...rest }: any) => ({
      ...rest,
      ids: appointments.map((row: any) => [row.id, row.start, row.version]),
    });
    expect(plain(await create(date, input))).toEqual(plain(first));
    expect(await count()).toEqual(before);
    expect(
      await refusal(gateway, 'createRecurringAppointment', {
        ...asked(date, input),
        count: null,
        rrule: 'FREQ=WEEKLY;COUNT=5',
      }),
    ).toEqual(['IDEMPOTENCY_KEY_REUSED', undefined]);
  });

  it('books each time once for two concurrent series over the same times', async () => {
    const date = monday();
    const both = await Promise.all([
      create(date, { onConflict: 'SKIP_CONFLICTS' }),
      create(date, { onConflict: 'SKIP_CONFLICTS', localStart: `${date}T09:15` }),
    ]);
    const sizes = both.map(({ appointments, conflicts }) => [
      appointments?.length ?? 0,
      conflicts.length,
    ]);
    expect(sizes.sort()).toEqual([
      [0, 24],
      [24, 0],
    ]);
    // The two series lock in opposite order, without a deadlock.
    const crossing = monday();
    const crossed = await Promise.all([
      create(crossing, { additionalStaffIds: [clinic.otherStaffId] }),
      create(crossing, { staffId: clinic.otherStaffId, additionalStaffIds: [clinic.staffId] }),
    ]);
    expect(crossed.map(({ userErrors }) => userErrors.length).sort()).toEqual([0, 1]);
  });

  it.each([
    ['Europe/Berlin', '2033-03-26', ['2033-03-26T08:00', '2033-03-27T07:00']],
    ['America/New_York', '2033-11-05', ['2033-11-05T13:00', '2033-11-06T14:00']],
    ['Australia/Lord_Howe', '2033-10-01', ['2033-09-30T22:30', '2033-10-01T22:00']],
    ['Africa/Casablanca', '2033-01-08', ['2033-01-08T09:00', '2033-01-09T08:00']],
  ])(
    "keeps nine o'clock in %s across a change of the UTC offset",
    async (timeZone, date, starts) => {
      const staffId = await hire(
        gateway,
        clinic,
        `local-${timeZone.replace('/', '-').toLowerCase()}`,
        timeZone,
        [clinic.locationId],
      );
      const { appointments, userErrors } = await create(date, {
        staffId,
        rrule: 'FREQ=DAILY;COUNT=2',
      });
      expect([userErrors, appointments.map((row: any) => row.start.slice(0, 16))]).toEqual([
        [],
        starts,
      ]);
    },
  );

  it('runs a number of statements that grows by a few with each occurrence', async () => {
    const statementsOf = async (occurrences: number) =>
      (
        await gateway.counted(
          `mutation ($input: CreateRecurringAppointmentInput!) { createRecurringAppointment(input: $input) { userErrors { code } } }`,
          { input: asked(monday(), { rrule: `FREQ=WEEKLY;COUNT=${occurrences}` }) },
        )
      ).statements.filter((text) => !/id_block/.test(text)).length;
    const [few, many] = [await statementsOf(2), await statementsOf(22)];
    expect((many - few) / 20).toBeLessThanOrEqual(gateway.dialect === 'postgres' ? 5 : 15);
    expect(few).toBeLessThanOrEqual(gateway.dialect === 'postgres' ? 20 : 50);
  });

  it('verifies that the series of an appointment exists', async () => {
    const { appointments } = await create(monday(), { rrule: 'FREQ=DAILY;COUNT=2' });
    const [first, second] = appointments.map((row: any) => numberOf(row.id));
    const set = (id: number, series: number | null) =>
      gateway.gateway.db.transaction((tx) =>
        tx.run(sql`UPDATE appointment SET recurring_appointment_id = ${series} WHERE id = ${id}`),
      );
    await set(first, 999_999);
    await set(second, null);
    expect(
      (await seriesFindings(gateway.gateway.db)).map(({ appointmentId }) => appointmentId).sort(),
    ).toEqual([first, second].sort());
    for (const id of [first, second])
      await set(id, numberOf(appointments[0].recurringAppointment.id));
  });

  it('rejects an incomplete or contradictory rule or start', async () => {
    const before = await count();
    const of = (input: object) =>
      refusal(gateway, 'createRecurringAppointment', asked(monday(), input));
    expect(await of({ rrule: 'FREQ=WEEKLY' })).toEqual(['BAD_USER_INPUT', 'rrule']);
    expect(await of({ rrule: 'FREQ=HOURLY;COUNT=2' })).toEqual(['BAD_USER_INPUT', 'rrule']);
    expect(await of({ rrule: 'FREQ=DAILY;COUNT=201' })).toEqual(['BAD_USER_INPUT', 'rrule']);
    expect(await of({ localStart: null })).toEqual(['BAD_USER_INPUT', 'start']);
    expect(await of({ timeZone: 'Mars/Olympus' })).toEqual(['BAD_USER_INPUT', 'timeZone']);
    expect(await of({ staffId: 'Staff:999999' })).toEqual(['NOT_FOUND', 'staffId']);
    expect(await of({ reasonId: 'Reason:999999' })).toEqual(['NOT_FOUND', 'reasonId']);
    expect(await count()).toEqual(before);
  });

  it('is limited to the business, and to the scope of each role', async () => {
    const date = monday();
    const other = await gateway.addBusiness({ name: 'Other', timeZone: 'UTC' });
    const annex = await addLocation(gateway, { locationName: 'Annex', timeZone: 'UTC' });
    const both = await hire(gateway, clinic, 'both', 'UTC', [clinic.locationId, annex]);
    const stranger = await addClient(gateway, {
      firstName: 'Ramsay',
      lastName: 'Bolton',
      emailAddress: `ramsay-${gateway.dialect}@example.org`,
    });
    const key = (role: Role, grant: object = {}) => gateway.key(role, grant);
    const [client, staff, away, elsewhere, nowhere, publicKey] = await Promise.all([
      key(Role.CLIENT, { clientId: numberOf(clinic.clientId) }),
      key(Role.STAFF_USER, { staffId: numberOf(clinic.staffId) }),
      key(Role.STAFF_USER, { staffId: numberOf(clinic.otherStaffId) }),
      key(Role.LOCATION_SUPER_USER, { locationIds: [numberOf(annex)] }),
      key(Role.LOCATION_SUPER_USER, { locationIds: [] }),
      key(Role.PUBLIC),
    ]);
    // Within the rules of the reason: only offered times, for permitted clients.
    const { recurringAppointment, userErrors } = await create(
      date,
      { rrule: 'FREQ=WEEKLY;COUNT=3' },
      client,
    );
    expect(userErrors).toEqual([]);
    const before = await count();
    expect(
      await refusal(
        gateway,
        'createRecurringAppointment',
        asked(monday(), { clientId: stranger }),
        client,
      ),
    ).toEqual(['NOT_FOUND', 'clientId']);
    expect(
      await refusal(
        gateway,
        'createRecurringAppointment',
        asked(monday(), { durationMinutes: 15 }),
        client,
      ),
    ).toEqual(['FORBIDDEN', 'durationMinutes']);
    expect(
      await refusal(
        gateway,
        'createRecurringAppointment',
        asked(monday(), { localStart: `${monday()}T09:07` }),
        client,
      ),
    ).toEqual(['TIME_UNAVAILABLE', 'rrule']);
    expect(
      await refusal(gateway, 'createRecurringAppointment', asked(monday()), publicKey),
    ).toEqual(['FORBIDDEN', undefined]);
    expect(
      await refusal(gateway, 'createRecurringAppointment', asked(monday()), other.secretKey),
    ).toEqual(['NOT_FOUND', 'staffId']);
    const newcomer = { firstName: 'New', lastName: 'Client', emailAddress: 'new@example.org' };
    expect(
      await refusal(
        gateway,
        'createRecurringAppointment',
        asked(monday(), { staffId: both, clientId: undefined, client: newcomer }),
        elsewhere,
      ),
    ).toEqual(['FORBIDDEN', 'locationId']);
    expect(await refusal(gateway, 'createRecurringAppointment', asked(monday()), nowhere)).toEqual([
      'NOT_FOUND',
      'staffId',
    ]);
    const preview = await gateway.run(
      'query ($input: CreateRecurringAppointmentInput!) { previewRecurringAppointment(input: $input) { rrule } }',
      { input: asked(date) },
      { key: publicKey },
    );
    expect(preview.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect(await count()).toEqual(before);

    const seenBy = async (by: string) =>
      (
        await gateway.data(
          'query ($id: ID!) { recurringAppointment(id: $id) { appointments { totalCount } } }',
          { id: recurringAppointment.id },
          { key: by },
        )
      ).recurringAppointment;
    expect(await Promise.all([client, staff, gateway.business.secretKey].map(seenBy))).toEqual(
      [1, 2, 3].map(() => ({ appointments: { totalCount: 3 } })),
    );
    for (const by of [
      away,
      elsewhere,
      nowhere,
      publicKey,
      other.secretKey,
      await key(Role.CLIENT, { clientId: numberOf(stranger) }),
    ])
      expect(await seenBy(by)).toBeNull();
  });
});
