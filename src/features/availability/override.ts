import { Role } from '../../context';
import { AvailabilityRule } from './availability.rules';
import type { Refusal } from './engine';
import type { Question } from './snapshot';

/** What holds for whoever books, whatever they may. */
const ALWAYS_HOLD: ReadonlySet<AvailabilityRule> = new Set([
  AvailabilityRule.REASON_INACTIVE, AvailabilityRule.LOCATION_INACTIVE, AvailabilityRule.STAFF_INACTIVE, AvailabilityRule.CLIENT_CANNOT_BOOK,
]);

/** Whether this viewer could book past all of these. */
export const mayOverride = ({ member: { role, locationIds }, location }: Pick<Question, 'member' | 'location'>, against: readonly Refusal[]): boolean =>
  (role === Role.ADMINISTRATOR || (role === Role.LOCATION_SUPER_USER && locationIds.includes(location.rowId))) && !against.some(({ rule }) => ALWAYS_HOLD.has(rule));
