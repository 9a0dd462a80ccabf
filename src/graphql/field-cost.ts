import { Extensions } from 'type-graphql';

type Arguments = Readonly<Record<string, unknown>>;

/** The cost of a field in objects, in addition to its selections, from its arguments as sent. */
export type ExtraCost = number | ((args: Arguments) => number);

/** Declares the cost of a field that reads or computes more than its selections show. */
export const Costs = (cost: ExtraCost) => Extensions({ cost });

export const extraCostOf = (
  extensions: Readonly<Record<string, unknown>> | undefined,
): ExtraCost | undefined => extensions?.cost as ExtraCost | undefined;

const MS_PER_DAY = 86_400_000;
/** Maximum number of days counted. Fields refuse longer ranges. */
const MAX_DAYS = 62;

/** Costs `cost` for each day from `input.from` to `input.to`, inclusive. */
export const costsPerDay = (cost: number) =>
  Costs(({ input }) => {
    const { from, to } = (input ?? {}) as Arguments;
    const days = (Date.parse(String(to)) - Date.parse(String(from))) / MS_PER_DAY + 1;
    return cost * (days >= 1 ? Math.ceil(Math.min(days, MAX_DAYS)) : 1);
  });
