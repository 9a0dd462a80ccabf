/**
 * Half-open interval in epoch milliseconds. Lists are sorted and disjoint by default. All
 * functions here are pure and linear.
 */
export interface Interval {
  readonly startAt: number;
  readonly endAt: number;
}

export const ALWAYS: readonly [Interval] = [{ startAt: -8.64e15, endAt: 8.64e15 }];

/**
 * Merges intervals in any order into a sorted list, joining those that touch or overlap and
 * dropping empty ones.
 */
export function union(intervals: readonly Interval[]): Interval[] {
  const found: Interval[] = [];
  for (const one of intervals
    .filter(({ startAt, endAt }) => startAt < endAt)
    .sort((left, right) => left.startAt - right.startAt)) {
    const last = found.at(-1);
    if (last && one.startAt <= last.endAt)
      found[found.length - 1] = { startAt: last.startAt, endAt: Math.max(last.endAt, one.endAt) };
    else found.push(one);
  }
  return found;
}

/** Returns the time covered by all lists. */
export function intersection(lists: readonly (readonly Interval[])[]): readonly Interval[] {
  return lists
    .filter((list) => list !== ALWAYS)
    .reduce<readonly Interval[]>((left, right) => {
      const common: Interval[] = [];
      for (let i = 0, j = 0; i < left.length && j < right.length;) {
        const [one, other] = [left[i] as Interval, right[j] as Interval];
        const [startAt, endAt] = [
          Math.max(one.startAt, other.startAt),
          Math.min(one.endAt, other.endAt),
        ];
        if (startAt < endAt) common.push({ startAt, endAt });
        if (one.endAt < other.endAt) i += 1;
        else j += 1;
      }
      return common;
    }, ALWAYS);
}

/** Returns the interval of the list that contains another; undefined if none does. */
export const around = (
  list: readonly Interval[],
  { startAt, endAt }: Interval,
): Interval | undefined => list.find((one) => one.startAt <= startAt && endAt <= one.endAt);

export const overlap = (one: Interval, other: Interval): boolean =>
  one.startAt < other.endAt && other.startAt < one.endAt;
