import { memberOf, type Context } from '../../context';
import { at, DomainError, withPaths } from '../../errors';
import { and, raw, sql, type Sql } from '../../db/sql';
import { find } from '../../db/table';
import { toGlobalId } from '../../graphql/global-id';
import { addDays, toLocal } from '../../lib/time-zone';
import type { Appointment } from '../appointments/model/appointment.entity';
import type { AppointmentFilter } from '../appointments/model/filter';
import { appointmentList, appointments } from '../appointments/model/list';
import { AppointmentStatus } from '../appointments/model/status';
import { locations } from '../locations/location.list';
import { WorkSchedule } from '../reasons/reason-enums';
import { schedulesOf } from '../schedules/stored-hours';
import { OWNERS, type Owner } from '../schedules/hours-owner';
import type { HoursChange, Step } from '../schedules/hours-change';
import { createOverride, deleteOverride, updateOverride } from '../schedules/plan-overrides';
import { createPeriod, deletePeriod, updatePeriod } from '../schedules/plan-periods';
import { SchedulePeriod } from '../schedules/schedule-period.entity';
import { outside, workingWindows, type OwnedHours } from '../schedules/windows';
import type { ScheduleChangeInput, ScheduleChangePreview } from './preview.inputs';

const PLANS = {
  createSchedulePeriod: createPeriod,
  updateSchedulePeriod: updatePeriod,
  deleteSchedulePeriod: deletePeriod,
  createDateOverride: createOverride,
  updateDateOverride: updateOverride,
  deleteDateOverride: deleteOverride,
} as Record<
  keyof ScheduleChangeInput,
  (context: Context, input: object) => Promise<{ change: HoursChange }>
>;

const MAX_LISTED = 200;
/** Limit of examined appointments: years of one staff member. */
const MAX_BOOKED = 20_000;

/** A future appointment. */
type BookedAppointment = Pick<
  Appointment,
  'rowId' | 'startAt' | 'endAt' | 'locationId' | 'reasonId'
>;

/**
 * Returns the appointments that a change of hours would leave outside of them. Writes nothing.
 * @throws DomainError as the mutation, with the path in this input
 */
export async function previewChange(
  context: Context,
  input: ScheduleChangeInput,
): Promise<ScheduleChangePreview> {
  const { owner, periods, overrides } = await plannedChange(context, input);
  const [from, to] = changedDays(periods, overrides);
  const booked = await bookedFor(context, owner, from, to);
  const [first] = booked;
  if (!first) return { totalCount: 0, outside: [] };

  const { businessId } = memberOf(context);
  const column = OWNERS[owner.type];
  // Days of every time zone, bounded by the booked appointments.
  const days = {
    from: addDays(toLocal(first.startAt, 'UTC').date, -1),
    to: addDays(
      toLocal(
        booked.reduce((end, { endAt }) => Math.max(end, endAt), 0),
        'UTC',
      ).date,
      1,
    ),
  };
  const [stored, { overrides: storedOverrides }, zones] = await Promise.all([
    find(context.db, SchedulePeriod, { businessId, [column]: owner.row.rowId }),
    schedulesOf(context.db, businessId, { [ID_LISTS[owner.type]]: [owner.row.rowId] }, days),
    zonesOf(context, owner, booked),
  ]);
  const before: OwnedHours = hoursOf(owner, stored, storedOverrides);
  const after: OwnedHours = hoursOf(
    owner,
    applied(stored, periods),
    applied(storedOverrides, overrides),
  );
  const outsideBefore = outsideOfHours(booked, before, zones, days);
  // Omits appointments outside of the changed days that are already outside of the hours.
  const outsideAfter = [...outsideOfHours(booked, after, zones, days)]
    .filter(
      (one) =>
        !outsideBefore.has(one) ||
        isWithin(toLocal(one.startAt, zones.get(one.locationId) as string).date, from, to),
    )
    .sort((one, other) => one.startAt - other.startAt || one.rowId - other.rowId);
  const listed = await Promise.all(
    outsideAfter.slice(0, MAX_LISTED).map(async (one) => ({
      appointment: await appointments.getById(context, one.rowId),
      already: outsideBefore.has(one),
    })),
  );
  return { totalCount: outsideAfter.length, outside: listed };
}

async function plannedChange(context: Context, input: ScheduleChangeInput): Promise<HoursChange> {
  const name = (Object.keys(PLANS) as (keyof ScheduleChangeInput)[]).find(
    (each) => input[each] != null,
  ) as keyof ScheduleChangeInput;
  try {
    return (await PLANS[name](context, input[name] as object)).change;
  } catch (error) {
    if (!(error instanceof DomainError) || !error.details.path) throw error;
    throw withPaths(error, (path) => at(name, ...path.slice(1)));
  }
}

/** Returns the first and the last day of a change. Null without an end. */
function changedDays(
  periods: HoursChange['periods'],
  overrides: HoursChange['overrides'],
): [from: string, to: string | null] {
  const rows = periods
    .flatMap(({ before, after }) => [before, after])
    .filter((row) => row !== null);
  const dates = overrides
    .flatMap(({ before, after }) => [before, after])
    .filter((row) => row !== null)
    .map(({ date }) => date);
  const froms = [...rows.map(({ validFrom }) => validFrom), ...dates].sort();
  const tos = [...rows.map(({ validTo }) => validTo), ...dates];
  return [froms[0] as string, tos.includes(null) ? null : (tos.sort().at(-1) as string)];
}

const isWithin = (date: string, from: string, to: string | null): boolean =>
  date >= from && (to === null || date <= to);

const ID_LISTS = {
  Staff: 'staffIds',
  Location: 'locationIds',
  Reason: 'reasonIds',
  Resource: 'resourceIds',
} as const;

/**
 * Returns future appointments of an owner by start. Extends the days on both sides, since time
 * zones differ and hours run past midnight.
 */
async function bookedFor(
  context: Context,
  owner: Owner,
  from: string,
  to: string | null,
): Promise<BookedAppointment[]> {
  // Hours of a reason apply only with a custom schedule.
  if (owner.type === 'Reason' && owner.row.customWorkSchedule !== WorkSchedule.CUSTOM_SCHEDULE)
    return [];
  const member = memberOf(context);
  const { source } = appointmentList;
  const { table } = source;
  const filter: Partial<AppointmentFilter> = {
    statuses: [AppointmentStatus.PENDING, AppointmentStatus.OPEN],
    excludeTimeOff: true,
    from: addDays(from, -1),
    to: to && addDays(to, 2),
    ...(owner.type === 'Resource'
      ? {}
      : { [ID_LISTS[owner.type]]: [toGlobalId(owner.type, owner.row.rowId)] }),
  };
  const conditions: Sql[] = [
    appointmentList.where(member, filter as AppointmentFilter, 'a'),
    sql`${table.column('a', 'startAt')} > ${context.now()}`,
  ];
  if (owner.type === 'Resource') {
    conditions.push(sql`EXISTS (SELECT 1 FROM claim AS c WHERE c.business_id = ${table.column('a', 'businessId')} AND c.appointment_id = ${table.column('a', 'rowId')}
      AND c.subject_id = ${owner.row.subjectId})`);
  }
  return context.db.all<BookedAppointment>(sql`
    SELECT ${raw('a.id AS "rowId", a.start_at AS "startAt", a.end_at AS "endAt", a.location_id AS "locationId", a.reason_id AS "reasonId"')}
    FROM ${source.from('a')} WHERE ${and(conditions)} ORDER BY ${table.column('a', 'startAt')}, ${table.column('a', 'rowId')} LIMIT ${MAX_BOOKED}`);
}

/** Returns the time zone of the owner's hours by location. */
async function zonesOf(
  context: Context,
  { type, row }: Owner,
  booked: readonly BookedAppointment[],
): Promise<ReadonlyMap<number, string>> {
  const ids = [...new Set(booked.map(({ locationId }) => locationId))];
  if (type === 'Staff' || type === 'Location')
    return new Map(ids.map((id) => [id, row.timeZoneCode]));
  const places = await Promise.all(ids.map((id) => locations.getById(context, id)));
  return new Map(places.map((place) => [place.rowId, place.timeZoneCode]));
}

const hoursOf = (
  { type }: Owner,
  periods: readonly SchedulePeriod[],
  overrides: OwnedHours['overrides'],
): OwnedHours => ({
  periods,
  overrides,
  always: periods.length === 0 && (type === 'Location' || type === 'Resource'),
});

function applied<Row extends { rowId: number }>(
  rows: readonly Row[],
  steps: readonly Step<Row>[],
): Row[] {
  const gone = new Set(steps.map(({ before }) => before?.rowId));
  return [
    ...rows.filter(({ rowId }) => !gone.has(rowId)),
    ...steps.flatMap(({ after }) => after ?? []),
  ];
}

function outsideOfHours(
  booked: readonly BookedAppointment[],
  hours: OwnedHours,
  zones: ReadonlyMap<number, string>,
  days: { from: string; to: string },
): Set<BookedAppointment> {
  const alike = new Map<string, BookedAppointment[]>();
  for (const one of booked) {
    const key = `${one.locationId} ${one.reasonId}`;
    const known = alike.get(key);
    if (known) known.push(one);
    else alike.set(key, [one]);
  }
  return new Set(
    [...alike.values()].flatMap((some) => {
      const [purpose] = some as [BookedAppointment];
      return outside(
        some,
        workingWindows(hours, purpose, days, zones.get(purpose.locationId) as string),
      );
    }),
  );
}
