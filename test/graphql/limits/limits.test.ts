import 'reflect-metadata';
import { getIntrospectionQuery, parse, specifiedRules, validate, visit } from 'graphql';
import { LIMITS, operationCost, exceededLimits } from '../../../src/graphql/limits/limits';
import { schema, measure, nested } from './limits.fixture';

const errorsOf = (query: string) =>
  (exceededLimits(schema, parse(query), LIMITS).length
    ? exceededLimits(schema, parse(query), LIMITS)
    : validate(schema, parse(query), specifiedRules)
  ).map(({ message, extensions }) => [extensions.code, message]);

describe('limits of an operation', () => {
  it.each<[string, string, string]>([
    [
      '1,000 aliases',
      `{ ${Array.from({ length: 1_000 }, (_, n) => `a${n}: ping`).join(' ')} }`,
      'This operation has aliases in number 1000; the limit is 50. Split it into several operations.',
    ],
    [
      'aliases behind a fragment',
      `{ item { ...F } item { ...F } }
      fragment F on Item { ${Array.from({ length: 26 }, (_, n) => `a${n}: name`).join(' ')} }`,
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
        `{ item { ...A } } fragment A on Item { parent { ...B } }
        fragment B on Item { parent { ...A } }`,
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
        `fragment F${n} on Item {
          ${
            n + 1 < size
              ? `parent { ...F${n + 1} } items(
            first: 1
          ) { nodes { ...F${n + 1} } } items(first: 2) { nodes { ...F${n + 1} } }`
              : 'name'
          }
        }`,
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
