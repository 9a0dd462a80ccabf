import 'reflect-metadata';
import { parse, type OperationDefinitionNode } from 'graphql';
import { exceededLimits, LIMITS, type Limits } from '../../../src/graphql/limits/limits';
import { schema, said } from './operation-cost.fixture';

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
