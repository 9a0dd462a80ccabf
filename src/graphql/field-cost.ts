import { Extensions } from 'type-graphql';

type Arguments = Readonly<Record<string, unknown>>;

/** Objects that a field costs besides those of its selections, from its arguments as the caller sent them. */
export type ExtraCost = number | ((args: Arguments) => number);

/** Goes on a field that reads or computes more than its selections show: the objects it is taken for. */
export const Costs = (cost: ExtraCost) => Extensions({ cost });

export const extraCostOf = (
  extensions: Readonly<Record<string, unknown>> | undefined,
): ExtraCost | undefined => extensions?.cost as ExtraCost | undefined;

const MS_PER_DAY = 86_400_000;
/** What no range of days is counted beyond: longer ones are refused by their fields. */
const MAX_DAYS = 62;

/** Costs so much for each day from `input.from` to `input.to`, itself included. */
export const costsPerDay = (cost: number) =>
  Costs(({ input }) => {
    const { from, to } = (input ?? {}) as Arguments;
    const days = (Date.parse(String(to)) - Date.parse(String(from))) / MS_PER_DAY + 1;
    return cost * (days >= 1 ? Math.ceil(Math.min(days, MAX_DAYS)) : 1);
  });
