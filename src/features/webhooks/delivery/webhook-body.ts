import { toGlobalId } from '../../../graphql/global-id';
import { isBooking, snapshotOf, type Snapshot } from '../../appointments/model/events';
import { ChangeType } from '../../changes/change';
import { idsOf } from '../../custom-fields/values/read';
import type { FieldValues } from '../../custom-fields/values/field-value';
import type { LogEvent } from '../../../log/event.entity';
import { changedNodeId } from '../../../log/row-changes';
import { EventVisibility } from '../../../log/visibility';
import type { SeenBooking } from '../../notifications/event-subjects';
import { shown } from '../../notifications/field-change';
import type { WaitlistEntry } from '../../waitlist/model/waitlist-entry.entity';
import { entryFromJson } from '../../waitlist/model/events';

export const TEST_EVENT = 'webhook.test';

/** A name comes before another one with which it begins. */
const NAME =
  /^(APPOINTMENT_SUB_STATUS|WAITLIST|BUSINESS|CLIENT|COUPON|COURSE_SET|GROUP|LOCATION|PACKAGE_SOLD|PACKAGE|REASON|RESOURCE_BUNDLE|RESOURCE|STAFF)_(.*)$/;

/**
 * `appointment.status_changed` of STATUS_CHANGED, `waitlist.joined` of WAITLIST_JOINED,
 * `client.updated` of CLIENT_UPDATED.
 */
export function eventName(type: string): string {
  const [, noun, verb] = NAME.exec(type) ?? [];
  return (noun ? `${noun}.${verb}` : `appointment.${type}`).toLowerCase();
}

const instant = (value: number | null): string | null =>
  value === null ? null : new Date(value).toISOString();
const reference = (type: string, id: number | null): string | null =>
  id === null ? null : toGlobalId(type, id);

/** Values of custom fields by field id. Labels are read from `customFields`. */
const fieldsJson = (values: FieldValues): Record<string, unknown>[] =>
  idsOf(values).map((id) => ({ fieldId: toGlobalId('CustomField', id), value: values?.[id] }));

/** Coupon, package and groups. Events that are older than the columns have no groups. */
const namedJson = (row: Snapshot['appointment']) => ({
  couponId: reference('Coupon', row.couponId),
  packageSoldId: reference('PackageSold', row.packageSoldId),
  locationGroupId: reference('Group', row.locationGroupId ?? null),
  locationSuperGroupId: reference('Group', row.locationSuperGroupId ?? null),
  reasonGroupId: reference('Group', row.reasonGroupId ?? null),
});

/** An appointment with the field names of the schema. Related rows are ids. */
function appointmentJson({
  appointment: row,
  additionalStaffIds,
  blockedStaffIds = [],
}: Snapshot): Record<string, unknown> {
  return {
    id: row.id,
    version: row.version,
    status: row.status,
    subStatus: row.subStatusCode,
    locationId: toGlobalId('Location', row.locationId),
    reasonId: toGlobalId('Reason', row.reasonId),
    staffId: toGlobalId('Staff', row.staffId),
    clientId: reference('Client', row.clientId),
    seats: row.seats,
    classScheduleId: reference('ClassSchedule', row.classScheduleId),
    recurringAppointmentId: reference('RecurringAppointment', row.recurringAppointmentId),
    coordinatorStaffId: reference('Staff', row.coordinatorStaffId),
    additionalStaffIds: additionalStaffIds.map((id) => toGlobalId('Staff', id)),
    blockedStaffIds: [...additionalStaffIds, ...blockedStaffIds].map((id) =>
      toGlobalId('Staff', id),
    ),
    start: instant(row.startAt),
    end: instant(row.endAt),
    staffStart: instant(row.staffStartAt),
    staffEnd: instant(row.staffEndAt),
    timeZone: row.timeZoneCode,
    originalStart: instant(row.originalStartAt),
    holdExpiresAt: instant(row.holdExpiresAt),
    override: row.override,
    noPreference: row.noPreference,
    address: row.address,
    meetingUrl: row.meetingUrl,
    note: row.note,
    fields: fieldsJson(row.fieldValues),
    price: row.price,
    currency: row.currency,
    discount: row.discount,
    ...namedJson(row),
    taxAmount: row.taxAmount,
    transactionFee: row.transactionFee,
    paidAmount: row.paidAmount,
    paymentReference: row.paymentReference,
    invoiceReference: row.invoiceReference,
    clientConfirmedAt: instant(row.clientConfirmedAt),
    checkedInAt: instant(row.checkedInAt),
    startedAt: instant(row.startedAt),
    completedAt: instant(row.completedAt),
    cancelledAt: instant(row.cancelledAt),
    cancelledBy: row.cancelledBy,
    cancelReason: row.cancelReason,
    cancelReasonCode: row.cancelReasonCode ?? null,
    completedReason: row.completedReason,
    completedReasonCode: row.completedReasonCode ?? null,
    noShowReason: row.noShowReason,
    noShowReasonCode: row.noShowReasonCode ?? null,
    changeReason: row.changeReason,
    clientRescheduleCount: row.clientRescheduleCount,
    staffRescheduleCount: row.staffRescheduleCount,
    batchId: row.batchId,
    externalEventId: row.externalEventId,
    invitationId: row.invitationId,
    jobRequisitionId: row.jobRequisitionId,
    createdAt: instant(row.createdAt),
    createdBy: row.createdBy,
    modifiedAt: instant(row.modifiedAt),
    modifiedBy: row.modifiedBy,
  };
}

/** A waitlist entry with the field names of the schema. */
function waitlistEntryJson(entry: WaitlistEntry): Record<string, unknown> {
  return {
    id: entry.id,
    version: entry.version,
    status: entry.status,
    kind: entry.kind,
    reasonId: toGlobalId('Reason', entry.reasonId),
    locationId: toGlobalId('Location', entry.locationId),
    clientId: toGlobalId('Client', entry.clientId),
    staffIds: entry.staffIds.map((id) => toGlobalId('Staff', id)),
    classScheduleId: reference('ClassSchedule', entry.classScheduleId),
    times: entry.times.map(instant),
    fromDate: entry.fromDate,
    toDate: entry.toDate,
    seats: entry.seats,
    note: entry.note,
    invitedAt: instant(entry.invitedAt),
    invitationExpiresAt: instant(entry.invitationExpiresAt),
    appointmentId: reference('Appointment', entry.appointmentId),
    createdAt: instant(entry.createdAt),
    createdBy: entry.createdBy,
    modifiedAt: instant(entry.modifiedAt),
    modifiedBy: entry.modifiedBy,
  };
}

const CHANGES = new Set<string>(Object.values(ChangeType));
/** Columns that a body omits: the id contains the row id, the others are internal. */
const INTERNAL = new Set(['businessId', 'rowId', 'subjectId']);

function rowEntry(field: string, value: unknown): [string, unknown] {
  if (field === 'fieldValues') return ['fields', fieldsJson(value as FieldValues)];
  return [field, field.endsWith('At') ? instant(value as number | null) : value];
}

/** A client, location, reason, resource or staff member, keyed by column names. */
const rowJson = (event: LogEvent): Record<string, unknown> => ({
  id: changedNodeId(event),
  ...Object.fromEntries(
    Object.entries(event.snapshot)
      .filter(([field]) => !INTERNAL.has(field))
      .map(([field, value]) => rowEntry(field, value)),
  ),
});

/**
 * Returns the objects of an event from its snapshot. @throws Error if the snapshot contains none of
 * them.
 */
function subjectsJson({ event, visibility, ofAppointment }: SeenBooking): Record<string, unknown> {
  if (CHANGES.has(event.type)) return { nodeId: changedNodeId(event), node: rowJson(event) };
  const booking = isBooking(event) ? snapshotOf(event) : null;
  const entry = event.snapshot.waitlistEntry as Record<string, unknown> | undefined;
  if (booking ? booking.appointment.rowId !== event.appointmentId : !entry)
    throw new Error('The event has no snapshot of its appointment or waitlist entry.');
  const appointment =
    booking && ofAppointment
      ? {
          appointmentId: booking.appointment.id,
          appointment: visibility === EventVisibility.LEFT ? null : appointmentJson(booking),
        }
      : { appointmentId: null };
  return {
    ...appointment,
    ...(entry ? { waitlistEntry: waitlistEntryJson(entryFromJson(entry)) } : {}),
  };
}

/** Returns the body of the STANDARD format. @throws Error if it cannot be rendered. */
export function standardBody(received: SeenBooking): string {
  const { event, visibility } = received;
  const subjects = subjectsJson(received);
  return JSON.stringify({
    type: eventName(event.type),
    timestamp: new Date(event.occurredAt).toISOString(),
    data: {
      cursor: event.cursor,
      visibility,
      actor: event.actor,
      reason: event.reason,
      changes: shown(event.changes),
      ...subjects,
    },
  });
}

/** Returns the body of a test delivery, identical in both formats. */
export const testBody = (now: number): string =>
  JSON.stringify({
    type: TEST_EVENT,
    timestamp: new Date(now).toISOString(),
    data: { message: 'Deliveries of this webhook arrive here.' },
  });
