import { Role, type Member } from '../../context';
import { AvailabilityRule } from './engine/rules';
import type { Refusal } from './engine/engine';

/** Rules that no role can override. */
const NEVER_OVERRIDDEN: ReadonlySet<AvailabilityRule> = new Set([
  AvailabilityRule.REASON_INACTIVE,
  AvailabilityRule.LOCATION_INACTIVE,
  AvailabilityRule.STAFF_INACTIVE,
  AvailabilityRule.CLIENT_CANNOT_BOOK,
  AvailabilityRule.NO_SESSION,
]);

/** Whether the member may override all of these refusals at these locations. */
export const mayOverride = (
  { role, locationIds }: Member,
  placeIds: readonly number[],
  against: readonly Refusal[],
): boolean =>
  (role === Role.ADMINISTRATOR ||
    (role === Role.LOCATION_SUPER_USER && placeIds.every((id) => locationIds.includes(id)))) &&
  !against.some(({ rule }) => NEVER_OVERRIDDEN.has(rule));
