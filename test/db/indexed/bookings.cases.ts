import type { IndexedFixture } from './indexed.fixture';

export function bookingsCases(dialect: 'sqlite' | 'postgres', fixture: IndexedFixture): void {
  const { read } = fixture;

  it('a booking of a new client looks the address up by its index', async () => {
    const { locationId, reasonId, staffId } = fixture.clinic;
    let hour = 0;
    const book = () =>
      read(
        `mutation ($input: CreateAppointmentInput!) {
          createAppointment(input: $input) { appointment { id } userErrors { code message } }
        }`,
        {
          input: {
            locationId,
            reasonId,
            staffId,
            start: new Date(Date.UTC(2032, 0, 5, 14 + (hour += 1))).toISOString(),
            client: {
              firstName: 'New',
              lastName: 'Client',
              emailAddress: `new${hour}@example.org`,
            },
          },
        },
      );
    await book();
    const { findings, statements: count, ms } = await book();
    if (process.env.SHOW_TIMES)
      process.stderr.write(`${dialect} a booking of a new client: ${ms.toFixed(1)} ms\n`);
    expect(count).toBeGreaterThan(0);
    expect(findings).toEqual([]);
  });

  it('a series, and a booking under the lock, read claims by their index', async () => {
    const { locationId, reasonId, staffId, clientId } = fixture.clinic;
    const common = { locationId, reasonId, staffId, clientId };
    const series = await read(
      `mutation ($input: CreateRecurringAppointmentInput!) {
        createRecurringAppointment(input: $input) { userErrors { code message } }
      }`,
      { input: { ...common, start: '2033-01-03T15:00:00Z', rrule: 'FREQ=WEEKLY;COUNT=24' } },
    );
    const hold = await read(
      `mutation ($input: HoldAppointmentInput!) {
        holdAppointment(input: $input) { userErrors { code message } }
      }`,
      { input: { ...common, start: '2034-01-02T15:00:00Z' } },
    );

    for (const { findings, statements } of [series, hold]) {
      expect(statements).toBeGreaterThan(0);
      expect(findings).toEqual([]);
    }
  });
}
