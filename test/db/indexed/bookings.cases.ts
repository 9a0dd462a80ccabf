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
}
