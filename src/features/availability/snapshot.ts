import { isStaffSide, type Member } from '../../context';
import type { Reader } from '../../shared/db/database';
import { sql } from '../../shared/db/sql';
import { addDays, MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '../../shared/time-zone';
import type { Location } from '../locations/location.entity';
import { heldWithin } from '../occupancy/occupancy.service';
import { WorkSchedule, type Reason } from '../reasons/reason.entity';
import { selectedLocationsOf, servingOf } from '../reasons/reason.loaders';
import { schedulesOf, type StoredHours } from '../schedules/schedule.loaders';
import { workingWindows, type OwnedHours } from '../schedules/windows';
import type { Staff } from '../staff/staff.entity';
import { locationIdsOfStaff } from '../staff/staff.loaders';
import { intersection, merged, type Candidate, type Interval, type Rules } from './engine';

/** What is asked: times for a reason at a place, of these people, between two instants. */
export interface Question {
  readonly member: Member;
  readonly reason: Reason;
  readonly location: Location;
  readonly staff: readonly Staff[];
  readonly range: Interval;
  readonly durationMinutes: number;
  readonly now: number;
}

/** Everything that the engine has to know, by a number of statements that does not depend on how many people there are. */
export interface Facts { readonly rules: Rules; readonly candidates: readonly Candidate[] }

export async function factsOf(reader: Reader, question: Question): Promise<Facts> {
  const { member: { businessId }, reason, location, staff, range, now } = question;
  const staffIds = staff.map(({ rowId }) => rowId);
  const rules = rulesOf(question);
  const days = daysOf(range);
  const [hours, placeHasHours, serving, places, held, offered] = await Promise.all([
    schedulesOf(reader, businessId, { staffIds, locationIds: [location.rowId], reasonIds: [reason.rowId] }, days),
    hasHours(reader, businessId, location.rowId),
    servingOf(reader, businessId, [reason.rowId]),
    locationIdsOfStaff(reader, businessId, staffIds),
    heldWithin(reader, businessId, staff.map(({ subjectId }) => subjectId), range.startAt - rules.bufferBeforeMs - MS_PER_DAY, range.endAt + rules.durationMs + rules.bufferAfterMs, 0, now),
    selectedLocationsOf(reader, businessId, [reason.rowId]),
  ]);
  const here = reason.customWorkSchedule !== WorkSchedule.SELECTED_LOCATIONS || (offered.get(reason.rowId) ?? []).includes(location.rowId);
  const assigned = serving.get(reason.rowId) ?? [];
  const taken = new Map<number, Interval[]>();
  for (const { subjectId, startMs, endMs } of held) taken.set(subjectId, [...(taken.get(subjectId) ?? []), { startAt: startMs, endAt: endMs }]);

  const common = intersection([
    workingWindows(ownedBy(hours, 'ofLocationId', location.rowId, !placeHasHours), purpose(question), days.from, days.to, location.timeZoneCode),
    workingWindows(ownedBy(hours, 'ofReasonId', reason.rowId, reason.customWorkSchedule !== WorkSchedule.CUSTOM_SCHEDULE), purpose(question), days.from, days.to, location.timeZoneCode),
  ]);
  const candidates = staff.filter(({ rowId, active, acceptsAppointments }) => here && active && acceptsAppointments
    && (!assigned.length || assigned.some(({ staffId }) => staffId === rowId))
    && (!places.get(rowId)?.length || places.get(rowId)?.includes(location.rowId)));
  return {
    rules,
    candidates: candidates.map(({ rowId, subjectId, timeZoneCode }) => ({
      staffId: rowId,
      windows: intersection([workingWindows(ownedBy(hours, 'staffId', rowId, false), purpose(question), days.from, days.to, timeZoneCode), common]),
      taken: merged(taken.get(subjectId) ?? []),
    })),
  };
}

const purpose = ({ reason, location }: Question) => ({ reasonId: reason.rowId, locationId: location.rowId });

/** Local days of every zone that the range touches. */
const daysOf = ({ startAt, endAt }: Interval) => ({ from: addDays(new Date(startAt).toISOString().slice(0, 10), -1), to: addDays(new Date(endAt).toISOString().slice(0, 10), 1) });

function rulesOf({ member, reason, location, durationMinutes, now }: Question): Rules {
  const bound = !isStaffSide(member);
  return {
    durationMs: durationMinutes * MS_PER_MINUTE, bufferBeforeMs: reason.bufferBefore * MS_PER_MINUTE, bufferAfterMs: reason.bufferAfter * MS_PER_MINUTE,
    stepMs: (reason.slotStepMinutes ?? durationMinutes) * MS_PER_MINUTE, alignment: reason.slotAlignment, timeZone: location.timeZoneCode,
    earliest: bound ? Math.max(now + 1, now + (reason.apptHrMin ?? 0) * MS_PER_HOUR) : now + 1,
    latest: bound && reason.apptDayMax !== null ? now + reason.apptDayMax * MS_PER_DAY : Number.MAX_SAFE_INTEGER,
  };
}

type OwnerColumn = 'staffId' | 'ofLocationId' | 'ofReasonId';

const ownedBy = ({ periods, overrides }: StoredHours, column: OwnerColumn, id: number, always: boolean): OwnedHours =>
  ({ periods: periods.filter((period) => period[column] === id), overrides: overrides.filter((override) => override[column] === id), always });

/** Whether hours are kept of a place at all: one that has none is open at any time. */
async function hasHours(reader: Reader, businessId: number, locationId: number): Promise<boolean> {
  const rows = await reader.all(sql`SELECT 1 AS one FROM schedule_period WHERE business_id = ${businessId} AND of_location_id = ${locationId} LIMIT 1`);
  return rows.length > 0;
}
