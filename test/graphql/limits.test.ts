import 'reflect-metadata';
import {
  buildSchema,
  getIntrospectionQuery,
  getOperationAST,
  parse,
  specifiedRules,
  validate,
  visit,
  type DocumentNode,
  type GraphQLFormattedError,
} from 'graphql';
import { pino } from 'pino';
import { createPipeline } from '../../src/http/operations/pipeline';
import { LIMITS, operationCost, exceededLimits, refuseCost } from '../../src/graphql/limits/limits';
import { measureOperation } from '../../src/graphql/limits/measure';
import { Role, type Context } from '../../src/context';
import { Planner } from '../../src/graphql/planner/planner';
import { gatewaySchema } from '../../src/schema';
import { DocumentCache } from '../../src/http/operations/document-cache';

const schema = buildSchema(`
  directive @mark repeatable on FIELD | QUERY | FRAGMENT_SPREAD
  interface Node { id: ID! }
  type Item implements Node { id: ID!, name: String, tags: [Tag!]!, items(first: Int, after: String, last: Int): ItemConnection!, latest(first: Int): [Item!]!, parent: Item }
  type Tag { text: String! }
  type ItemEdge { cursor: String!, node: Item! }
  type ItemConnection { nodes: [Item!]!, edges: [ItemEdge!]!, totalCount: Int! }
  type Query { ping: String, item: Item, items(first: Int, last: Int): ItemConnection!, node(id: ID!): Node }
`);

const errorsOf = (query: string) =>
  (exceededLimits(schema, parse(query), LIMITS).length
    ? exceededLimits(schema, parse(query), LIMITS)
    : validate(schema, parse(query), specifiedRules)
  ).map(({ message, extensions }) => [extensions.code, message]);
const measure = (document: DocumentNode, name?: string) =>
  measureOperation(schema, document, getOperationAST(document, name)!);
const nested = (levels: number) =>
  `{ item ${'{ parent '.repeat(levels - 2)} { name } ${'} '.repeat(levels - 2)} }`;

describe('limits of an operation', () => {
  it.each<[string, string, string]>([
    [
      '1,000 aliases',
      `{ ${Array.from({ length: 1_000 }, (_, n) => `a${n}: ping`).join(' ')} }`,
      'This operation has aliases in number 1000; the limit is 50. Split it into several operations.',
    ],
    [
      'aliases behind a fragment',
      `{ item { ...F } item { ...F } } fragment F on Item { ${Array.from({ length: 26 }, (_, n) => `a${n}: name`).join(' ')} }`,
      'This operation has aliases in number 52; the limit is 50. Split it into several operations.',
    ],
    [
      '30 levels',
      nested(30),
      'This operation has a depth of 30; the limit is 15. Split it into several requests.',
    ],
    [
      '1,000 levels',
      nested(1_000),
      'This operation has a depth of 200; the limit is 15. Split it into several requests.',
    ],
    [
      '1,000 inline fragments in each other',
      `{ ${'... { '.repeat(1_000)} ping ${'} '.repeat(1_000)} }`,
      'This operation has a depth of 200; the limit is 15. Split it into several requests.',
    ],
    [
      'root fields behind a fragment',
      `{ ...F } fragment F on Query { ${'ping '.repeat(26)} }`,
      'This operation has root fields in number 26; the limit is 25. Split it into several operations.',
    ],
    [
      'a flood of directives',
      `{ ping ${'@mark '.repeat(2_000)} }`,
      'This operation has directives in number 2000; the limit is 60. Use fewer.',
    ],
    [
      'directives on the operation and on spreads',
      `query ${'@mark '.repeat(31)} { ...F ${'@mark '.repeat(30)} } fragment F on Query { ping }`,
      'This operation has directives in number 61; the limit is 60. Use fewer.',
    ],
  ])('refuses %s', (_what, query, message) => {
    expect(errorsOf(query)).toContainEqual(['QUERY_TOO_COMPLEX', message]);
  });

  it('accepts a depth of 15', () => {
    expect(errorsOf(nested(15))).toEqual([]);
  });

  it('checks each operation of a document separately', () => {
    const aliases = Array.from({ length: 30 }, (_, n) => `a${n}: name`).join(' ');
    expect(errorsOf(`query A { item { ${aliases} } } query B { item { ${aliases} } }`)).toEqual([]);
  });

  it('terminates on cyclic fragments', () => {
    expect(
      errorsOf(
        '{ item { ...A } } fragment A on Item { parent { ...B } } fragment B on Item { parent { ...A } }',
      ).map(([code]) => code),
    ).toEqual([undefined]);
  });

  it('accepts the introspection query of GraphiQL', () => {
    const query = getIntrospectionQuery({
      descriptions: true,
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      schemaDescription: true,
      inputValueDeprecation: true,
      oneOf: true,
    });
    expect(errorsOf(query)).toEqual([]);
    expect(measure(parse(query))).toMatchObject({ depth: 0, cost: 40_624 });
    // Its chain of ofType is deeper than the limit for other operations.
    expect(query.match(/ofType/g)!.length).toBeGreaterThanOrEqual(9);
  });

  it('applies the other limits to introspection', () => {
    expect(
      errorsOf(
        `{ __schema { ${Array.from({ length: 51 }, (_, n) => `a${n}: description`).join(' ')} } }`,
      )[0]![1],
    ).toContain('aliases in number 51');
  });

  it.each([
    [{}, { n: null }],
    [{ n: null }, {}],
    [{}, { n: 2 }],
    [{ n: null }, { n: 2 }],
  ])('keeps the costs of one document for %j and then %j', (one, other) => {
    const query = 'query ($n: Int = 50) { items(first: $n) { nodes { name } } }';
    const fresh = (variables: Record<string, unknown>) =>
      operationCost(schema, parse(query), null, variables);
    const document = parse(query);

    const costs = [one, other, one].map((variables) =>
      operationCost(schema, document, null, variables),
    );

    expect(costs).toEqual([fresh(one), fresh(other), fresh(one)]);
    expect(fresh(other)).not.toBe(fresh(one));
  });

  it('measures exponentially nested fragments by reading each once', () => {
    const size = 40;
    const fragments = Array.from(
      { length: size },
      (_, n) =>
        `fragment F${n} on Item { ${n + 1 < size ? `parent { ...F${n + 1} } items(first: 1) { nodes { ...F${n + 1} } } items(first: 2) { nodes { ...F${n + 1} } }` : 'name'} }`,
    );
    let reads = 0;
    const document = visit(parse(`{ item { ...F0 } } ${fragments.join(' ')}`), {
      SelectionSet: {
        leave: ({ selections, ...node }) => ({
          ...node,
          get selections() {
            reads += 1;
            return selections;
          },
        }),
      },
    });
    reads = 0;
    const { cost } = measure(document);
    // Each level would multiply the work by three: 3^40 reads. There are six selection sets in each
    // fragment.
    expect(reads).toBeLessThanOrEqual(6 * size + 2);
    expect(cost).toBeGreaterThan(1e15);
  });
});

describe('the cost of an operation', () => {
  it.each<[string, string, object, number]>([
    ['a field', '{ ping }', {}, 0],
    ['an object', '{ item { name } }', {}, 1],
    ['a plain list', '{ item { tags { text } } }', {}, 11],
    ['a page of unspecified size', '{ items { nodes { name } } }', {}, 26],
    ['a page of 3, backwards', '{ items(last: 3) { nodes { name } } }', {}, 4],
    ['the larger of two sizes', '{ items(first: 2, last: 3) { nodes { name } } }', {}, 4],
    ['edges with nodes', '{ items(first: 3) { edges { node { name } } totalCount } }', {}, 7],
    ['a list with its own size', '{ item { latest(first: 4) { name } } }', {}, 5],
    [
      'pages in pages',
      '{ items(first: 10) { nodes { items(first: 20) { nodes { tags { text } } } } } }',
      {},
      1 + 10 * (1 + 1 + 20 * (1 + 10)),
    ],
    [
      'entries behind a fragment',
      '{ items(first: 10) { ...F } } fragment F on ItemConnection { nodes { name } }',
      {},
      11,
    ],
    [
      'the same fragment in pages of different sizes',
      '{ items(first: 10) { ...F } item { items(first: 2) { ...F } } } fragment F on ItemConnection { nodes { name } }',
      {},
      11 + 1 + 3,
    ],
    [
      'a type condition',
      '{ node(id: "1") { ... on Item { items(first: 2) { nodes { name } } } } }',
      {},
      4,
    ],
    [
      'a size in a variable',
      'query ($n: Int) { items(first: $n) { nodes { name } } }',
      { n: 7 },
      8,
    ],
    ['a size by default', 'query ($n: Int = 9) { items(first: $n) { nodes { name } } }', {}, 10],
    [
      'no size, by null',
      'query ($n: Int = 9) { items(first: $n) { nodes { name } } }',
      { n: null },
      26,
    ],
    ['a missing variable', 'query ($n: Int) { items(first: $n) { nodes { name } } }', {}, 26],
    [
      'more than the maximum of a page',
      'query ($n: Int) { items(first: $n) { nodes { name } } }',
      { n: 1e9 },
      101,
    ],
    [
      'a value that is no number',
      'query ($n: Int) { items(first: $n) { nodes { name } } }',
      { n: '1' },
      101,
    ],
    ['a negative size', '{ items(first: -5) { nodes { name } } }', {}, 2],
  ])('counts %s', (_what, query, variables, cost) => {
    expect(operationCost(schema, parse(query), null, variables as Record<string, unknown>)).toBe(
      cost,
    );
  });

  it('counts introspection', () => {
    const { cost } = measure(parse(getIntrospectionQuery()));

    expect(cost).toBeGreaterThan(LIMITS.maxCost / 2);
    expect(cost).toBeLessThanOrEqual(LIMITS.maxCost);
    expect(measure(parse('{ __type(name: "Item") { fields { name type { name } } } }')).cost).toBe(
      1 + 30 * 2,
    );
  });

  it.each<[string, string, object, number]>([
    [
      'a day of availability',
      '{ availability(input: { reasonId: "1", from: "2031-05-06", to: "2031-05-06" }) { firstAvailable { start } } }',
      {},
      502,
    ],
    [
      'a month of availability',
      'query ($input: AvailabilityInput!) { availability(input: $input) { locationTime: timeZone } }',
      { input: { from: '2031-05-01', to: '2031-05-31' } },
      15_501,
    ],
    [
      'a range by two variables',
      'query ($from: LocalDate!, $to: LocalDate = "2031-05-02") { availability(input: { reasonId: "1", from: $from, to: $to }) { timeZone } }',
      { from: '2031-05-01' },
      1_001,
    ],
    [
      'an explanation',
      '{ explainAvailability(input: { reasonId: "1", start: "2031-05-06T10:00:00Z" }) { bookable } }',
      {},
      3_001,
    ],
    ['a count', '{ appointments(first: 1) { totalCount } }', {}, 21],
  ])('counts %s', (_what, query, variables, cost) => {
    expect(
      operationCost(gatewaySchema(), parse(query), null, variables as Record<string, unknown>),
    ).toBe(cost);
  });

  it('is refused with its value, the limit and a remedy', () => {
    const document = parse(
      'query Deep($n: Int) { items(first: $n) { nodes { items(first: $n) { nodes { tags { text } } } } } } query Other { ping }',
    );
    expect(refuseCost(schema, document, 'Deep', { n: 100 })).toMatchObject({
      message:
        'This operation has a cost of 110201; the limit is 50000. Request smaller pages or fewer nested lists.',
      extensions: { code: 'QUERY_TOO_COMPLEX' },
    });
    expect(refuseCost(schema, document, 'Deep', { n: 5 })).toBeNull();
    expect(refuseCost(schema, document, 'Other', {})).toBeNull();
  });
});

describe('the pipeline', () => {
  const pipeline = createPipeline(schema, pino({ level: 'silent' }), { production: true });

  it('stops reading after 2,500 tokens', () => {
    const { errors } = pipeline.prepare({ query: `{ ${'ping '.repeat(50_000)} }` }) as {
      errors: readonly GraphQLFormattedError[];
    };
    expect(errors.map(({ message }) => message)).toEqual([
      expect.stringContaining('more that 2500 tokens'),
    ]);
  });

  it.each<[string, string, string, RegExp]>([
    [
      'more than 10,000 characters before it is parsed',
      `{ ping } # ${'x'.repeat(10_000)}`,
      'QUERY_TOO_COMPLEX',
      /^This document has 10011 characters; the limit without an API key is 10000/,
    ],
    [
      'more than 1,000 tokens',
      `{ ${'ping '.repeat(1_000)} }`,
      'GRAPHQL_PARSE_FAILED',
      /more that 1000 tokens/,
    ],
  ])('refuses %s of a caller without a key', (_what, query, code, message) => {
    const refused = pipeline.prepare({ query, anonymous: true }) as {
      errors: readonly GraphQLFormattedError[];
    };

    expect(refused.errors).toEqual([
      expect.objectContaining({
        message: expect.stringMatching(message),
        extensions: expect.objectContaining({ code }),
      }),
    ]);
    expect(JSON.stringify(pipeline.prepare({ query }))).not.toMatch(message);
  });

  it('lets a caller without a key introspect', () => {
    const query = getIntrospectionQuery({ oneOf: true, schemaDescription: true });

    expect(pipeline.prepare({ query, anonymous: true })).toHaveProperty('document');
  });

  it('reports a document that is nested too deeply to be parsed', () => {
    // The stack, and how well the parser is compiled, decide the exact depth: little of the stack
    // is left.
    const lowOnStack = <T>(work: () => T): T => {
      try {
        return lowOnStack(work);
      } catch {
        return work();
      }
    };
    const { errors } = lowOnStack(() => pipeline.prepare({ query: nested(3_000) })) as {
      errors: readonly GraphQLFormattedError[];
    };
    expect(errors).toEqual([
      {
        message: 'Syntax Error: The document is nested too deeply.',
        extensions: { code: 'GRAPHQL_PARSE_FAILED' },
      },
    ]);
  });

  it('parses a text once', () => {
    expect(pipeline.prepare({ query: '{ ping }' })).toBe(pipeline.prepare({ query: '{ ping }' }));
  });

  it('caches no refused document and no error of one', () => {
    const query = '{ ping { name } }';

    const first = pipeline.prepare({ query }) as { errors: readonly GraphQLFormattedError[] };

    expect(first.errors[0]).not.toBeInstanceOf(Error);
    expect(first.errors.map(({ extensions }) => extensions?.code)).toEqual([
      'GRAPHQL_VALIDATION_FAILED',
    ]);
    expect(pipeline.prepare({ query })).not.toBe(first);
  });

  it.each<[string, string, string]>([
    [
      'one field 600 times',
      `{ item { ${'parent { name } '.repeat(600)} } }`,
      'selections of one field at the same place 600; the limit is 50',
    ],
    [
      'an unknown field 600 times',
      `{ item { ${'nothing { name } '.repeat(600)} } }`,
      'selections of one field at the same place 600; the limit is 50',
    ],
    [
      'one field in 60 fragments',
      `{ item { ${Array.from({ length: 60 }, (_, n) => `...F${n}`).join(' ')} } } ${Array.from({ length: 60 }, (_, n) => `fragment F${n} on Item { name }`).join(' ')}`,
      'selections of one field at the same place 60; the limit is 50',
    ],
    [
      'an unused fragment',
      `{ ping } fragment F on Item { ${'parent { name } '.repeat(600)} }`,
      'selections of one field at the same place 600; the limit is 50',
    ],
    [
      '61 fragments',
      `{ ping } ${Array.from({ length: 61 }, (_, n) => `fragment F${n} on Item { name }`).join(' ')}`,
      'fragments in number 61; the limit is 60',
    ],
    [
      'fragments that multiply',
      `{ item { ...F0 } } ${Array.from({ length: 11 }, (_, n) => `fragment F${n} on Item { parent { ...F${n + 1} } latest { ...F${n + 1} } }`).join(' ')} fragment F11 on Item { name }`,
      'fields in number 1501; the limit is 1500',
    ],
  ])("refuses %s before GraphQL's own rules run", (_what, query, message) => {
    // Reading the directives is the first step of GraphQL's rules.
    const validations = jest.spyOn(schema, 'getDirectives');
    pipeline.prepare({ query: `{ ping } # ${query.length}` });
    expect(validations).toHaveBeenCalled();
    validations.mockClear();

    const { errors } = pipeline.prepare({ query }) as { errors: readonly GraphQLFormattedError[] };

    expect(validations).not.toHaveBeenCalled();
    validations.mockRestore();
    expect(errors.map(({ extensions }) => extensions?.code)).toEqual(['QUERY_TOO_COMPLEX']);
    expect(errors[0]?.message).toContain(message);
  });

  it('evicts the least recently used, by number and by the bytes held', () => {
    const cache = new DocumentCache<number>(3, 1_000);
    for (let n = 0; n < 3; n += 1) cache.set(`q${n}`, n, 10);

    expect(cache.get('q0')).toBe(0);
    cache.set('q3', 3, 10);
    expect([cache.get('q0'), cache.get('q1'), cache.get('q2')]).toEqual([0, undefined, 2]);

    cache.set('large', 5, 980);
    expect([cache.get('q0'), cache.get('q2'), cache.get('q3'), cache.get('large')]).toEqual([
      undefined,
      undefined,
      undefined,
      5,
    ]);

    cache.set('larger', 6, 1_000);
    expect([cache.get('larger'), cache.get('large')]).toEqual([undefined, 5]);
  });

  it('counts what an entry has gained, and evicts for it', () => {
    const cache = new DocumentCache<number>(10, 1_000);
    cache.set('a', 1, 300);
    cache.set('b', 2, 300);

    cache.grow('unknown', 900);
    cache.grow('b', 300);
    expect([cache.get('a'), cache.get('b')]).toEqual([1, 2]);

    cache.grow('b', 100);
    expect([cache.get('a'), cache.get('b')]).toEqual([undefined, 2]);

    cache.grow('b', -600);
    cache.set('c', 3, 800);
    expect([cache.get('b'), cache.get('c')]).toEqual([2, 3]);
  });

  it('is charged for each variant of a plan, and no longer for those that are dropped', async () => {
    const growth: number[] = [];
    const onFailure = (error: unknown) => {
      throw error;
    };
    const planner = new Planner(gatewaySchema(), onFailure, (_document, bytes) =>
      growth.push(bytes),
    );
    const names = Array.from({ length: 7 }, (_, n) => `v${n}`);
    const document = parse(
      `query (${names.map((name) => `$${name}: Boolean!`).join()}) { appointments { nodes { ${names.map((name) => `${name}: status @include(if: $${name})`).join(' ')} } } }`,
    );
    const context = {
      db: { dialect: 'sqlite' },
      viewer: { businessId: 1, role: Role.ADMINISTRATOR },
      now: Date.now,
    } as unknown as Context;
    const explain = (variant: number) =>
      planner.explain(
        document,
        Object.fromEntries(names.map((name, bit) => [name, ((variant >> bit) & 1) === 1])),
        context,
      );

    for (let variant = 0; variant < 64; variant += 1) await explain(variant);
    await explain(0);
    const held = growth.reduce((sum, bytes) => sum + bytes, 0);
    await explain(64);

    expect(growth).toHaveLength(66);
    expect(growth.slice(0, 64).every((bytes) => bytes > 1_000)).toBe(true);
    expect(growth[64]).toBe(-held);
    expect(growth[65]).toBeGreaterThan(1_000);
  });

  it('does not evict documents in use for a flood of others', () => {
    const cache = new DocumentCache<number>(10, 1_000_000);
    cache.set('in use', 1, 10);
    cache.get('in use');

    for (let n = 0; n < 1_000; n += 1) cache.set(`q${n}`, n, 10);

    expect(cache.get('in use')).toBe(1);
  });
});
