import 'reflect-metadata';
import { getIntrospectionQuery, parse } from 'graphql';
import { LIMITS, operationCost, refuseCost } from '../../../src/graphql/limits/limits';
import { gatewaySchema } from '../../../src/schema';
import { schema, measure } from './limits.fixture';

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
      `{ items(first: 10) { ...F } item { items(first: 2) { ...F } } }
      fragment F on ItemConnection { nodes { name } }`,
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
      `{
        availability(input: { reasonId: "1", from: "2031-05-06", to: "2031-05-06" }) {
          firstAvailable { start }
        }
      }`,
      {},
      502,
    ],
    [
      'a month of availability',
      `query ($input: AvailabilityInput!) {
        availability(input: $input) { locationTime: timeZone }
      }`,
      { input: { from: '2031-05-01', to: '2031-05-31' } },
      15_501,
    ],
    [
      'a range by two variables',
      `query ($from: LocalDate!, $to: LocalDate = "2031-05-02") {
        availability(input: { reasonId: "1", from: $from, to: $to }) { timeZone }
      }`,
      { from: '2031-05-01' },
      1_001,
    ],
    [
      'an explanation',
      `{
        explainAvailability(input: { reasonId: "1", start: "2031-05-06T10:00:00Z" }) { bookable }
      }`,
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
      `query Deep($n: Int) {
        items(first: $n) { nodes { items(first: $n) { nodes { tags { text } } } } }
      } query Other { ping }`,
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
