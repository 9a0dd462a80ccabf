import 'reflect-metadata';
import {
  buildSchema,
  getOperationAST,
  parse,
  type GraphQLError,
  type OperationDefinitionNode,
} from 'graphql';
import { GraphQLJSON } from 'graphql-scalars';
import { Arg, buildSchemaSync, Int, Query, Resolver } from 'type-graphql';
import { costsPerDay, extraCostOf, type ExtraCost } from '../../src/graphql/field-cost';
import {
  exceededLimits,
  LIMITS,
  operationCost,
  refuseCost,
  type Limits,
} from '../../src/graphql/limits/limits';
import { measureOperation, type Measure } from '../../src/graphql/limits/measure';

const schema = buildSchema(`
  directive @mark repeatable on QUERY | FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT | FRAGMENT_DEFINITION
  interface Node { id: ID!, pages(first: Int): Connection }
  type Item implements Node { id: ID!, name: String, tags: [Tag!]!, optional: [Tag], parent: Item, pages(first: Int, last: Int): Connection!, fields: [Tag!]! }
  type Tag { text: String, more: [[Tag!]!]! }
  union Any = Item | Tag
  type Connection { nodes: [Item!]!, count: Int }
  input Range { from: Int, to: Int }
  type Query {
    ping: String
    item: Item
    items: [Item!]!
    any: Any
    node: Node
    pages(first: Int, last: Int, after: String): Connection!
    sized(last: Int): [Item!]!
    other(after: Int): [Item!]!
    priced: String
    pricedItem: Item
    pricedItems(first: Int): [Item!]!
    range(input: Range, step: Int): Int
  }
  type Mutation { change: Item }
`);
const costs: Readonly<Record<string, ExtraCost>> = {
  priced: 7,
  pricedItem: 7,
  pricedItems: 7,
  range: ({ input, step }) => {
    const { from = 1, to = 2 } = (input ?? {}) as { from?: number; to?: number };
    return (to - from) * ((step as number | undefined) ?? 1);
  },
};
const query = schema.getQueryType()!;
for (const [name, cost] of Object.entries(costs)) query.getFields()[name]!.extensions = { cost };

const operationOf = (text: string): [ReturnType<typeof parse>, OperationDefinitionNode] => {
  const document = parse(text);
  return [document, getOperationAST(document, null)!];
};
const measure = (text: string): Measure => measureOperation(schema, ...operationOf(text));
const cost = (text: string, variables?: Record<string, unknown>): number =>
  operationCost(schema, parse(text), null, variables);

describe('measureOperation', () => {
  const of = (counts: Partial<Measure>): Measure => ({
    depth: 1,
    aliases: 0,
    rootFields: 1,
    directives: 0,
    cost: 0,
    ...counts,
  });
  it.each<[string, Partial<Measure>]>([
    ['{ ping }', {}],
    ['{ ping ping }', { rootFields: 2 }],
    ['{ a: ping b: ping }', { rootFields: 2, aliases: 2 }],
    ['{ item { a: name parent { b: name } } }', { depth: 3, aliases: 2, cost: 2 }],
    ['{ item { name } ping }', { depth: 2, rootFields: 2, cost: 1 }],
    ['{ __typename }', { depth: 0 }],
    ['{ item { __typename } }', { depth: 1, cost: 1 }],
    ['{ __schema { a: description } }', { depth: 0, aliases: 1, cost: 1 }],
    ['{ __schema @mark { description @mark } }', { depth: 0, directives: 2, cost: 1 }],
    ['mutation { change { name } }', { depth: 2, cost: 1 }],
    // Directives on each kind of node.
    ['query @mark { ping @mark @mark }', { directives: 3 }],
    ['{ item @mark { name @mark parent { name @mark } } }', { depth: 3, directives: 3, cost: 2 }],
    ['{ ... @mark { ping } }', { directives: 1 }],
    ['{ ...F @mark } fragment F on Query @mark { ping @mark }', { directives: 3 }],
    [
      '{ ...F ...F } fragment F on Query @mark { a: ping }',
      { directives: 2, aliases: 2, rootFields: 2 },
    ],
    // Fragments and type conditions.
    ['{ ... { ping } }', {}],
    ['{ ... on Query { item { name } } }', { depth: 2, cost: 1 }],
    ['{ any { ... on Item { parent { name } } } }', { depth: 3, cost: 2 }],
    ['{ item { ... { tags { text } } } }', { depth: 3, cost: 11 }],
    [
      '{ ...F } fragment F on Query { item { ...G } } fragment G on Item { parent { name } }',
      { depth: 3, cost: 2 },
    ],
    [
      '{ item { ...F parent { ...F } } } fragment F on Item { a: tags { text } }',
      { depth: 4, aliases: 2, cost: 22 },
    ],
    // Faults that other rules report.
    ['{ ...Missing }', { depth: 0, rootFields: 0 }],
    ['{ item { ...F } } fragment F on Item { parent { ...F } }', { depth: 2, cost: 2 }],
    ['{ missing { name } }', { depth: 2, cost: 1 }],
    ['{ any { name { text } } }', { depth: 3, cost: 2 }],
    ['{ ... on Missing { item { name } } }', { depth: 2, cost: 1 }],
  ])('%s', (text, wanted) => expect(measure(text)).toEqual(of(wanted)));
  it('measures an operation of a kind that the schema lacks', () =>
    expect(measure('subscription { item { name } }')).toEqual(of({ depth: 2, cost: 1 })));

  const nested = (levels: number) =>
    `${'{ ... '.repeat(levels - 1)}{ ping }${' }'.repeat(levels - 1)}`;
  it('descends 200 levels', () => {
    expect(measure(nested(200))).toEqual(of({}));
    expect(measure(nested(201))).toEqual(of({ depth: 200, rootFields: 0 }));
  });
  it.each(['', '... '])('counts levels, not selection sets: %j', (inline) => {
    const items = 'item { name } '.repeat(300);
    expect(measure(inline ? `{ ${inline}{ ${items} } }` : `{ ${items} }`)).toEqual(
      of({ depth: 2, rootFields: 300, cost: 300 }),
    );
  });
});

describe('operationCost', () => {
  it.each<[string, number]>([
    ['{ items { name } }', 10],
    ['{ items { parent { name } } }', 20],
    ['{ items { tags { text } } }', 10 * 11],
    ['{ item { optional { text } } }', 11],
    ['{ item { tags { more { text } } } }', 1 + 10 * 11],
    ['{ item { tags { text } optional { text } parent { name } } }', 22],
    ['{ pages { count } }', 1],
    ['{ pages { nodes { name } } }', 26],
    ['{ pages(first: 3) { nodes { name } count } }', 4],
    ['{ pages(last: 3) { nodes { name } } }', 4],
    ['{ pages(first: 2, last: 3) { nodes { name } } }', 4],
    ['{ pages(first: 3, last: 2) { nodes { name } } }', 4],
    ['{ pages(first: 2) { nodes { pages(first: 3) { nodes { name } } } } }', 1 + 2 * (1 + 1 + 3)],
    ['{ item { pages(first: 3) { nodes { name } } } }', 5],
    ['{ node { pages(first: 3) { nodes { name } } } }', 5],
    ['{ pages(first: 3, after: "x") { nodes { name } } }', 4],
    ['{ pages(after: "x") { nodes { name } } }', 26],
    ['{ sized { name } }', 25],
    ['{ sized(last: 4) { name } }', 4],
    ['{ sized(last: 4) { parent { name } } }', 8],
    ['{ sized(last: 4) { tags { text } } }', 44],
    ['{ other(after: 4) { name } }', 10],
    // Page sizes.
    ['{ pages(first: 0) { nodes { name } } }', 2],
    ['{ pages(first: -1) { nodes { name } } }', 2],
    ['{ pages(first: 100) { nodes { name } } }', 101],
    ['{ pages(first: 101) { nodes { name } } }', 101],
    ['{ pages(first: null) { nodes { name } } }', 26],
    ['{ pages(first: "1") { nodes { name } } }', 101],
    ['{ pages(first: 1.5) { nodes { name } } }', 101],
    // Extra costs.
    ['{ priced }', 7],
    ['{ pricedItem { name } }', 8],
    ['{ pricedItems { name } }', 8 * 25],
    ['{ pricedItems(first: 2) { name } }', 16],
    ['{ items { priced } }', 10],
    ['{ range }', 1],
    ['{ range(step: 3) }', 3],
    ['{ range(input: { from: 1, to: 5 }, step: 3) }', 12],
    // Introspection: 30 fields for each type, and lists of ten.
    ['{ __type(name: "X") { fields { name } } }', 31],
    ['{ __type(name: "X") { fields { type { name } } } }', 61],
    ['{ __type(name: "X") { interfaces { name } } }', 11],
    ['{ __schema { types { fields { name } } } }', 1 + 10 * 31],
    ['{ item { fields { text } } }', 11],
    ['{ __typename }', 0],
  ])('%s: %d', (text, wanted) => expect(cost(text)).toBe(wanted));

  it.each<[string, Record<string, unknown> | undefined, number]>([
    ['($n: Int)', undefined, 25],
    ['($n: Int)', { n: null }, 25],
    ['($n: Int)', { n: 7 }, 7],
    ['($n: Int)', { n: 0 }, 1],
    ['($n: Int)', { n: 100 }, 100],
    ['($n: Int)', { n: 101 }, 100],
    ['($n: Int)', { n: '7' }, 100],
    ['($n: Int)', { n: [7] }, 100],
    ['($n: Int)', { other: 7 }, 25],
    ['($n: Int = 9)', {}, 9],
    ['($n: Int = 9)', { n: null }, 25],
    ['($n: Int = 9)', { n: 8 }, 8],
    ['($other: Int = 9, $n: Int = 8)', {}, 8],
    ['($n: Int = null)', {}, 25],
    ['($n: Int = 900)', {}, 100],
    ['($n: Int = "9")', {}, 100],
    ['', {}, 25],
    ['($other: Int = 9)', {}, 25],
  ])('query %s with %j has pages of %d', (definitions, variables, size) =>
    expect(cost(`query ${definitions} { sized(last: $n) { name } }`, variables)).toBe(size),
  );

  it.each<[string, Record<string, unknown>, number]>([
    ['($to: Int)', { to: 5 }, 4],
    ['($to: Int)', {}, 1],
    ['($to: Int = 7)', {}, 6],
    ['($to: Int = 7)', { to: null }, 6],
    ['($to: Int = 7)', { to: 3 }, 2],
  ])('range %s with %j costs %d', (definitions, variables, wanted) =>
    expect(cost(`query ${definitions} { range(input: { from: 1, to: $to }) }`, variables)).toBe(
      wanted,
    ),
  );

  it('depends on the variables of each execution of one document', () => {
    const [document] = operationOf(
      'query ($n: Int, $m: Int) { sized(last: $n) { pages(first: $m) { nodes { name } } } }',
    );
    const of = (variables: Record<string, unknown>) =>
      operationCost(schema, document, null, variables);
    const runs = [
      {},
      { n: 2 },
      { n: 2, m: 3 },
      { n: 3, m: 2 },
      { n: 'x', m: 1 },
      { n: 'x', m: 'x' },
      { n: ['x'], m: 1 },
      { n: null },
      { n: 23 },
      { m: 23 },
    ];
    const wanted = [
      25 * 27,
      2 * 27,
      2 * 5,
      3 * 4,
      100 * 3,
      100 * 102,
      100 * 3,
      25 * 27,
      23 * 27,
      25 * 25,
    ];
    expect(runs.map(of)).toEqual(wanted);
    expect(runs.map(of)).toEqual(wanted);
  });
  it('distinguishes null from a variable that was not sent', () => {
    const [document] = operationOf('query ($n: Int = 9) { sized(last: $n) { name } }');
    const of = (variables: Record<string, unknown>) =>
      operationCost(schema, document, null, variables);
    expect([{}, { n: null }, {}].map(of)).toEqual([9, 25, 9]);
  });
  it('keeps no cost that depends on more than page sizes', () => {
    const [document] = operationOf(
      'query ($to: Int, $n: Int) { range(input: { from: 1, to: $to }) sized(last: $n) { name } }',
    );
    const of = (variables: Record<string, unknown>) =>
      operationCost(schema, document, null, variables);
    expect([{ to: 5 }, { to: 9 }, { to: 9, n: 3 }].map(of)).toEqual([29, 33, 11]);
  });
  it('measures an operation once for each combination of page sizes', () => {
    const [document, operation] = operationOf('query ($n: Int) { sized(last: $n) { name } }');
    let reads = 0;
    const { selectionSet } = operation;
    Object.defineProperty(operation, 'selectionSet', { get: () => ((reads += 1), selectionSet) });
    const of = (variables: Record<string, unknown>) =>
      operationCost(schema, document, null, variables);

    const found = [of({ n: 2 }), of({ n: 2, m: 1 }), of({ n: 3 }), of({ n: 2 }), of({ n: 3 })];

    expect(found).toEqual([2, 2, 3, 2, 3]);
    expect(reads).toBe(2);
  });
  it('keeps at most 100 costs', () => {
    const [document, operation] = operationOf('query ($n: Int) { sized(last: $n) { name } }');
    let reads = 0;
    const { selectionSet } = operation;
    Object.defineProperty(operation, 'selectionSet', { get: () => ((reads += 1), selectionSet) });
    const of = (n: number) => operationCost(schema, document, null, { n });

    for (let round = 0; round < 2; round += 1)
      for (let n = 1; n <= 102; n += 1) expect(of(n)).toBe(Math.min(n, 100));

    expect(reads).toBe(104);
  });
  it('counts the named operation, and none that is missing', () => {
    const document = parse('query A { item { name } } query B { pages { nodes { name } } }');
    expect(['A', 'B', 'C', null].map((name) => operationCost(schema, document, name))).toEqual([
      1, 26, 0, 0,
    ]);
  });
});

const said = (errors: readonly GraphQLError[]) =>
  errors.map(({ message, extensions, nodes }) => [extensions.code, message, nodes?.length]);

describe('refuseCost', () => {
  it('refuses more than 50,000, and names the operation', () => {
    const tags = (size: number) =>
      parse(
        `{ pages(first: 100) { nodes { pages(first: ${size}) { nodes { tags { text } } } } } }`,
      );
    // 1 + 100 * (1 + 1 + size * 11)
    expect(refuseCost(schema, tags(45), null, {})).toBeNull();
    expect(refuseCost(schema, tags(46), 'Missing', {})).toBeNull();
    // 49,701 and 299 more.
    const exact = (rest: number) =>
      parse(`{
        pages(first: 100) { nodes { pages(first: 45) { nodes { tags { text } } } } }
        a: sized(last: 100) { name } b: sized(last: 100) { name } c: sized(last: ${rest}) { name }
      }`);
    expect(refuseCost(schema, exact(99), null, {})).toBeNull();
    expect(refuseCost(schema, exact(100), null, {})?.message).toMatch(/a cost of 50001;/);
    expect(said([refuseCost(schema, tags(46), null, {}) as GraphQLError])).toEqual([
      [
        'QUERY_TOO_COMPLEX',
        'This operation has a cost of 50801; the limit is 50000. Request smaller pages or fewer nested lists.',
        1,
      ],
    ]);
  });
});

describe('exceededLimits', () => {
  const NONE: Limits = {
    maxDepth: 999,
    maxAliases: 999,
    maxRootFields: 999,
    maxDirectives: 999,
    maxFields: 999,
    maxRepeats: 999,
    maxFragments: 999,
    maxCost: 0,
  };
  const refusals = (text: string, limits: Partial<Limits> = {}) =>
    exceededLimits(schema, parse(text), { ...NONE, ...limits });
  const messages = (text: string, limits?: Partial<Limits>) =>
    refusals(text, limits).map(({ message }) => message);
  const cycle = '{ item { ...A } } fragment A on Item { parent { ...A } }';

  it.each<[keyof Limits, string, number, string]>([
    [
      'maxDepth',
      '{ item { name } }',
      2,
      'a depth of 2; the limit is 1. Split it into several requests.',
    ],
    [
      'maxAliases',
      '{ a: ping b: ping c: ping }',
      3,
      'aliases in number 3; the limit is 2. Split it into several operations.',
    ],
    [
      'maxRootFields',
      '{ ping item { name } }',
      2,
      'root fields in number 2; the limit is 1. Split it into several operations.',
    ],
    [
      'maxDirectives',
      '{ ping @mark @mark }',
      2,
      'directives in number 2; the limit is 1. Use fewer.',
    ],
    [
      'maxFragments',
      '{ ping } fragment A on Item { name } fragment B on Item { name }',
      2,
      'fragments in number 2; the limit is 1. Use fewer.',
    ],
    [
      'maxFields',
      '{ item { id name } ping }',
      4,
      'fields in number 4; the limit is 3. Split it into several operations.',
    ],
    // A fragment counts once for each place.
    [
      'maxFields',
      '{ item { ...F ...F } pricedItem { ...F } } fragment F on Item { id name }',
      6,
      'fields in number 6; the limit is 5. Split it into several operations.',
    ],
    [
      'maxFields',
      '{ item { ... { id name } ... { id } } }',
      4,
      'fields in number 4; the limit is 3. Split it into several operations.',
    ],
    // Selections of one field merge, and those below them.
    [
      'maxFields',
      '{ item { parent { id } } item { parent { name } } }',
      6,
      'fields in number 6; the limit is 5. Split it into several operations.',
    ],
    [
      'maxFields',
      '{ ping } fragment F on Item { id name tags { text } }',
      4,
      'fields in number 4; the limit is 3. Split it into several operations.',
    ],
    [
      'maxFields',
      cycle,
      200,
      'fields in number 200; the limit is 199. Split it into several operations.',
    ],
    [
      'maxRepeats',
      '{ ping ping ping }',
      3,
      'selections of one field at the same place 3; the limit is 2. Select it once.',
    ],
    [
      'maxRepeats',
      '{ item { name } item { name id } }',
      2,
      'selections of one field at the same place 2; the limit is 1. Select it once.',
    ],
    [
      'maxRepeats',
      '{ a: item { b: name } a: item { b: name } }',
      2,
      'selections of one field at the same place 2; the limit is 1. Select it once.',
    ],
    [
      'maxRepeats',
      '{ item { parent { id } name name name } ping }',
      3,
      'selections of one field at the same place 3; the limit is 2. Select it once.',
    ],
    [
      'maxRepeats',
      '{ item { ...F ... { name } } } fragment F on Item { name }',
      2,
      'selections of one field at the same place 2; the limit is 1. Select it once.',
    ],
    [
      'maxRepeats',
      '{ item { id } } fragment F on Item { id id }',
      2,
      'selections of one field at the same place 2; the limit is 1. Select it once.',
    ],
  ])('%s of %s is %d', (limit, text, figure, message) => {
    expect(messages(text, { [limit]: figure })).toEqual([]);
    expect(messages(text, { [limit]: figure - 1 })).toEqual([`This operation has ${message}`]);
  });
  it('counts fields without a selection beside those with one', () => {
    expect(messages('{ item item { name } ...Missing }', { maxFields: 3 })).toEqual([]);
    expect(messages('{ item item { name } ...Missing }', { maxFields: 2 })).toHaveLength(1);
  });
  it('does not merge fields of different aliases', () =>
    expect(messages('{ a: ping b: ping ping }', { maxRepeats: 1 })).toEqual([]));
  it('stops counting above a limit', () => {
    expect(messages(`{ ${'ping '.repeat(20)} }`, { maxFields: 5 })).toEqual([
      'This operation has fields in number 6; the limit is 5. Split it into several operations.',
    ]);
    expect(messages('{ item { id id } pricedItem { id id id } }', { maxRepeats: 1 })).toEqual([
      'This operation has selections of one field at the same place 2; the limit is 1. Select it once.',
    ]);
    expect(messages('{ item { id name } pricedItem { id name } }', { maxFields: 3 })).toEqual([
      'This operation has fields in number 4; the limit is 3. Split it into several operations.',
    ]);
  });
  it('reports every exceeded limit of each operation', () =>
    expect(
      said(
        refusals(
          'query A @mark { a: ping } query B { b: item { name } } fragment F on Item { id }',
          {
            maxDepth: 1,
            maxAliases: 0,
            maxRootFields: 0,
            maxDirectives: 0,
            maxFragments: 0,
          },
        ),
      ),
    ).toEqual(
      [
        'aliases in number 1; the limit is 0. Split it into several operations.',
        'root fields in number 1; the limit is 0. Split it into several operations.',
        'directives in number 1; the limit is 0. Use fewer.',
        'fragments in number 1; the limit is 0. Use fewer.',
        'a depth of 2; the limit is 1. Split it into several requests.',
        'aliases in number 1; the limit is 0. Split it into several operations.',
        'root fields in number 1; the limit is 0. Split it into several operations.',
        'fragments in number 1; the limit is 0. Use fewer.',
      ].map((message) => ['QUERY_TOO_COMPLEX', `This operation has ${message}`, 1]),
    ));
  it('counts fields only if nothing else is exceeded, up to the first definition', () => {
    const text = 'query A { a: ping b: ping } query B { ping item { id } }';
    const found = refusals(text, { maxFields: 1, maxAliases: 1 });
    expect(found.map(({ message }) => message)).toEqual([
      'This operation has aliases in number 2; the limit is 1. Split it into several operations.',
    ]);
    const names = (maxFields: number) =>
      refusals(text, { maxFields }).flatMap(({ nodes = [] }) =>
        nodes.map((node) => (node as OperationDefinitionNode).name?.value),
      );
    expect(names(1)).toEqual(['A']);
    expect(names(2)).toEqual(['B']);
    expect(names(3)).toEqual([]);
  });
  it('ignores definitions of types', () =>
    expect(messages('type X { a: Int } { ping }', { maxFields: 1, maxDepth: 1 })).toEqual([]));
  it('applies the limits of the gateway by default', () => {
    const aliases = (count: number) =>
      `{ item { ${Array.from({ length: count }, (_, index) => `a${index}: name`).join(' ')} } }`;
    expect(exceededLimits(schema, parse(aliases(50)))).toEqual([]);
    expect(exceededLimits(schema, parse(aliases(51)))).toHaveLength(1);
    expect(LIMITS).toEqual({
      maxDepth: 15,
      maxAliases: 50,
      maxRootFields: 25,
      maxDirectives: 60,
      maxFields: 1_500,
      maxRepeats: 50,
      maxFragments: 60,
      maxCost: 50_000,
    });
  });
});

describe('costsPerDay', () => {
  /** Returns the cost that the decorator declares for a field. */
  const perDay = (): ((args: object) => number) => {
    @Resolver()
    class Days {
      @costsPerDay(10)
      @Query(() => Int)
      days(@Arg('input', () => GraphQLJSON) _input: object): number {
        return 0;
      }
    }
    const { extensions } = buildSchemaSync({ resolvers: [Days] })
      .getQueryType()!
      .getFields().days!;
    return extraCostOf(extensions) as (args: object) => number;
  };
  it.each<[string | undefined, string | undefined, number]>([
    ['2030-01-31', '2030-01-31', 10],
    ['2030-01-31', '2030-02-01', 20],
    ['2030-01-01', '2030-03-03', 620],
    ['2030-01-01', '2030-03-04', 620],
    ['2030-01-31T00:00:00Z', '2030-01-31T06:00:00Z', 20],
    ['2030-01-31', '2030-01-30', 10],
    ['2030-01-31', '2030-01-01', 10],
    [undefined, '2030-01-31', 10],
    ['2030-01-31', undefined, 10],
    ['x', 'y', 10],
  ])('from %s to %s: %d', (from, to, wanted) =>
    expect(perDay()({ input: { from, to } })).toBe(wanted),
  );
  it('costs one day without an input', () => {
    expect(perDay()({})).toBe(10);
    expect(extraCostOf(undefined)).toBeUndefined();
    expect(extraCostOf({ cost: 3 })).toBe(3);
  });
});
