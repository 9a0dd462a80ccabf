import { Role, type Member } from '../../context';
import { AvailabilityRule } from './engine/rules';
import type { Refusal } from './engine/engine';

/** What holds for whoever books, whatever they may. */
const ALWAYS_HOLD: ReadonlySet<AvailabilityRule> = new Set([
  AvailabilityRule.REASON_INACTIVE,
  AvailabilityRule.LOCATION_INACTIVE,
  AvailabilityRule.STAFF_INACTIVE,
  AvailabilityRule.CLIENT_CANNOT_BOOK,
  AvailabilityRule.NO_SESSION,
]);

/** Whether this viewer could book past all of these at these places. */
export const mayOverride = (
  { role, locationIds }: Member,
  placeIds: readonly number[],
  against: readonly Refusal[],
): boolean =>
  (role === Role.ADMINISTRATOR ||
    (role === Role.LOCATION_SUPER_USER && placeIds.every((id) => locationIds.includes(id)))) &&
  !against.some(({ rule }) => ALWAYS_HOLD.has(rule));
