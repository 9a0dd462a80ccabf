import 'reflect-metadata';
import { parse, type GraphQLError } from 'graphql';
import { refuseCost } from '../../../src/graphql/limits/limits';
import { schema, said } from './operation-cost.fixture';

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
