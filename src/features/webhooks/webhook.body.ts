import { toGlobalId } from '../../shared/global-id';
import { fromJson, type Snapshot } from '../appointments/appointment.events';
import type { LogEvent } from '../log/event.entity';
import { BookingNotification } from '../notifications/notification.type';

export const TEST_EVENT = 'webhook.test';

/** `appointment.status_changed` of STATUS_CHANGED. */
export const eventName = (type: string): string => `appointment.${type.toLowerCase()}`;

const instant = (value: number | null): string | null => (value === null ? null : new Date(value).toISOString());
const reference = (type: string, id: number | null): string | null => (id === null ? null : toGlobalId(type, id));

/** An appointment in the words of the schema. What it leads to is named by id. */
function appointmentJson({ appointment: row, additionalStaffIds }: Snapshot): Record<string, unknown> {
  return {
    id: row.id, version: row.version, status: row.status, subStatus: row.subStatusCode,
    locationId: toGlobalId('Location', row.locationId), reasonId: toGlobalId('Reason', row.reasonId), staffId: toGlobalId('Staff', row.staffId),
    clientId: reference('Client', row.clientId), coordinatorStaffId: reference('Staff', row.coordinatorStaffId),
    additionalStaffIds: additionalStaffIds.map((id) => toGlobalId('Staff', id)),
    start: instant(row.startAt), end: instant(row.endAt), staffStart: instant(row.staffStartAt), staffEnd: instant(row.staffEndAt), timeZone: row.timeZoneCode,
    holdExpiresAt: instant(row.holdExpiresAt), override: row.override, noPreference: row.noPreference, address: row.address, meetingUrl: row.meetingUrl, note: row.note,
    price: row.price, currency: row.currency, taxAmount: row.taxAmount, transactionFee: row.transactionFee, paidAmount: row.paidAmount, paymentReference: row.paymentReference,
    clientConfirmedAt: instant(row.clientConfirmedAt), checkedInAt: instant(row.checkedInAt), startedAt: instant(row.startedAt), completedAt: instant(row.completedAt),
    cancelledAt: instant(row.cancelledAt), cancelledBy: row.cancelledBy, cancelReason: row.cancelReason, completedReason: row.completedReason, noShowReason: row.noShowReason,
    changeReason: row.changeReason, clientRescheduleCount: row.clientRescheduleCount, staffRescheduleCount: row.staffRescheduleCount, batchId: row.batchId,
    externalEventId: row.externalEventId, invitationId: row.invitationId, jobRequisitionId: row.jobRequisitionId, createdAt: instant(row.createdAt),
    createdBy: row.createdBy, modifiedAt: instant(row.modifiedAt), modifiedBy: row.modifiedBy,
  };
}

/** The body of the STANDARD format. @throws Error when the snapshot is none of this appointment. */
export function standardBody(event: LogEvent): string {
  const snapshot = fromJson(event.snapshot);
  if (snapshot.appointment.rowId !== event.appointmentId) throw new Error('The log holds no snapshot of the appointment.');
  const { cursor, actor, reason, changes, waitlistEntryId } = new BookingNotification(event);
  return JSON.stringify({
    type: eventName(event.type), timestamp: new Date(event.occurredAt).toISOString(),
    data: {
      cursor, actor, reason, changes: changes.map(({ field, from, to }) => ({ field, from, to })), appointment: appointmentJson(snapshot),
      ...(waitlistEntryId === null ? {} : { waitlistEntryId: toGlobalId('WaitlistEntry', waitlistEntryId) }),
    },
  });
}

/** What a test sends, in either format. */
export const testBody = (now: number): string =>
  JSON.stringify({ type: TEST_EVENT, timestamp: new Date(now).toISOString(), data: { message: 'Deliveries of this webhook arrive here.' } });
