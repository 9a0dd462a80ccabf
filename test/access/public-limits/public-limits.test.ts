import { DEFAULT_PUBLIC_LIMITS, Role } from '../../../src/context';
import { loadConfig } from '../../../src/config';
import { sql } from '../../../src/db/sql';
import { addClinic, BOOK, type Clinic } from '../../support/fixtures/clinic';
import { onEachDatabase } from '../../support/harness/gateway';
import { HOLD } from './public-limits.fixture';

onEachDatabase('public limits', (gateway) => {
  jest.setTimeout(120_000);

  let clinic: Clinic;
  let day = 0;

  beforeAll(async () => {
    clinic = await addClinic(gateway);
  });

  const free = (): string => new Date(Date.UTC(2031, 1, 1 + (day += 1), 14)).toISOString();
  const where = () => ({
    locationId: clinic.locationId,
    reasonId: clinic.reasonId,
    staffId: clinic.staffId,
  });
  const count = async (table: 'appointment' | 'client'): Promise<number> =>
    Number(
      (
        await gateway.gateway.db.all<{ n: number }>(
          table === 'client'
            ? sql`SELECT count(*) AS n FROM client`
            : sql`SELECT count(*) AS n FROM appointment`,
        )
      )[0]?.n,
    );

  const publicly = (emailAddress: string) =>
    gateway.run(
      BOOK,
      {
        input: {
          ...where(),
          start: free(),
          client: { firstName: 'A', lastName: 'B', emailAddress },
        },
      },
      { key: gateway.business.publishableKey },
    );

  it('limits public bookings that name one e-mail address, and writes nothing beyond', async () => {
    const limit = DEFAULT_PUBLIC_LIMITS.bookingsPerRecipientAndHour;
    // All within one window.
    gateway.time = Date.UTC(2030, 0, 1, 12, 5);
    for (let booked = 0; booked < limit; booked += 1)
      expect((await publicly('victim@example.org')).data.createAppointment.userErrors).toEqual([]);
    const before = [await count('appointment'), await count('client')];

    const { data, errors } = await publicly(' Victim@Example.org ');

    expect(data?.createAppointment ?? null).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryAfter: 55 * 60 } }]);
    expect([await count('appointment'), await count('client')]).toEqual(before);
    expect((await publicly('other@example.org')).data.createAppointment.userErrors).toEqual([]);
    gateway.time = Date.UTC(2030, 0, 1, 13);
    expect((await publicly('victim@example.org')).data.createAppointment.userErrors).toEqual([]);
    gateway.time = null;
  });

  it('limits concurrent open holds of one staff member for the public only', async () => {
    const key = gateway.business.publishableKey;
    const holdAt = (given: string) =>
      gateway.run(
        HOLD,
        { input: { ...where(), start: free(), holdSecret: 'a-secret-of-sixteen-characters' } },
        { key: given },
      );
    for (let held = 0; held < DEFAULT_PUBLIC_LIMITS.openHoldsPerStaff; held += 1)
      expect((await holdAt(key)).data.holdAppointment.userErrors).toEqual([]);
    const before = await count('appointment');

    const { errors } = await holdAt(key);

    expect(errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryAfter: 60 } }]);
    expect(await count('appointment')).toBe(before);
    expect((await holdAt(gateway.business.secretKey)).data.holdAppointment.userErrors).toEqual([]);
  });

  it('reads its limits from the environment', () => {
    const config = loadConfig({
      PUBLIC_ACTIONS_PER_KEY: '1',
      PUBLIC_ACTIONS_PER_ADDRESS: '2',
      PUBLIC_BOOKINGS_PER_RECIPIENT: '3',
      PUBLIC_OPEN_HOLDS: '4',
      PUBLIC_OPEN_HOLDS_PER_KEY: '6',
      PUBLIC_OPEN_HOLDS_PER_STAFF: '5',
    });
    expect(config.publicLimits).toEqual({
      actionsPerKeyAndMinute: 1,
      actionsPerAddressAnd10Minutes: 2,
      bookingsPerRecipientAndHour: 3,
      openHolds: 4,
      openHoldsPerKey: 6,
      openHoldsPerStaff: 5,
    });
  });

  it('reads an unknown key from the database once', async () => {
    const seen: string[] = [];
    const forget = gateway.gateway.signals.statementSent.on(
      (text) => void (text.includes('api_key AS k') ? seen.push(text) : 0),
    );
    const key = `sg_sk_${gateway.business.business.rowId}_${'u'.repeat(32)}`;

    for (let tries = 0; tries < 3; tries += 1) {
      expect(
        (
          await gateway.run(
            'mutation { revokeApiKey(input: { id: 1 }) { userErrors { code } } }',
            {},
            { key },
          )
        ).errors,
      ).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    }

    forget();
    expect(seen).toHaveLength(1);
  });

  it('returns the manage link to a publishable key that books', async () => {
    const { createAppointment } = (
      await gateway.run(
        `mutation ($input: CreateAppointmentInput!) {
          createAppointment(input: $input) { appointment { id manageUrl } }
        }`,
        {
          input: {
            ...where(),
            start: free(),
            client: { firstName: 'C', lastName: 'D', emailAddress: 'link@example.org' },
          },
        },
        { key: gateway.business.publishableKey },
      )
    ).data;

    const token = createAppointment.appointment.manageUrl.split('#')[1];
    const { exchangeManageToken } = await gateway.data(
      `mutation ($token: String!) {
        exchangeManageToken(input: { token: $token }) { appointmentId }
      }`,
      { token },
      { key: null },
    );
    expect(exchangeManageToken.appointmentId).toBe(createAppointment.appointment.id);
  });

  it('keeps the last key of an administrator', async () => {
    const REVOKE = `mutation ($id: ID!) {
      revokeApiKey(input: { id: $id }) { apiKey { revokedAt } userErrors { code path } }
    }`;
    const { apiKeys } = await gateway.data('{ apiKeys { keyId role revokedAt } }');
    const [own] = apiKeys.filter(
      ({ role, revokedAt }: any) => role === 'ADMINISTRATOR' && revokedAt === null,
    );

    const refused = await gateway.data(REVOKE, { id: own.keyId });
    expect(refused.revokeApiKey).toEqual({
      apiKey: null,
      userErrors: [{ code: 'RULE_VIOLATED', path: ['input', 'id'] }],
    });

    const other = await gateway.key(Role.ADMINISTRATOR);
    expect(
      (await gateway.data(REVOKE, { id: own.keyId }, { key: other })).revokeApiKey.userErrors,
    ).toEqual([]);
  });
});
