import 'reflect-metadata';
import { getIntrospectionQuery, parse, type GraphQLFormattedError } from 'graphql';
import { pino } from 'pino';
import { createPipeline } from '../../../src/http/operations/pipeline';
import { Role, type Context } from '../../../src/context';
import { Planner } from '../../../src/graphql/planner/planner';
import { gatewaySchema } from '../../../src/schema';
import { DocumentCache } from '../../../src/http/operations/document-cache';
import { schema, nested } from './limits.fixture';

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
      `{ item { ${Array.from({ length: 60 }, (_, n) => `...F${n}`).join(' ')} } }
      ${Array.from({ length: 60 }, (_, n) => `fragment F${n} on Item { name }`).join(' ')}`,
      'selections of one field at the same place 60; the limit is 50',
    ],
    [
      'an unused fragment',
      `{ ping } fragment F on Item { ${'parent { name } '.repeat(600)} }`,
      'selections of one field at the same place 600; the limit is 50',
    ],
    [
      '61 fragments',
      `{ ping }
      ${Array.from({ length: 61 }, (_, n) => `fragment F${n} on Item { name }`).join(' ')}`,
      'fragments in number 61; the limit is 60',
    ],
    [
      'fragments that multiply',
      `{ item { ...F0 } }
      ${Array.from(
        { length: 11 },
        (_, n) => `fragment F${n} on Item { parent { ...F${n + 1} } latest { ...F${n + 1} } }`,
      ).join(' ')} fragment F11 on Item { name }`,
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
      `query (${names.map((name) => `$${name}: Boolean!`).join()}) {
        appointments {
          nodes { ${names.map((name) => `${name}: status @include(if: $${name})`).join(' ')} }
        }
      }`,
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
