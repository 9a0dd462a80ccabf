import type { Links } from '../../../services/links';
import { endLocal, offsetMinutes, startLocal } from '../../../lib/time-zone';
import { text } from '../../../lib/words';
import type { Appointment } from '../../appointments/model/appointment.entity';
import { snapshotOf, type Snapshot } from '../../appointments/model/events';
import type { NotificationChoice } from '../../appointments/model/notification-choice';
import { linesOf, idsOf, withFields } from '../../custom-fields/values/read';
import type { LogEvent } from '../../../log/event.entity';
import { manageTokenOf } from '../../manage-links/manage-token';
import {
  fieldsJson,
  listOrNull,
  locationJson,
  numberOf,
  reasonJson,
  resourceJson,
  staffJson,
} from './objects';
import { clientJson } from './client-json';
import type { GroupType } from '../../groups/group.entity';
import type { Rows } from './rows';
import { UNSET_OF_APPOINTMENT } from './unset';

type Json = Record<string, unknown>;

/** TimeTap calls a group of reasons one of services. */
const GROUP_TYPES: Readonly<Record<GroupType, string>> = {
  LOCATION: 'LOCATION',
  REASON: 'SERVICE',
  STAFF: 'STAFF',
  SUPER: 'LOCATIONSUPERGROUP',
};

/** @throws Error for a row that no longer exists. */
function rowOrThrow<T>(rows: ReadonlyMap<number, T>, id: number, what: string): T {
  const row = rows.get(id);
  if (!row) throw new Error(`The ${what} of the appointment does not exist.`);
  return row;
}

const MS_PER_MINUTE = 60_000;

/** TimeTap's clientStartDateTime: the wall clock read as if it were UTC. */
const wallClockMs = (instant: number, zone: string): number =>
  instant + offsetMinutes(instant, zone) * MS_PER_MINUTE;

/** `2018-07-27 16:10:55`, in UTC. */
const stamp = (instant: number): string =>
  new Date(instant).toISOString().slice(0, 19).replace('T', ' ');

/**
 * The body of the TIMETAP format: the appointment as it was after the event, and the rows it leads
 * to as they are now.
 * @throws Error for a row that no longer exists.
 */
export function timetapBody(event: LogEvent, rows: Rows, links: Links, now: number): string {
  const snapshot = snapshotOf(event);
  const { appointment: row } = snapshot;
  return JSON.stringify({
    ...UNSET_OF_APPOINTMENT,
    ...timesJson(row, rows),
    ...peopleJson(snapshot, rows),
    ...partsJson(snapshot, rows),
    ...linkJson(row, links, now),
    ...confirmationsJson(event.snapshot.notify as NotificationChoice | undefined),
    calendarid: row.rowId,
    calendarId: row.rowId,
    businessId: row.businessId,
    status: row.status,
    subStatus: row.subStatusCode,
    address: row.address,
    batchAppointmentId: row.batchId,
    cancelReason: row.cancelReason,
    cancelUser: row.cancelledBy,
    changeReason: row.changeReason,
    classScheduleId: row.classScheduleId,
    clientConfirmDate: row.clientConfirmedAt,
    clientConfirmed: row.clientConfirmedAt !== null,
    clientReminderHours: row.clientReminderHours,
    clientRescheduleCount: row.clientRescheduleCount,
    color: row.ownColor,
    completedReason: row.completedReason,
    couponId: row.couponId,
    coupon: couponJson(row, rows),
    locationGroup: groupJson(row.locationGroupId, rows),
    locationSuperGroup: groupJson(row.locationSuperGroupId, rows),
    reasonGroup: groupJson(row.reasonGroupId, rows),
    createddate: stamp(row.createdAt),
    createduser: row.createdBy,
    dateCheckedIn: row.checkedInAt,
    dateCompleted: row.completedAt,
    dateStarted: row.startedAt,
    discount: numberOf(row.discount),
    externalEventId: row.externalEventId,
    invitationUUId: row.invitationId,
    jobRequisitionId: row.jobRequisitionId,
    modifieddate: row.version === 1 ? null : stamp(row.modifiedAt),
    modifieduser: row.version === 1 ? null : row.modifiedBy,
    noPrefSelected: row.noPreference,
    noShowReason: row.noShowReason,
    note: row.note ?? '',
    packageSoldId: row.packageSoldId,
    price: numberOf(row.price),
    recurringAppointmentId: row.recurringAppointmentId,
    remindClientSmsHrs: row.remindClientSmsHours,
    remindStaffSmsHrs: row.remindStaffSmsHours,
    seats: row.seats,
    staffReminderHours: row.staffReminderHours,
    staffRescheduleCount: row.staffRescheduleCount,
    tax1Amount: numberOf(row.taxAmount),
    transactionFee: numberOf(row.transactionFee),
    waitListId: rows.waitlistEntryIds.get(row.rowId) ?? null,
  });
}

function groupJson(id: number | null | undefined, { groups }: Rows): Json | null {
  const group = id == null ? undefined : groups.get(id);
  return group
    ? {
        groupId: id,
        businessId: group.businessId,
        groupName: group.name,
        groupType: GROUP_TYPES[group.groupType],
      }
    : null;
}

function couponJson({ couponId }: Appointment, { coupons }: Rows): Json | null {
  const coupon = couponId === null ? undefined : coupons.get(couponId);
  if (!coupon) return null;
  const { businessId, code, amount, percentage } = coupon;
  return {
    couponId,
    businessId,
    couponCode: code,
    amount: numberOf(amount),
    percentage: numberOf(percentage),
  };
}

/** "client…" is without buffers, the rest with them, all in the zone of the staff member. */
function timesJson(row: Appointment, { business: { locale }, clients, locations }: Rows): Json {
  const zone = row.timeZoneCode;
  const [start, end] = [startLocal(row.staffStartAt, zone), endLocal(row.staffEndAt, zone)];
  const [clientStart, clientEnd] = [startLocal(row.startAt, zone), endLocal(row.endAt, zone)];
  const client = row.clientId === null ? undefined : clients.get(row.clientId);
  const clientZone = client?.timeZoneCode ?? locations.get(row.locationId)?.timeZoneCode ?? zone;
  const original = row.originalStartAt === null ? null : startLocal(row.originalStartAt, zone);
  const staffText = text(row.staffStartAt, zone, locale);
  return {
    date: clientStart.date,
    startDate: start.date,
    endDate: end.date,
    startTime: start.time,
    endTime: end.time,
    clientStartDate: clientStart.date,
    clientEndDate: clientEnd.date,
    clientStartTime: clientStart.time,
    clientEndTime: clientEnd.time,
    startDateTimeUTC: row.staffStartAt,
    endDateTimeUTC: row.staffEndAt,
    originalDate: original?.date ?? null,
    originalStartTime: original?.time ?? null,
    clientStartDateTimeUTC: row.startAt,
    clientEndDateTimeUTC: row.endAt,
    clientStartDateTime: wallClockMs(row.startAt, zone),
    clientEndDateTime: wallClockMs(row.endAt, zone),
    apptTZ: zone,
    appointmentDateTimeClient: text(row.startAt, clientZone, client?.locale ?? locale),
    appointmentDateTimeStaff: staffText,
    staffTimeText: staffText,
  };
}

function peopleJson(
  { appointment: row, additionalStaffIds, blockedStaffIds = [] }: Snapshot,
  rows: Rows,
): Json {
  const blocked = [...additionalStaffIds, ...blockedStaffIds];
  const person = (id: number) => staffJson(rowOrThrow(rows.staff, id, 'staff member'));
  return {
    client:
      row.clientId === null
        ? null
        : clientJson(rowOrThrow(rows.clients, row.clientId, 'client'), rows),
    staff: person(row.staffId),
    coordinatorStaff: row.coordinatorStaffId === null ? null : person(row.coordinatorStaffId),
    additionalStaffIdList: listOrNull(additionalStaffIds),
    blockStaffIdList: blocked,
    blockedStaffList: blocked.map(person),
  };
}

/** The first resource is the appointment's; the others are blocked with it. */
function partsJson({ appointment: row, resources, addOnReasonIds }: Snapshot, rows: Rows): Json {
  const [resource, ...others] = resources.map(({ resourceId }) =>
    rowOrThrow(rows.resources, resourceId, 'resource'),
  );
  const fieldsWithValues = withFields(
    row.fieldValues,
    idsOf(row.fieldValues).map((id) => rows.fields.get(id) ?? null),
  );
  return {
    reason: reasonJson(rowOrThrow(rows.reasons, row.reasonId, 'reason'), rows),
    location: locationJson(rowOrThrow(rows.locations, row.locationId, 'location')),
    addOnReasonIdList: listOrNull(addOnReasonIds),
    addOnReasonList: listOrNull(
      addOnReasonIds.map((id) => reasonJson(rowOrThrow(rows.reasons, id, 'add-on'), rows)),
    ),
    resource: resource ? resourceJson(resource) : null,
    blockResourceIdList: listOrNull(others.map(({ rowId }) => rowId)),
    fields: fieldsJson(row.fieldValues, rows),
    customFieldDesc: linesOf(fieldsWithValues, rows.business.locale),
  };
}

/** (sic) `appointementIdHash` is the part of the link that cannot be guessed. */
function linkJson(row: Appointment, links: Links, now: number): Json {
  const token = manageTokenOf(links, row, now);
  return {
    appointementIdHash: token,
    manageApptUrl: token === null ? null : links.manageUrl(token),
  };
}

const confirmationsJson = (notify: NotificationChoice | undefined): Json => ({
  sendConfirmationToClient: notify?.client !== false,
  sendConfirmationToStaff: notify?.staff !== false,
});
