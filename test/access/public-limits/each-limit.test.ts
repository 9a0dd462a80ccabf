import { Role } from '../../../src/context';
import { sql } from '../../../src/db/sql';
import { addClinic, BOOK, type Clinic } from '../../support/fixtures/clinic';
import { onEachDatabase, type Answer } from '../../support/harness/gateway';
import { HOLD } from './public-limits.fixture';

const LIMIT = 5;
const BEYOND = 3;

/** One public caller of a business. The properties that a limit does not count are unique. */
interface Caller {
  readonly key: string;
  readonly email: string;
  readonly phone: string;
  readonly staffId: string;
}

/** Environment variable, the shared property of callers; null if all callers of a business count. */
const LIMITS: readonly (readonly [string, 'book' | 'hold', keyof Caller | null])[] = [
  ['PUBLIC_ACTIONS_PER_KEY', 'book', 'key'],
  ['PUBLIC_ACTIONS_PER_ADDRESS', 'book', null],
  ['PUBLIC_BOOKINGS_PER_RECIPIENT', 'book', 'email'],
  ['PUBLIC_BOOKINGS_PER_RECIPIENT', 'book', 'phone'],
  ['PUBLIC_OPEN_HOLDS', 'hold', null],
  ['PUBLIC_OPEN_HOLDS_PER_KEY', 'hold', 'key'],
  ['PUBLIC_OPEN_HOLDS_PER_STAFF', 'hold', 'staffId'],
];

onEachDatabase('a public limit', (gateway) => {
  jest.setTimeout(180_000);

  interface Tenant {
    readonly businessId: number;
    readonly clinic: Clinic;
    readonly keys: readonly string[];
  }
  let callers = 0;

  /** A business with more staff and publishable keys than a limit. */
  async function addTenant(mark: string): Promise<Tenant> {
    const { secretKey, business } = await gateway.addBusiness({
      name: mark,
      timeZone: 'America/New_York',
    });
    const clinic = await addClinic(gateway, mark, secretKey);
    const keys: string[] = [];
    for (let made = 0; made < LIMIT + BEYOND; made += 1)
      keys.push(
        await gateway.key(Role.PUBLIC, { businessId: business.rowId, kind: 'PUBLISHABLE' }),
      );
    return { businessId: business.rowId, clinic, keys };
  }

  const callerOf = ({ clinic, keys }: Tenant, index: number): Caller => ({
    key: keys[index % keys.length] as string,
    email: `caller-${(callers += 1)}@example.org`,
    phone: `+1202555${String(1_000 + callers)}`,
    staffId: index % 2 ? clinic.otherStaffId : clinic.staffId,
  });

  function act(
    action: 'book' | 'hold',
    { clinic }: Tenant,
    { key, email, phone, staffId }: Caller,
    idempotencyKey?: string,
    start = new Date(Date.UTC(2031, 0, 1, 15) + 86_400_000 * (callers += 1)).toISOString(),
  ): Promise<Answer> {
    const { locationId, reasonId } = clinic;
    const input = { locationId, reasonId, staffId, start, idempotencyKey };
    return action === 'hold'
      ? gateway.run(HOLD, { input: { ...input, holdSecret: `a-secret-of-${email}` } }, { key })
      : gateway.run(
          BOOK,
          {
            input: {
              ...input,
              client: { firstName: 'A', lastName: 'B', emailAddress: email, cellPhone: phone },
            },
          },
          { key },
        );
  }

  const outcomeOf = ({ data, errors }: Answer): string => {
    const payload = data?.createAppointment ?? data?.holdAppointment;
    return errors?.[0]?.extensions.code ?? payload?.userErrors[0]?.code ?? 'OK';
  };
  const written = async ({ businessId }: Tenant): Promise<number> =>
    Number(
      (
        await gateway.gateway.db.all<{ n: number }>(
          sql`SELECT count(*) AS n FROM appointment WHERE business_id = ${businessId}`,
        )
      )[0]?.n,
    );

  async function limitedTo(variable: string): Promise<void> {
    for (const [name] of LIMITS) delete (gateway.scratch.env as Record<string, string>)[name];
    Object.assign(gateway.scratch.env, { [variable]: String(LIMIT) });
    await gateway.restart({});
    // All within one window.
    gateway.time = Date.UTC(2030, 0, 1, 12, 5);
  }
  afterAll(() => void (gateway.time = null));

  it.each(LIMITS)(
    '%s admits exactly as many of a %s by %s as it says, in a row and concurrently, for each of two businesses',
    async (variable, action, shared) => {
      await limitedTo(variable);
      const same = (tenant: Tenant, first: Caller, index: number): Caller => ({
        ...callerOf(tenant, index),
        ...(shared ? { [shared]: first[shared] } : {}),
      });

      const one = await addTenant(`row-${variable}-${shared}`);
      const first = callerOf(one, 0);
      const inARow: string[] = [];
      for (let index = 0; index <= LIMIT; index += 1)
        inARow.push(outcomeOf(await act(action, one, same(one, first, index))));
      expect(inARow).toEqual([...Array<string>(LIMIT).fill('OK'), 'RATE_LIMITED']);
      expect(await written(one)).toBe(LIMIT);
      if (shared) expect(outcomeOf(await act(action, one, callerOf(one, LIMIT)))).toBe('OK');

      const tenants = [
        await addTenant(`left-${variable}-${shared}`),
        await addTenant(`right-${variable}-${shared}`),
      ];
      const outcomes = await Promise.all(
        tenants.map(async (tenant) => {
          const leader = callerOf(tenant, 0);
          const answers = await Promise.all(
            Array.from({ length: LIMIT + BEYOND }, (_, index) =>
              act(action, tenant, same(tenant, leader, index)),
            ),
          );
          return answers.map(outcomeOf).sort();
        }),
      );
      for (const [index, tenant] of tenants.entries()) {
        expect(outcomes[index]).toEqual([
          ...Array<string>(LIMIT).fill('OK'),
          ...Array<string>(BEYOND).fill('RATE_LIMITED'),
        ]);
        expect(await written(tenant)).toBe(LIMIT);
      }
    },
  );

  it.each(LIMITS)(
    'returns the stored result of a retry beyond %s of a %s by %s',
    async (variable, action, shared) => {
      await limitedTo(variable);
      const tenant = await addTenant(`retry-${variable}-${shared}`);
      const first = callerOf(tenant, 0);
      const start = '2033-05-05T15:00:00.000Z';
      const once = await act(action, tenant, first, 'retry', start);
      for (let index = 1; index < LIMIT; index += 1)
        await act(action, tenant, {
          ...callerOf(tenant, index),
          ...(shared ? { [shared]: first[shared] } : {}),
        });

      expect(outcomeOf(once)).toBe('OK');
      expect(outcomeOf(await act(action, tenant, first))).toBe('RATE_LIMITED');
      expect(await act(action, tenant, first, 'retry', start)).toEqual(once);
      expect(await written(tenant)).toBe(LIMIT);
    },
  );

  it('counts a hold until it is released, booked or has expired', async () => {
    await limitedTo('PUBLIC_OPEN_HOLDS_PER_KEY');
    const tenant = await addTenant('freed');
    const [key] = tenant.keys as [string];
    const hold = async () => {
      const caller = { ...callerOf(tenant, 0), key };
      const answer = await act('hold', tenant, caller);
      return {
        outcome: outcomeOf(answer),
        id: answer.data?.holdAppointment?.appointment.id as string,
        holdSecret: `a-secret-of-${caller.email}`,
      };
    };
    const held = [];
    for (let index = 0; index < LIMIT; index += 1) held.push(await hold());
    const [released, booked] = held;
    const by = (mutation: string, type: string, input: object) =>
      gateway.run(
        `mutation ($input: ${type}!) { ${mutation}(input: $input) { userErrors { code } } }`,
        { input },
        { key },
      );

    expect((await hold()).outcome).toBe('RATE_LIMITED');
    await by('releaseHold', 'ReleaseHoldInput', {
      id: released?.id,
      holdSecret: released?.holdSecret,
    });
    expect((await hold()).outcome).toBe('OK');
    expect((await hold()).outcome).toBe('RATE_LIMITED');
    await by('bookAppointment', 'BookAppointmentInput', {
      id: booked?.id,
      holdSecret: booked?.holdSecret,
      client: { firstName: 'A', lastName: 'B', emailAddress: 'books@example.org' },
    });
    expect((await hold()).outcome).toBe('OK');
    expect((await hold()).outcome).toBe('RATE_LIMITED');
    gateway.time = (gateway.time as number) + 86_400_000;
    expect((await hold()).outcome).toBe('OK');
  });
});
