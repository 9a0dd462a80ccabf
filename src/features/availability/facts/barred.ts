import { isStaffSide } from '../../../context';
import { ClientStatus } from '../../clients/client.entity';
import { ReasonStatus, WorkSchedule } from '../../reasons/reason-enums';
import { screens } from '../../reasons/reason.rules';
import type { Staff } from '../../staff/staff.entity';
import type { Refusal } from '../engine/engine';
import { AvailabilityRule } from '../engine/rules';
import { bindsHours, type AvailabilityQuery } from './query';
import type { StoredSchedule } from './stored-schedule';

/** Returns the refusals that apply to any time of this reason at this location for this client. */
export function barredOf(
  { member, reason, location, client, screeningAnswer }: AvailabilityQuery,
  { selected }: Pick<StoredSchedule, 'selected'>,
): Refusal[] {
  const found: Refusal[] = [];
  if (reason.status !== ReasonStatus.ACTIVE) found.push({ rule: AvailabilityRule.REASON_INACTIVE });
  const isBlocked = client && (client.deleted || client.status === ClientStatus.BLACKLISTED);
  // Only staff learn that a client is blocked: others read that the reason is not booked online.
  if (!isStaffSide(member) && (!reason.allowOnline || isBlocked))
    found.push({ rule: AvailabilityRule.REASON_NOT_ONLINE });
  if (!location.active) found.push({ rule: AvailabilityRule.LOCATION_INACTIVE });
  if (
    reason.customWorkSchedule === WorkSchedule.SELECTED_LOCATIONS &&
    !selected.includes(location.rowId)
  )
    found.push({ rule: AvailabilityRule.REASON_NOT_AT_LOCATION });
  if (!isStaffSide(member) && screeningAnswer !== undefined && !screens(reason, screeningAnswer))
    found.push({ rule: AvailabilityRule.SCREENING });
  if (isStaffSide(member) && isBlocked) found.push({ rule: AvailabilityRule.CLIENT_CANNOT_BOOK });
  return found;
}

/** Returns the refusal of a staff member who takes no appointments. */
export const inactiveStaff = ({ rowId, active, acceptsAppointments }: Staff): Refusal[] =>
  active && acceptsAppointments ? [] : [{ rule: AvailabilityRule.STAFF_INACTIVE, staffId: rowId }];

/** Returns the refusals that apply to any time with this candidate. */
export function barredFor(
  person: Staff,
  { reason, location }: AvailabilityQuery,
  { serving, places }: StoredSchedule,
): Refusal[] {
  const found = inactiveStaff(person);
  const staffId = person.rowId;
  if (!bindsHours(reason)) return found;
  if (serving.length && !serving.some((one) => one.staffId === staffId))
    found.push({ rule: AvailabilityRule.STAFF_NOT_ASSIGNED, staffId });
  const locationIds = places.get(staffId);
  if (locationIds?.length && !locationIds.includes(location.rowId))
    found.push({ rule: AvailabilityRule.STAFF_NOT_AT_LOCATION, staffId });
  return found;
}
