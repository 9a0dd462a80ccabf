import { Role } from '../../../src/context';
import { seriesFindings } from '../../../src/features/recurring/integrity';
import { sql } from '../../../src/db/sql';
import { addClient, addLocation, hire, refusal } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';
import type { SeriesFixture } from './series.fixture';

export function concurrencyCases(gateway: TestGateway, fixture: SeriesFixture): void {
  const { monday, asked, create, count, takeThree } = fixture;

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
      create(crossing, { additionalStaffIds: [fixture.clinic.otherStaffId] }),
      create(crossing, {
        staffId: fixture.clinic.otherStaffId,
        additionalStaffIds: [fixture.clinic.staffId],
      }),
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
        fixture.clinic,
        `local-${timeZone.replace('/', '-').toLowerCase()}`,
        timeZone,
        [fixture.clinic.locationId],
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

  it('runs as many statements for many occurrences as for a few, except insertions on SQLite', async () => {
    const statementsOf = async (occurrences: number) =>
      (
        await gateway.counted(
          `mutation ($input: CreateRecurringAppointmentInput!) {
            createRecurringAppointment(input: $input) { userErrors { code } }
          }`,
          { input: asked(monday(), { rrule: `FREQ=WEEKLY;COUNT=${occurrences}` }) },
        )
      ).statements.filter((text) => !/id_block/.test(text)).length;
    const [few, many] = [await statementsOf(2), await statementsOf(22)];
    const insertions = gateway.dialect === 'postgres' ? 0 : 4;
    expect(many - few).toBe(20 * insertions);
    expect(few).toBeLessThanOrEqual(gateway.dialect === 'postgres' ? 12 : 40);
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
    expect(await of({ rrule: 'FREQ=WEEKLY' })).toEqual(['INVALID_INPUT', 'rrule']);
    expect(await of({ rrule: 'FREQ=HOURLY;COUNT=2' })).toEqual(['INVALID_INPUT', 'rrule']);
    expect(await of({ rrule: 'FREQ=DAILY;COUNT=201' })).toEqual(['INVALID_INPUT', 'rrule']);
    expect(await of({ localStart: null })).toEqual(['INVALID_INPUT', 'start']);
    expect(await of({ timeZone: 'Mars/Olympus' })).toEqual(['INVALID_INPUT', 'timeZone']);
    expect(await of({ staffId: 'Staff:999999' })).toEqual(['NOT_FOUND', 'staffId']);
    expect(await of({ reasonId: 'Reason:999999' })).toEqual(['NOT_FOUND', 'reasonId']);
    expect(await count()).toEqual(before);
  });

  it('is limited to the business, and to the scope of each role', async () => {
    const date = monday();
    const other = await gateway.addBusiness({ name: 'Other', timeZone: 'UTC' });
    const annex = await addLocation(gateway, { locationName: 'Annex', timeZone: 'UTC' });
    const both = await hire(gateway, fixture.clinic, 'both', 'UTC', [
      fixture.clinic.locationId,
      annex,
    ]);
    const stranger = await addClient(gateway, {
      firstName: 'Ramsay',
      lastName: 'Bolton',
      emailAddress: `ramsay-${gateway.dialect}@example.org`,
    });
    const key = (role: Role, grant: object = {}) => gateway.key(role, grant);
    const [client, staff, away, elsewhere, nowhere, publicKey] = await Promise.all([
      key(Role.CLIENT, { clientId: numberOf(fixture.clinic.clientId) }),
      key(Role.STAFF_USER, { staffId: numberOf(fixture.clinic.staffId) }),
      key(Role.STAFF_USER, { staffId: numberOf(fixture.clinic.otherStaffId) }),
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
    ).toEqual(['INSUFFICIENT_PERMISSION', 'durationMinutes']);
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
    ).toEqual(['INSUFFICIENT_PERMISSION', 'locationId']);
    expect(await refusal(gateway, 'createRecurringAppointment', asked(monday()), nowhere)).toEqual([
      'NOT_FOUND',
      'staffId',
    ]);
    const preview = await gateway.run(
      `query ($input: CreateRecurringAppointmentInput!) {
        previewRecurringAppointment(input: $input) { rrule }
      }`,
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
}
