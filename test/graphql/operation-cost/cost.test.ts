import 'reflect-metadata';
import { parse } from 'graphql';
import { operationCost } from '../../../src/graphql/limits/limits';
import { schema, operationOf } from './operation-cost.fixture';

const cost = (text: string, variables?: Record<string, unknown>): number =>
  operationCost(schema, parse(text), null, variables);

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
