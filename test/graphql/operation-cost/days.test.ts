import 'reflect-metadata';
import { GraphQLJSON } from 'graphql-scalars';
import { Arg, buildSchemaSync, Int, Query, Resolver } from 'type-graphql';
import { costsPerDay, extraCostOf, type CostOfArguments } from '../../../src/graphql/field-cost';

describe('costsPerDay', () => {
  /** Returns the cost that the decorator declares for a field. */
  const perDay = (): CostOfArguments['of'] => {
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
    return (extraCostOf(extensions) as CostOfArguments).of;
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
