import { isStaffSide, type Member } from '../../../context';
import type { Interval } from '../../../lib/intervals';
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '../../../lib/time-zone';
import type { Client } from '../../clients/client.entity';
import type { Location } from '../../locations/location.entity';
import type { Reason } from '../../reasons/reason.entity';
import { ReasonType } from '../../reasons/reason-enums';
import type { Purpose } from '../../schedules/windows';
import type { Staff } from '../../staff/staff.entity';
import type { Rules } from '../engine/engine';

/** A query for times of a reason at a location with these staff, between two instants. */
export interface AvailabilityQuery {
  readonly member: Member;
  readonly reason: Reason;
  readonly location: Location;
  readonly client: Client | null;
  /** Staff of whom one serves. `companions` must be free as well. */
  readonly staff: readonly Staff[];
  readonly companions: readonly Staff[];
  /** Staff who do not serve, but must not be taken. Their hours do not matter. */
  readonly blocked?: readonly Staff[];
  /**
   * Resources named by the caller: preferred among the options of a need, else taken in addition.
   */
  readonly resourceIds: readonly number[];
  readonly range: Interval;
  readonly durationMinutes: number;
  readonly now: number;
  /** Answer to the screening question. Omitted if the question was answered before. */
  readonly screeningAnswer?: string | null;
  /** The appointment to move, whose own claims do not count. 0 for none. */
  readonly exceptAppointmentId: number;
}

/** Time off and private time are independent of working hours. */
export const bindsHours = ({ reasonType }: Reason): boolean => reasonType !== ReasonType.PERSONAL;

export const purposeOf = ({ reason, location }: AvailabilityQuery): Purpose => ({
  reasonId: reason.rowId,
  locationId: location.rowId,
});

/** Returns the rules of length, buffers, steps and bounds. */
export function rulesOf({
  member,
  reason,
  location,
  durationMinutes,
  now,
}: AvailabilityQuery): Rules {
  return {
    durationMs: durationMinutes * MS_PER_MINUTE,
    bufferBeforeMs: reason.bufferBefore * MS_PER_MINUTE,
    bufferAfterMs: reason.bufferAfter * MS_PER_MINUTE,
    stepMs: (reason.slotStepMinutes ?? durationMinutes) * MS_PER_MINUTE,
    alignment: reason.slotAlignment,
    grid: !isStaffSide(member),
    timeZone: location.timeZoneCode,
    ...boundsOf(member, reason, now),
  };
}

/** Returns the bounds of notice and horizon, which apply to clients and the public. */
export function boundsOf(
  member: Member,
  { apptHrMin, apptDayMax }: Reason,
  now: number,
): Pick<Rules, 'earliest' | 'latest'> {
  const bound = !isStaffSide(member);
  return {
    earliest: bound
      ? Math.max(now + 1, now + (apptHrMin ?? 0) * MS_PER_HOUR)
      : Number.MIN_SAFE_INTEGER,
    latest: bound && apptDayMax !== null ? now + apptDayMax * MS_PER_DAY : Number.MAX_SAFE_INTEGER,
  };
}
