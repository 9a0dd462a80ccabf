import { memberOf, isStaffSide, Role, type Context, type Member } from '../../context';
import { BusinessRule } from '../../business-rule';
import {
  at,
  badInput,
  DomainError,
  ErrorCode,
  InputProblemCode,
  violatedAt,
  withPaths,
} from '../../errors';
import { find } from '../../db/table';
import { parseGlobalId, parseGlobalIds, toGlobalId } from '../../graphql/global-id';
import { dayEnd, dayStart } from '../../lib/time-zone';
import { endOf } from '../../lib/appointment-times';
import { newAppointment } from '../appointments/booking/new-appointment';
import type { Appointment } from '../appointments/model/appointment.entity';
import { priceOf } from '../prices/price';
import { authoriseOverride } from '../appointments/model/rules';
import { type AppointmentAggregate } from '../appointments/model/aggregate';
import { businessOf } from '../businesses/business.list';
import type { Location } from '../locations/location.entity';
import { authoriseAt } from '../locations/location.rules';
import { locations, primaryLocationOf } from '../locations/location.list';
import { Reason } from '../reasons/reason.entity';
import { ReasonStatus, ReasonType } from '../reasons/reason-enums';
import { reasons } from '../reasons/reason.list';
import type { Staff } from '../staff/staff.entity';
import { locationIdsOfStaff } from '../staff/staff-locations';
import { staff as staffSource } from '../staff/staff.list';
import type { CreateTimeOffInput, TimeOffDaysInput, TimeOffPeriodInput } from './time-off.inputs';
import { writeTimeOff } from './write-time-off';

/** Time off has no reminders. */
const NO_REMINDERS = {
  clientReminderHours: 0,
  staffReminderHours: 0,
  remindClientSmsHours: 0,
  remindStaffSmsHours: 0,
};

/**
 * Books time off: one appointment for a PERSONAL reason for each staff member, all or none.
 * @throws DomainError TIME_UNAVAILABLE with all `conflicts`; NOT_FOUND, FORBIDDEN, RULE_VIOLATED,
 * BAD_USER_INPUT
 */
export async function createTimeOff(
  context: Context,
  input: CreateTimeOffInput,
): Promise<Appointment[]> {
  const member = memberOf(context);
  authoriseOverride(member, input.override);
  const now = context.now();
  const aggregates = await newTimeOff(context, member, input, now);
  return context.db.transaction(async (tx) => {
    await writeTimeOff({ tx, member, now }, aggregates, input.override);
    return aggregates.map(({ appointment }) => appointment);
  });
}

async function newTimeOff(
  context: Context,
  member: Member,
  input: CreateTimeOffInput,
  now: number,
): Promise<AppointmentAggregate[]> {
  const path = ['input', 'staffIds'];
  const staffIds = [...new Set(parseGlobalIds('Staff', input.staffIds, path))];
  if (member.role === Role.STAFF_USER && staffIds.some((id) => id !== member.staffId)) {
    throw new DomainError(ErrorCode.FORBIDDEN, 'A staff user may only book their own time off.', {
      path,
    });
  }
  if (!isStaffSide(member))
    throw new DomainError(
      ErrorCode.FORBIDDEN,
      `Time off requires a staff role; your key has ${member.role}.`,
    );
  const staff = await Promise.all(
    staffIds.map((id, index) => staffSource.getVisible(context, id, [...path, String(index)])),
  );
  const inactive = staff.find((person) => !person.active);
  if (inactive)
    throw violatedAt(BusinessRule.STAFF_NOT_BOOKABLE, `${inactive.fullName} is inactive.`, path);
  const intervals = staff.map((person) => intervalOf(input.period, person));
  const [business, reason, places, rowIds] = await Promise.all([
    businessOf(context),
    reasonOf(context, member, input),
    locationsOf(context, member, input, staff),
    context.ids.take('appointment', staff.length),
  ]);
  return staff.map((person, index) => {
    const location = places[index] as Location;
    const times = {
      rowId: rowIds[index] as number,
      ...(intervals[index] as ReturnType<typeof intervalOf>),
    };
    const values = {
      ...NO_REMINDERS,
      price: priceOf({ reason }),
      staffId: toGlobalId('Staff', person.rowId),
      note: input.note,
      override: input.override,
    };
    return {
      staff: [person],
      additionalStaffIds: [],
      resources: [],
      addOnReasonIds: [],
      appointment: newAppointment(
        {
          member,
          business,
          reason,
          location,
          person,
          coordinatorStaffId: null,
          client: null,
          fieldValues: null,
        },
        times,
        values,
        now,
      ),
    };
  });
}

/**
 * Returns the interval of an input: its instants, or its whole days in the zone of a staff member.
 * @throws DomainError BAD_USER_INPUT
 */
export function intervalOf(
  period: TimeOffPeriodInput,
  { timeZoneCode }: Staff,
): { startAt: number; endAt: number } {
  const { instants, days } = period;
  const path = endPathOf(period);
  if (instants) return intervalUntil(instants.start, instants.end, path);
  const { from, to } = days as TimeOffDaysInput;
  if (to < from) throw badInput(InputProblemCode.OUT_OF_RANGE, 'to is before from.', ...path);
  return intervalUntil(dayStart(from, timeZoneCode), dayEnd(to, timeZoneCode), path);
}

/** Returns the path of the end of an absence within an input. */
export const endPathOf = (period: TimeOffPeriodInput | null | undefined): readonly string[] =>
  period?.instants ? ['period', 'instants', 'end'] : ['period', 'days', 'to'];

/** @throws DomainError BAD_USER_INPUT at the path of the end */
function intervalUntil(startAt: number, end: number, path: readonly string[]) {
  try {
    return { startAt, endAt: endOf(startAt, { end }, 0) };
  } catch (error) {
    throw error instanceof DomainError ? withPaths(error, () => at(...path)) : error;
  }
}

async function reasonOf(
  context: Context,
  { businessId }: Member,
  { reasonId }: CreateTimeOffInput,
): Promise<Reason> {
  const path = ['input', 'reasonId'];
  if (reasonId == null) {
    const personal = await find(context.db, Reason, {
      businessId,
      reasonType: ReasonType.PERSONAL,
      status: ReasonStatus.ACTIVE,
    });
    const [first] = personal.sort(
      (one, other) => one.sortWeight - other.sortWeight || one.rowId - other.rowId,
    );
    if (first) return first;
    throw violatedAt(
      BusinessRule.REASON_TYPE,
      'This business has no reason of type PERSONAL yet: add one first.',
      path,
    );
  }
  const reason = await reasons.getVisible(context, parseGlobalId('Reason', reasonId, path), path);
  if (reason.reasonType !== ReasonType.PERSONAL)
    throw violatedAt(
      BusinessRule.REASON_TYPE,
      'Time off requires a reason of type PERSONAL.',
      path,
    );
  if (reason.status !== ReasonStatus.ACTIVE)
    throw violatedAt(
      BusinessRule.REASON_INACTIVE,
      'This reason is inactive and cannot be booked.',
      path,
    );
  return reason;
}

/**
 * Returns the location of the time off of each staff member. For a location super user always one
 * of its own locations.
 */
async function locationsOf(
  context: Context,
  member: Member,
  { locationId }: CreateTimeOffInput,
  staff: readonly Staff[],
): Promise<Location[]> {
  const bound = member.role === Role.LOCATION_SUPER_USER;
  const path = ['input', 'locationId'];
  if (locationId != null) {
    const location = await locations.getVisible(
      context,
      parseGlobalId('Location', locationId, path),
      path,
    );
    if (bound) authoriseAt(member, location.rowId, path);
    return staff.map(() => location);
  }
  const served = await locationIdsOfStaff(
    context.db,
    member.businessId,
    staff.map(({ rowId }) => rowId),
  );
  return Promise.all(
    staff.map(async ({ rowId, fullName }) => {
      const own = served.get(rowId)?.find((id) => !bound || member.locationIds.includes(id));
      if (own !== undefined) return locations.getById(context, own);
      if (bound)
        throw new DomainError(
          ErrorCode.FORBIDDEN,
          `${fullName} does not serve at a location of your key.`,
          { path: ['input', 'staffIds'] },
        );
      return primaryLocationOf(context);
    }),
  );
}
