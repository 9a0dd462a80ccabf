import 'reflect-metadata';
import { measureOperation, type Measure } from '../../../src/graphql/limits/measure';
import { schema, operationOf } from './operation-cost.fixture';

const measure = (text: string): Measure => measureOperation(schema, ...operationOf(text));

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
