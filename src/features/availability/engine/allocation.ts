/** Units of one resource. */
export interface Allocation {
  readonly resourceId: number;
  readonly units: number;
}

/** Options of one need. One option meets it; different needs take different units. */
export type Need = readonly (readonly Allocation[])[];

/**
 * Needs of a visit and the resources that the caller named. A named resource meets a need if an
 * option takes it, else it is taken in addition.
 */
export interface Needs {
  readonly needs: readonly Need[];
  readonly named: readonly number[];
}

type Free = (resourceId: number) => number;

/**
 * Bounds the search if options take several resources or units. The bound is deterministic, so that
 * all callers get the same result.
 */
const MAX_TRIES = 2_000;

/**
 * Returns the units that a visit takes, each need by its first option that is compatible with the
 * others; null if there are not enough. The order of the named resources is irrelevant. If every
 * option is one unit of one resource, as for most reasons, the search is exact and does not
 * backtrack.
 */
export function allocateUnits({ needs, named }: Needs, free: Free): readonly Allocation[] | null {
  const resourceIds = [...new Set(named)].sort((one, other) => one - other);
  let surplus = 0;
  if (resourceIds.length)
    while (
      !search({ needs, named: resourceIds }, surplus, () => Number.POSITIVE_INFINITY) &&
      surplus < resourceIds.length
    )
      surplus += 1;
  return search({ needs, named: resourceIds }, surplus, free);
}

/**
 * Like `allocateUnits`, with at most `surplus` named resources in addition to those that meet a
 * need.
 */
function search(
  { needs, named }: Needs,
  surplus: number,
  free: Free,
): readonly Allocation[] | null {
  const taken = new Map<number, number>();
  const left = (resourceId: number): number => free(resourceId) - (taken.get(resourceId) ?? 0);
  const add = (takes: readonly Allocation[], sign: 1 | -1) => {
    for (const { resourceId, units } of takes) {
      const sum = (taken.get(resourceId) ?? 0) + sign * units;
      // Deletes a released resource, so that the result is in the order of the needs.
      if (sum > 0) taken.set(resourceId, sum);
      else taken.delete(resourceId);
    }
  };
  const isExact = needs.every((need) =>
    need.every((option) => option.length === 1 && option[0]?.units === 1),
  );
  let tries = MAX_TRIES;
  const meet = (index: number, uncovered: readonly number[]): boolean => {
    const rest = needs.slice(index);
    if (isExact && !canMeet(rest, uncovered, surplus, left)) return false;
    const [need] = rest;
    if (!need) {
      const isMet = uncovered.length <= surplus && uncovered.every((id) => left(id) >= 1);
      if (isMet)
        add(
          uncovered.map((resourceId) => ({ resourceId, units: 1 })),
          1,
        );
      return isMet;
    }
    return need.some((option) => {
      if ((tries -= 1) < 0) return false;
      add(option, 1);
      if (
        option.every(({ resourceId }) => left(resourceId) >= 0) &&
        meet(
          index + 1,
          uncovered.filter((id) => !option.some(({ resourceId }) => resourceId === id)),
        )
      )
        return true;
      add(option, -1);
      return false;
    });
  };
  return meet(0, named) ? [...taken].map(([resourceId, units]) => ({ resourceId, units })) : null;
}

/**
 * Whether needs of one unit each can all be met: a bipartite matching of needs with units. The
 * named resources are matched first. An augmenting path keeps every matched unit matched.
 */
function canMeet(
  needs: readonly Need[],
  named: readonly number[],
  surplus: number,
  left: Free,
): boolean {
  const options = needs.map((need) => need.flat().map(({ resourceId }) => resourceId));
  const chosen = new Map<number, number>();
  const cover = (id: number, seen: Set<number>): boolean =>
    options.some((ids, need) => {
      if (!ids.includes(id) || seen.has(need)) return false;
      seen.add(need);
      const other = chosen.get(need);
      if (other !== undefined && !cover(other, seen)) return false;
      chosen.set(need, id);
      return true;
    });
  const beside = named.filter((id) => !cover(id, new Set()));
  if (beside.length > surplus || named.some((id) => left(id) < 1)) return false;
  const inUse = (id: number): number =>
    [...chosen.values(), ...beside].filter((one) => one === id).length;
  const place = (need: number, seen: Set<number>): boolean =>
    (options[need] as number[]).some((id) => {
      if (seen.has(id)) return false;
      seen.add(id);
      const moves =
        inUse(id) < left(id) ||
        [...chosen].some(
          ([other, theirs]) => theirs === id && other !== need && place(other, seen),
        );
      if (moves) chosen.set(need, id);
      return moves;
    });
  return options.every((_, need) => chosen.has(need) || place(need, new Set()));
}
