import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isNonNullType,
  isObjectType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { gatewaySchema } from '../../src/schema';
import { addClinic, book, change, type Clinic } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';

jest.setTimeout(300_000);

/** A connection, the fields that lead to it from Query, and the values of its order. */
interface Connection {
  readonly path: readonly string[];
  readonly field: GraphQLField<unknown, unknown>;
  readonly orders: readonly (string | null)[];
}

const typeOf = ({ type }: GraphQLField<unknown, unknown>) => getNamedType(type);
const isConnection = (field: GraphQLField<unknown, unknown>) =>
  typeOf(field).name.endsWith('Connection');
const needsNothing = ({ args }: GraphQLField<unknown, unknown>) =>
  args.every(({ type, defaultValue }) => !isNonNullType(type) || defaultValue !== undefined);

function ordersOf({ args }: GraphQLField<unknown, unknown>): (string | null)[] {
  const order = getNamedType(args.find(({ name }) => name === 'orderBy')?.type);
  const names =
    order && isInputObjectType(order) ? getNamedType(order.getFields().field!.type) : null;
  return names && isEnumType(names) ? names.getValues().map(({ name }) => name) : [null];
}

/** Returns every connection of the schema, each by one of the shortest paths from Query. */
function connectionsOf(schema: GraphQLSchema): Connection[] {
  const found: Connection[] = [];
  const seen = new Set<string>();
  const queue: { type: GraphQLObjectType; path: readonly string[] }[] = [
    { type: schema.getQueryType() as GraphQLObjectType, path: [] },
  ];
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { type, path } = next;
    if (seen.has(type.name)) continue;
    seen.add(type.name);
    for (const field of Object.values(type.getFields())) {
      if (!needsNothing(field)) continue;
      const to = typeOf(field);
      if (isConnection(field)) found.push({ path, field, orders: ordersOf(field) });
      if (isObjectType(to))
        queue.push(
          isConnection(field)
            ? {
                type: getNamedType(
                  (to.getFields().nodes as GraphQLField<unknown, unknown>).type,
                ) as GraphQLObjectType,
                path: [...path, field.name, 'nodes'],
              }
            : { type: to, path: [...path, field.name] },
        );
    }
  }
  return found;
}

const encoded = (value: unknown): string =>
  Buffer.from(JSON.stringify(value)).toString('base64url');
const decoded = (cursor: string): unknown[] =>
  JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];

/** Of so many cursors, a list below rows is given one. */
const SHARE = 24;

/** Cursors that no list returned. */
const CRAFTED: readonly string[] = [
  'x',
  '%',
  '=',
  '__proto__',
  'NaN',
  encoded('text'),
  encoded(5),
  encoded(null),
  encoded({}),
  encoded([]),
  encoded(['START']),
  encoded(['START', 'x', 1]),
  encoded(['START', 1, 'x']),
  encoded(['START', '2031-01-01', 1]),
  encoded(['NAME', 'x', 1]),
  encoded(['ADDED', 1]),
  encoded([null, null, null]),
  Buffer.from('["START","x"').toString('base64url'),
  encoded(Array.from({ length: 5_000 }, (_, index) => index)),
  Buffer.from('['.repeat(10_000)).toString('base64url'),
  'A'.repeat(20_000),
  '9'.repeat(15),
  '9'.repeat(16),
  '-1',
  '1.5',
  '1e3',
  'ffffffffff.1',
  'fffffffffff.1',
  '0123456789.99999999999999999',
];

/** Returns a valid cursor of a list, and each way of corrupting it. */
function spoiled(cursor: string): string[] {
  const [order, ...values] = decoded(cursor);
  const wrong: unknown[][] = [
    [order],
    [order, ...values, 1],
    [order, ...values, ...values],
    [order, ...values.slice(1)],
    ['NONE', ...values],
    [`${String(order)}2`, ...values],
    [[order], ...values],
    [null, ...values],
    [...values],
  ];
  const bad = [null, true, 1.5, 1e300, 2 ** 53, -(2 ** 53), [], {}, [1], 'x\0y', '\ud800'];
  values.forEach((value, index) => {
    for (const other of [
      ...bad,
      ...(typeof value === 'number' ? ['x', '', String(value)] : [1, 0]),
    ])
      wrong.push([order, ...values.with(index, other)]);
  });
  const last = values.length - 1;
  // A position in the log may be larger than an id.
  const isLog = String(order).startsWith('LogEvent.');
  for (const beyond of isLog ? [] : [2 ** 31, -(2 ** 31) - 1, 10 ** 15, '9223372036854775808'])
    wrong.push([order, ...values.with(last, beyond)]);
  return [...wrong.map(encoded), cursor.slice(0, -2), `${cursor}AAAA`];
}

onEachDatabase('cursors', (gateway) => {
  const schema = gatewaySchema();
  const connections = connectionsOf(schema);
  let clinic: Clinic;

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    for (const hour of [14, 15, 16]) await book(gateway, clinic, `2031-01-06T${hour}:00:00Z`);
    await gateway.logged();
    for (const name of ['Room', 'Chair'])
      await change(gateway, 'createResource', { name, quantity: 1 });
    const created = await change(
      gateway,
      'createWebhook',
      { url: 'https://example.org/hook', events: ['CREATED'] },
      'webhook { id }',
    );
    for (let times = 0; times < 2; times += 1)
      await change(gateway, 'testWebhook', { id: created.webhook.id });
  });

  const query = (
    { path, field }: Connection,
    order: string | null,
    args: string,
    selection: string,
  ): string => {
    const orderBy = order === null ? '' : `, orderBy: { field: ${order}, direction: ASC }`;
    const ends = path.reduceRight(
      (inner, name) => `${name} { ${inner} }`,
      `${field.name}(${args}${orderBy}) { ${selection} }`,
    );
    return `query ($cursor: String) { ${ends} }`;
  };
  const each = connections
    .flatMap((connection) => connection.orders.map((order) => ({ connection, order })))
    .map(
      ({ connection, order }, place) =>
        [
          [...connection.path, connection.field.name, ...(order ? [order] : [])].join('.'),
          connection,
          order,
          place,
        ] as const,
    );

  it('cover every connection of the schema', () => {
    const all = Object.values(schema.getTypeMap())
      .filter(({ name }) => name.endsWith('Connection'))
      .map(({ name }) => name);
    const reached = new Set(connections.map(({ field }) => typeOf(field).name));
    // Its field takes an input; tested in lists/pages.test.ts.
    expect(all.filter((name) => !reached.has(name))).toEqual(['AvailableTimeConnection']);
    expect(each.length).toBeGreaterThan(15);
  });

  it.each(each)(
    'of %s that no list returned are refused as input, by the planner and by the resolvers',
    async (_name, connection, order, place) => {
      const given = new Set(connection.field.args.map(({ name }) => name));
      const { data } = await gateway.run(
        query(connection, order, 'first: 2', 'nodes { __typename } pageInfo { endCursor }'),
      );
      const ends: string[] = [];
      JSON.stringify(data, (key, value: unknown) =>
        key === 'endCursor' && typeof value === 'string' ? (ends.push(value), value) : value,
      );
      const isOfLog = !given.has('before');
      const all = [
        ...CRAFTED.filter((cursor) => !isOfLog || !/^\d{15}$/.test(cursor)),
        ...(ends[0] && !isOfLog ? spoiled(ends[0]) : []),
      ];
      // Lists below rows have the same implementation: each is given other cursors of the table.
      const wrong = connection.path.length
        ? all.filter((_, index) => index % SHARE === place % SHARE)
        : all;
      const answers: unknown[] = [];

      for (const name of ['after', 'before'].filter((argument) => given.has(argument))) {
        const text = query(
          connection,
          order,
          `first: 2, ${name}: $cursor`,
          'nodes { __typename } pageInfo { endCursor }',
        );
        for (const cursor of wrong) {
          const { errors, data: found } = await gateway.run(text, { cursor });
          const codes = [...new Set((errors ?? []).map(({ extensions }) => extensions.code))];
          // Nothing is read below a missing row.
          const isRead = JSON.stringify(found ?? {}).includes('endCursor');
          if (
            codes.join() !== 'BAD_USER_INPUT' &&
            (codes.join() !== 'CURSOR_EXPIRED' || !isOfLog) &&
            (codes.length > 0 || isRead)
          )
            answers.push([name, cursor.slice(0, 80), codes]);
        }
        // A returned cursor is accepted.
        if (ends[0])
          expect([name, (await gateway.run(text, { cursor: ends[0] })).errors]).toEqual([
            name,
            undefined,
          ]);
      }

      expect(answers).toEqual([]);
    },
  );
});
