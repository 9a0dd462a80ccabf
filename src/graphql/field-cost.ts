import { Extensions } from 'type-graphql';

type Arguments = Readonly<Record<string, unknown>>;

/** A cost that depends on the arguments of the field as sent. */
export interface CostOfArguments {
  readonly of: (args: Arguments) => number;
  /** The cost of each day of a range, if the cost is that of days. */
  readonly perDay?: number;
}

/** The cost of a field in objects, in addition to its selections. */
export type ExtraCost = number | CostOfArguments;

/** Declares the cost of a field that reads or computes more than its selections show. */
export const Costs = (cost: ExtraCost) => Extensions({ cost });

export const extraCostOf = (
  extensions: Readonly<Record<string, unknown>> | undefined,
): ExtraCost | undefined => extensions?.cost as ExtraCost | undefined;

const MS_PER_DAY = 86_400_000;
/** Maximum number of days counted. Fields refuse longer ranges. */
export const MAX_DAYS = 62;

/** Costs `cost` for each day from `input.from` to `input.to`, inclusive. */
export const costsPerDay = (cost: number) =>
  Costs({
    perDay: cost,
    of({ input }) {
      const { from, to } = (input ?? {}) as Arguments;
      const days = (Date.parse(String(to)) - Date.parse(String(from))) / MS_PER_DAY + 1;
      return cost * (days >= 1 ? Math.ceil(Math.min(days, MAX_DAYS)) : 1);
    },
  });

/**
 * Declares that a field returns one entry for each value of a list argument, whose length is its
 * size.
 */
export const SizedBy = (argument: string) => Extensions({ sizedBy: argument });

/** Returns the name of the list argument whose length is the size of a field. */
export const sizedBy = (
  extensions: Readonly<Record<string, unknown>> | undefined,
): string | undefined => extensions?.sizedBy as string | undefined;
