import {
  getNamedType,
  isInterfaceType,
  isLeafType,
  isNonNullType,
  isObjectType,
  type GraphQLOutputType,
} from 'graphql';
import { tableNames } from '../support/schema/tables';
import { raw, sql } from '../../src/db/sql';
import { entities } from '../../src/data-source';
import { tableOf } from '../../src/db/table';
import { gatewaySchema } from '../../src/schema';
import { addClinic } from '../support/fixtures/clinic';
import { Role } from '../../src/context';
import { onEachDatabase, type Answer } from '../support/harness/gateway';
import { RoleTable, type Call } from '../support/fixtures/retries';

jest.setTimeout(120_000);

const MUTATIONS = gatewaySchema().getMutationType()!.getFields();

/** Public limits count attempts, and a retry is one. */
const BOOKKEEPING = new Set([
  'idempotency_key',
  'id_block',
  'log_head',
  'public_usage',
  'readiness',
  'rule_version',
]);
const TABLES = () =>
  tableNames()
    .filter((name) => !BOOKKEEPING.has(name))
    .sort();

/** Mutations that change who serves, what a reason takes, or which location is primary. */
const CHANGES_CLINIC = new Set([
  'updateStaff',
  'setReasonStaff',
  'setReasonResources',
  'setReasonLocations',
  'setReasonAddOns',
  'createLocation',
]);

/** The mutation that writes nothing but its key. */
const READS = 'exchangeManageToken';

/** The second of two equal calls changes what the first has changed, or nothing. */
const CHANGES_SAME_ROW =
  /^(update|set|delete|restore|revoke|replay|saveMessageTemplate)|CalendarFeed$/;

interface Sent {
  readonly query: string;
  readonly variables: object;
  readonly options: { key: string; headers?: Record<string, string> };
}

/** Fields that name what a call has written, or that it makes up. */
const NAMES = /^(id|version|keyId|key|secret|accessToken|expiresAt|url|status|modifiedAt|code)$/;

/** Selects such fields of a payload and of the rows in it. */
function namesIn(type: GraphQLOutputType, depth: number): string {
  const named = getNamedType(type);
  if (isInterfaceType(named)) return ' { code }';
  if (!isObjectType(named)) return '';
  const fields = Object.values(named.getFields())
    .filter(
      ({ name, args, type: of }) =>
        args.every((arg) => !isNonNullType(arg.type)) &&
        (isLeafType(getNamedType(of)) ? NAMES.test(name) : depth > 0),
    )
    .map(({ name, type: of }) => `${name}${namesIn(of, depth - 1)}`);
  return ` { __typename ${fields.join(' ')} }`;
}

/** One field of a document for each alias; the variables of a field end with its alias. */
function documentOf(mutation: string, aliases: readonly string[]): string {
  const { args, type } = MUTATIONS[mutation]!;
  const variables = aliases.flatMap((alias) =>
    args.map((arg) => `$${arg.name}${alias}: ${String(arg.type)}`),
  );
  const fields = aliases.map(
    (alias) =>
      `${alias}: ${mutation}(${args.map(({ name }) => `${name}: $${name}${alias}`).join(', ')})${namesIn(type, 1)}`,
  );
  return `mutation (${variables.join(', ')}) { ${fields.join(' ')} }`;
}

const variablesOf = (calls: Readonly<Record<string, Call>>): object =>
  Object.fromEntries(
    Object.entries(calls).flatMap(([alias, { variables }]) =>
      Object.entries(variables).map(([name, value]) => [`${name}${alias}`, value]),
    ),
  );

onEachDatabase('a mutation that a role sends again', (gateway) => {
  const table = new RoleTable(gateway);
  /** Every request with a key and its first response, for the retry after a restart. */
  const sent: (Sent & { readonly first: Answer })[] = [];
  let clinics = 0;
  let keys = 0;

  const renew = async () => table.use(await addClinic(gateway, `${(clinics += 1)}`));
  beforeAll(async () => {
    gateway.time = Date.now();
    await gateway.restart({ backgroundWork: false });
    await renew();
  });

  async function rows(): Promise<Map<string, string[]>> {
    await gateway.logged();
    const names = TABLES();
    const all = await Promise.all(
      names.map((name) => gateway.gateway.db.all(sql`SELECT * FROM ${raw(`"${name}"`)}`)),
    );
    return new Map(
      names.map((name, index) => [name, all[index]!.map((row) => JSON.stringify(row)).sort()]),
    );
  }

  const COUNTS = raw(
    TABLES()
      .map((name) => `(SELECT count(*) FROM "${name}") AS "${name}"`)
      .join(', '),
  );
  const counts = async (): Promise<Record<string, number>> =>
    (await gateway.gateway.db.all<Record<string, number>>(sql`SELECT ${COUNTS}`))[0]!;
  const growth = (
    before: Record<string, number>,
    after: Record<string, number>,
    effects = 1,
  ): Record<string, number> =>
    Object.fromEntries(
      Object.entries(after)
        .map(([name, count]) => [name, (count - before[name]!) / effects] as const)
        .filter(([, grown]) => grown !== 0),
    );

  /**
   * Every request arrives a second after the one before it, so that a second effect would differ.
   */
  const run = ({ query, variables, options }: Sent): Promise<Answer> => {
    gateway.time! += 1_000;
    return gateway.run(query, variables, options);
  };

  const refusals = ({ data, errors = [] }: Answer) => [
    ...errors,
    ...Object.values(data ?? {}).flatMap((payload: any) => payload?.userErrors ?? []),
  ];

  /** One call with a key of its own: in its input, or else in the header. */
  const keyed = (mutation: string, { variables, key }: Call): Sent => {
    const idempotencyKey = `key-${(keys += 1)}`;
    const { input } = variables;
    const call = { key, variables: input ? { input: { ...input, idempotencyKey } } : variables };
    return {
      query: documentOf(mutation, ['one']),
      variables: variablesOf({ one: call }),
      options: { key, headers: input ? {} : { 'idempotency-key': idempotencyKey } },
    };
  };

  /** Two calls in one document under one header. A guest's calls are by one guest. */
  const under = (mutation: string, one: Call, other: Call): Sent => ({
    query: documentOf(mutation, ['one', 'other']),
    variables: variablesOf({ one, other }),
    options: { key: one.key, headers: { 'idempotency-key': `header-${(keys += 1)}` } },
  });

  it('has a recipe for each mutation of the schema', () => {
    expect(table.mutations()).toEqual(Object.keys(MUTATIONS).sort());
  });

  const all = table.rows();

  const titled = all.map((row) => [row.mutation, row.role, row] as const);

  it.each(titled)(
    'has one effect and one response: %s, sent by %s',
    async (mutation, role, { callOf }) => {
      const single = keyed(mutation, await callOf());
      const one = await callOf();
      const pair = under(mutation, one, role === 'GUEST' ? one : await callOf());
      const before = await counts();

      const first = await run(single);
      const between = await counts();
      const [second, concurrent] = await Promise.all([run(pair), run(pair)]);
      const after = await counts();

      expect([refusals(first), refusals(second)]).toEqual([[], []]);
      expect(concurrent).toEqual(second);
      if (mutation === READS) expect(growth(before, after)).toEqual({});
      else if (!CHANGES_SAME_ROW.test(mutation) && role !== Role.GUEST)
        expect(growth(between, after, 2)).toEqual(growth(before, between));
      sent.push({ ...single, first }, { ...pair, first: second });
      if (CHANGES_CLINIC.has(mutation)) await renew();
    },
  );

  it('refuses the key of a caller without an API key, who may exchange a manage link without one', async () => {
    const { variables } = await all
      .find(({ mutation, role }) => mutation === READS && role === Role.ADMINISTRATOR)!
      .callOf();
    const request = {
      query: documentOf(READS, ['one']),
      variables: variablesOf({ one: { variables, key: '' } }),
    };
    const before = await rows();

    const { data, errors } = await gateway.run(request.query, request.variables, { key: null });
    const keyed = await gateway.run(request.query, request.variables, {
      key: null,
      headers: { 'idempotency-key': 'anonymous' },
    });

    expect(keyed.data).toEqual({ one: null });
    expect(keyed.errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
    expect([errors, data.one.userErrors]).toEqual([undefined, []]);
    expect(data.one.accessToken).toMatch(/^sg_at_/);
    expect(await rows()).toEqual(before);
  });

  /** Sends every request once more. */
  async function repeatAll(): Promise<void> {
    const before = await rows();

    for (const { first, ...request } of sent) {
      const again = await run(request);
      expect([request.query, again]).toEqual([request.query, first]);
    }

    expect(sent.length).toBeGreaterThan(all.length);
    expect(await rows()).toEqual(before);
  }

  it('has one response, and no further effect', repeatAll);

  it('has one response after a restart, and no further effect', async () => {
    await gateway.restart({ backgroundWork: false });
    await repeatAll();
  });

  it('has stored a reference beside each name of an actor', async () => {
    const authored = entities.flatMap((entity) =>
      tableOf(entity as new () => object)
        .columns.filter(({ name }) => name.endsWith('_by_id') || name === 'actor_id')
        .map(
          ({ name }) =>
            [tableOf(entity as new () => object).name, name, name.slice(0, -'_id'.length)] as const,
        ),
    );
    const without = await Promise.all(
      authored.map(([table, column, text]) =>
        gateway.gateway.db.all<{ count: number }>(
          raw(
            `SELECT count(*) AS count FROM ${table} WHERE ${text} IS NOT NULL AND ${column} IS NULL`,
          ),
        ),
      ),
    );

    expect(authored.length).toBeGreaterThan(18);
    expect(authored.filter((_, index) => Number(without[index]![0]!.count) > 0)).toEqual([]);
  });
});
