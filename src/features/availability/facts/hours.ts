import type { Interval } from '../../../lib/intervals';
import { addDays, localDay } from '../../../lib/time-zone';
import type { HoursOwners, StoredHours } from '../../schedules/stored-hours';
import {
  windowStart,
  workingWindows,
  type Days,
  type OwnedHours,
  type Purpose,
} from '../../schedules/windows';

export type { Days };

type OwnerColumn = 'staffId' | 'ofLocationId' | 'ofReasonId' | 'resourceId';

/** An owner of hours, and the time zone of the hours. */
export interface Owner {
  readonly column: OwnerColumn;
  readonly id: number;
  readonly timeZone: string;
  /** Whether the owner is open on days without hours. */
  readonly always: boolean;
}

/** Reads all hours of the owners up to a day. */
export type ReadHours = (owners: HoursOwners, to: string) => Promise<StoredHours>;

/** Owners whose hours all bind a visit, and the candidates, of whom one serves. */
export interface Bound {
  readonly common: readonly Owner[];
  readonly people: readonly Owner[];
}

/** Days before the range whose hours are read as well: most windows are shorter than a week. */
export const LOOK_BACK_DAYS = 8;

export type Windows = ReadonlyMap<Owner, readonly Interval[]>;

/** Where, for what and when hours are read. */
interface HoursQuery {
  readonly purpose: Purpose;
  readonly days: Days;
  /** Null where the start of a window does not matter. */
  readonly earlier: ReadHours | null;
}

/**
 * Returns the working windows of each owner around some days, including those of earlier days. With
 * `earlier`, the windows that candidates share with the location, the reason and their companions
 * begin at their true start, from which steps count. Hours before the look-back are read only if
 * all of them last longer.
 */
export async function windowsOf(
  { common, people }: Bound,
  stored: StoredHours,
  { purpose, days, earlier }: HoursQuery,
): Promise<Windows> {
  const from = addDays(days.from, -LOOK_BACK_DAYS);
  const readDays: Days = { from, to: days.to };
  const found = new Map<Owner, readonly Interval[]>(
    [...common, ...people].map((owner) => [
      owner,
      workingWindows(ownedBy(stored, owner), purpose, readDays, owner.timeZone),
    ]),
  );
  // A shared window starts with the last of its parts, so that only its start matters.
  const first = addDays(from, -1);
  const reachesBack = (owner: Owner): boolean => {
    const [window] = found.get(owner) as readonly Interval[];
    return (
      window !== undefined &&
      window.startAt <= localDay(first, owner.timeZone).startAt &&
      window.endAt >= localDay(days.from, owner.timeZone).startAt
    );
  };
  if (!earlier || !common.every(reachesBack) || !people.some(reachesBack)) return found;
  const lasting = [...common, ...people.filter(reachesBack)];
  const ids = (column: OwnerColumn) =>
    lasting.filter((owner) => owner.column === column).map(({ id }) => id);
  const before = await earlier(
    { staffIds: ids('staffId'), locationIds: ids('ofLocationId'), reasonIds: ids('ofReasonId') },
    from,
  );
  for (const owner of lasting) {
    const [{ endAt }, ...others] = found.get(owner) as readonly [Interval, ...Interval[]];
    found.set(owner, [
      { startAt: windowStart(ownedBy(before, owner), purpose, first, owner.timeZone), endAt },
      ...others,
    ]);
  }
  return found;
}

export const ownedBy = (
  { periods, overrides }: StoredHours,
  { column, id, always }: Pick<Owner, 'column' | 'id' | 'always'>,
): OwnedHours => ({
  periods: periods.filter((period) => period[column] === id),
  overrides: overrides.filter((override) => override[column] === id),
  always,
});
