import { getNamedType, isInputObjectType } from 'graphql';
import { getMetadataArgsStorage } from 'typeorm';
import { gatewaySchema } from '../../src/schema';
import { raw, sql } from '../../src/db/sql';
import { addClinic, change, type Clinic } from '../support/fixtures/clinic';
import { onEachDatabase, type Answer } from '../support/harness/gateway';
import { mutationRecipes } from '../support/fixtures/mutations';
import { selectionOf } from '../support/schema/requests';
import { runOver, TRANSPORTS } from '../support/harness/transports';

jest.setTimeout(120_000);

const MUTATIONS = gatewaySchema().getMutationType()!.getFields();
/** Mutations that change who serves, what a reason takes, or which location is primary. */
const CHANGES_CLINIC = new Set([
  'updateStaff',
  'setReasonStaff',
  'setReasonResources',
  'setReasonLocations',
  'setReasonAddOns',
  'createLocation',
  'createDateOverride',
  'createTimeOff',
]);

/** Public limits count attempts, and a retry is an attempt. */
const BOOKKEEPING = new Set([
  'idempotency_key',
  'id_block',
  'log_head',
  'public_usage',
  'readiness',
  'rule_version',
]);
const TABLES = () =>
  getMetadataArgsStorage()
    .tables.map(({ name }) => name as string)
    .filter((name) => !BOOKKEEPING.has(name))
    .sort();

/** One field of a document, with its whole payload and the rows in it. */
function fieldOf(name: string, alias = name, variable = 'input'): string {
  const field = MUTATIONS[name]!;
  const args = field.args.map(
    (arg) => `${arg.name}: $${arg.name === 'input' ? variable : arg.name}`,
  );
  return `${alias}: ${name}(${args.join(', ')})${selectionOf(field.type, 1)}`;
}

const variableOf = (name: string, variable = 'input'): string =>
  MUTATIONS[name]!.args.map(
    (arg) => `$${arg.name === 'input' ? variable : arg.name}: ${String(arg.type)}`,
  ).join(', ');

const documentOf = (name: string): string => `mutation (${variableOf(name)}) { ${fieldOf(name)} }`;

interface Sent {
  readonly query: string;
  readonly variables: object;
  readonly options: { key?: string; headers?: Record<string, string> };
}

onEachDatabase('A retried mutation', (gateway) => {
  let clinic: Clinic;
  let clinics = 0;
  let keys = 0;
  const recipes = mutationRecipes(gateway, () => clinic);

  beforeAll(async () => {
    await gateway.restart({ backgroundWork: false });
    await renew();
  });
  const renew = async () => {
    clinic = await addClinic(gateway, `${(clinics += 1)}`);
  };

  async function rows(): Promise<Map<string, string[]>> {
    await gateway.logged();
    const { db } = gateway.gateway;
    const all = new Map<string, string[]>();
    for (const table of TABLES()) {
      all.set(
        table,
        (await db.all(sql`SELECT * FROM ${raw(`"${table}"`)}`))
          .map((row) => JSON.stringify(row))
          .sort(),
      );
    }
    return all;
  }
  const countsOf = (state: Map<string, string[]>) =>
    new Map([...state].map(([table, all]) => [table, all.length]));
  function grownBy(
    before: Map<string, string[]>,
    after: Map<string, string[]>,
  ): Record<string, number> {
    const [old, now] = [countsOf(before), countsOf(after)];
    return Object.fromEntries(
      [...now]
        .map(([table, count]) => [table, count - old.get(table)!])
        .filter(([, count]) => count !== 0),
    );
  }

  const run = ({ query, variables, options }: Sent): Promise<Answer> =>
    gateway.run(query, variables, options);
  const refusals = ({ data, errors = [] }: Answer) => [
    ...errors,
    ...Object.values(data ?? {}).flatMap((payload: any) => payload?.userErrors ?? []),
  ];

  /** Runs a request twice and expects one effect and one response. */
  async function repeated(request: Sent): Promise<void> {
    const before = await rows();
    const first = await run(request);
    expect(refusals(first)).toEqual([]);
    const after = await rows();
    const again = await run(request);

    expect(again).toEqual(first);
    expect(await rows()).toEqual(after);
    expect(after).not.toEqual(before);
  }

  it.each(recipes)(
    'has one effect and one response: %s, by a key in its input',
    async (name, inputOf) => {
      const input = { ...(await inputOf()), idempotencyKey: `key-${(keys += 1)}` };

      await repeated({ query: documentOf(name), variables: { input }, options: {} });
      if (CHANGES_CLINIC.has(name)) await renew();
    },
  );

  it('gives no caller of a publishable key the result of another, by any key', async () => {
    const { publishableKey: key } = gateway.business;
    const headers = { 'idempotency-key': '1' };
    const hold = (start: string, holdSecret: string) =>
      gateway.run(
        documentOf('holdAppointment'),
        {
          input: {
            locationId: clinic.locationId,
            reasonId: clinic.reasonId,
            staffId: clinic.staffId,
            start,
            holdSecret,
          },
        },
        { key, headers },
      );

    const one = await hold('2035-03-01T15:00:00Z', 'the secret of one caller');
    const same = await hold('2035-03-01T15:00:00Z', 'the secret of the other');
    const other = await hold('2035-03-02T15:00:00Z', 'the secret of the other');
    const again = await hold('2035-03-01T15:00:00Z', 'the secret of one caller');

    expect([refusals(one), refusals(other), again]).toEqual([[], [], one]);
    expect(refusals(same)).toMatchObject([{ code: 'TIME_UNAVAILABLE' }]);
    expect(other.data.holdAppointment.appointment.id).not.toBe(
      one.data.holdAppointment.appointment.id,
    );
  });

  it.each(TRANSPORTS)(
    'refuses keys of no or more than 100 characters and writes nothing, over %s',
    async (transport) => {
      const query = documentOf('createClient');
      const variables = { input: { firstName: 'Long', lastName: 'Key' } };
      const before = await rows();

      for (const idempotencyKey of ['', 'k'.repeat(101)]) {
        const answers = [
          await runOver(gateway, transport, {
            query,
            variables: { input: { ...variables.input, idempotencyKey } },
          }),
          ...(idempotencyKey === '' && transport !== 'WebSocket'
            ? []
            : [await runOver(gateway, transport, { query, variables, idempotencyKey })]),
        ];
        for (const { data, errors } of answers) {
          expect([data, errors?.map(({ path, extensions }) => [path, extensions.code])]).toEqual([
            { createClient: null },
            [[['createClient'], 'BAD_USER_INPUT']],
          ]);
        }
      }
      expect(await rows()).toEqual(before);
      const longest = await runOver(gateway, transport, {
        query,
        variables,
        idempotencyKey: `${transport}${'k'.repeat(91)}`.slice(0, 100),
      });
      expect(
        await runOver(gateway, transport, {
          query,
          variables,
          idempotencyKey: `${transport}${'k'.repeat(91)}`.slice(0, 100),
        }),
      ).toEqual(longest);
      expect(grownBy(before, await rows())).toMatchObject({ client: 1 });
    },
  );

  it('books a hold once by its secret and a key, concurrently too, and without a key for the same client', async () => {
    const { publishableKey: key } = gateway.business;
    const hold = async (start: string) =>
      (
        await change(
          gateway,
          'holdAppointment',
          {
            locationId: clinic.locationId,
            reasonId: clinic.reasonId,
            staffId: clinic.staffId,
            start,
            holdSecret: 'a secret of this hold',
          },
          'appointment { id }',
          key,
        )
      ).appointment.id;
    const guest = {
      firstName: 'Daenerys',
      lastName: 'Targaryen',
      emailAddress: 'dany@dragonstone.org',
    };
    const book = (id: string, more: object = {}) =>
      gateway.run(
        documentOf('bookAppointment'),
        {
          input: { id, holdSecret: 'a secret of this hold', client: guest, ...more },
        },
        { key },
      );
    const [one, two] = [await hold('2035-01-01T15:00:00Z'), await hold('2035-01-02T15:00:00Z')];

    const withKey = await Promise.all([1, 2, 3].map(() => book(one, { idempotencyKey: 'web-1' })));
    const after = await rows();
    const without = await Promise.all([1, 2].map(() => book(two)));
    const ended = await rows();
    const third = await book(two);
    const stranger = await book(two, {
      client: { ...guest, emailAddress: 'other@dragonstone.org' },
    });
    const guess = await book(two, { holdSecret: 'not the secret of it' });

    expect(withKey.map(refusals)).toEqual([[], [], []]);
    expect(withKey.map(({ data }) => data.bookAppointment.appointment.status)).toEqual([
      'OPEN',
      'OPEN',
      'OPEN',
    ]);
    expect(withKey[1]).toEqual(withKey[0]);
    expect(withKey[2]).toEqual(withKey[0]);
    expect([...without.map(refusals), refusals(third)]).toEqual([[], [], []]);
    expect([without[1], third]).toEqual([without[0], without[0]]);
    expect(grownBy(after, ended)).toMatchObject({ client: 1 });
    expect(refusals(stranger)).toMatchObject([{ code: 'ILLEGAL_TRANSITION' }]);
    expect(refusals(guess)).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect(await rows()).toEqual(ended);
  });

  it('of another name with the same input is refused with IDEMPOTENCY_KEY_REUSED', async () => {
    const { appointment } = await change(
      gateway,
      'createAppointment',
      {
        locationId: clinic.locationId,
        reasonId: clinic.reasonId,
        staffId: clinic.staffId,
        clientId: clinic.clientId,
        start: '2035-02-01T15:00:00Z',
      },
      'appointment { id }',
    );
    const variables = { input: { id: appointment.id, idempotencyKey: 'cancel-or-complete' } };
    const first = await gateway.run(documentOf('cancelAppointment'), variables);
    const after = await rows();

    for (const name of [
      'completeAppointment',
      'noShowAppointment',
      'declineAppointment',
      'confirmAppointment',
    ]) {
      const { data, errors } = await gateway.run(documentOf(name), variables);
      expect([name, data[name], errors?.map(({ extensions }) => extensions.code)]).toEqual([
        name,
        null,
        ['IDEMPOTENCY_KEY_REUSED'],
      ]);
    }
    expect(refusals(first)).toEqual([]);
    expect(await rows()).toEqual(after);
  });

  const versioned = recipes.filter(([name]) => {
    const input = getNamedType(MUTATIONS[name]!.args[0]!.type);
    return isInputObjectType(input) && 'expectedVersion' in input.getFields();
  });
  it.each(versioned)('refuses a future version: %s', async (name, inputOf) => {
    const input = { ...(await inputOf()), idempotencyKey: null, expectedVersion: 1_000 };
    const before = await rows();

    const answer = await gateway.run(documentOf(name), { input });

    expect(refusals(answer)).toMatchObject([
      { code: 'VERSION_CONFLICT', path: ['input', 'expectedVersion'] },
    ]);
    expect(await rows()).toEqual(before);
  });

  it.each(['cancelAppointment', 'completeAppointment', 'noShowAppointment'])(
    'changes nothing without a key either: %s of an appointment in that status',
    async (name) => {
      const [, inputOf] = recipes.find((recipe) => recipe[0] === name)!;
      const { idempotencyKey: _, ...input } = (await inputOf()) as { idempotencyKey?: string };
      const first = await gateway.run(documentOf(name), { input });
      const after = await rows();

      const again = await gateway.run(documentOf(name), { input });

      expect(refusals(first)).toEqual([]);
      expect(again).toEqual(first);
      expect(await rows()).toEqual(after);
    },
  );

  it('keeps the new key and secret of the first response', async () => {
    const create = `mutation ($input: CreateApiKeyInput!) {
      createApiKey(input: $input) { created { key apiKey { keyId revokedAt } } userErrors { code } }
    }`;
    const variables = { input: { name: 'Once', role: 'ADMINISTRATOR', idempotencyKey: 'new-key' } };
    const {
      createApiKey: { created },
    } = await gateway.data(create, variables);
    const revoke = () =>
      gateway.data(
        'mutation ($id: Int!) { revokeApiKey(keyId: $id) { apiKey { revokedAt } userErrors { code } } }',
        { id: created.apiKey.keyId },
        { headers: { 'idempotency-key': 'revoke' } },
      );
    const {
      createApiKey: { created: again },
    } = await gateway.data(create, variables);
    const revoked = await revoke();
    const stored = await gateway.gateway.db.all<{ answer: unknown }>(
      sql`SELECT answer FROM idempotency_key`,
    );

    expect(again).toEqual(created);
    expect(created.key).toMatch(/^\S{20,}$/);
    expect(revoked.revokeApiKey).toEqual({
      apiKey: { revokedAt: expect.any(String) },
      userErrors: [],
    });
    expect(await revoke()).toEqual(revoked);
    expect(JSON.stringify(stored)).not.toContain(created.key);
  });
});
