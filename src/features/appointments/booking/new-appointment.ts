import { newRow } from '../../../db/new-row';
import { MS_PER_MINUTE } from '../../../lib/time-zone';
import { endOf, startOf, timesOf } from '../../../lib/appointment-times';
import { offeredDuration } from '../../availability/booking-options';
import type { Staff } from '../../staff/staff.entity';
import { Appointment } from '../model/appointment.entity';
import type { Hold } from './hold';
import type { CreateAppointmentInput } from './inputs';
import { notificationChoiceOf } from '../model/notification-choice';
import { NO_GROUPS, type AssignedGroups } from '../../groups/assigned-groups';
import { priceOf } from '../../prices/price';
import { reductionColumns } from '../../prices/reduction';
import { checkBooking, requireClient, awaitsConfirmation } from '../model/rules';
import { AppointmentStatus, stateOf } from '../model/status';
import type { BookingReferences, InSeries, LoadedBooking } from './booking';
import { idsOfStaff, type AppointmentAggregate } from '../model/aggregate';
import { creatorOf, modifierOf } from '../../../log/actors/stamps';

/** Returns the appointment that results from a booking with this candidate. Pure. */
export function draftAppointment(
  { booking: { input, rowId, hold }, references, stored: { serving } }: LoadedBooking,
  person: Staff,
  now: number,
): AppointmentAggregate {
  const { member, reason, location, additional, client, addOns, candidates } = references;
  const startAt = startOf(input, person.timeZoneCode);
  offeredDuration(member, reason, input.durationMinutes);
  const more = addOns.reduce((minutes, { visitMinutes }) => minutes + visitMinutes, 0);
  const endAt = endOf(
    startAt,
    {
      end: input.end,
      durationMinutes: input.durationMinutes == null ? null : input.durationMinutes + more,
    },
    reason.visitMinutes + more,
  );
  checkBooking(member, {
    reason,
    location,
    staff: candidates.length === 1 ? [person, ...additional] : additional,
    client,
    address: input.address ?? null,
    screeningAnswer: input.screeningAnswer ?? null,
  });
  if (!hold) requireClient(reason, client !== null);
  const { durationMinutes: minutes } = input;
  const visit = { reason, minutes, serving, staffId: person.rowId, addOns };
  const total = input.price ?? priceOf(visit);
  const details = {
    ...input,
    ...reductionColumns({ total, addOns, currency: reason.currency }, references.reduction),
  };
  const appointment = newAppointment(
    { ...references, person },
    { rowId, startAt, endAt },
    details,
    now,
  );
  Object.assign(appointment, firstStateOf(references, input, { now, hold }));
  const blocked = references.blocked.filter(({ rowId: id }) => id !== person.rowId);
  return {
    appointment,
    notify: notificationChoiceOf(member, input),
    ...(appointment.recurringAppointmentId === null ? {} : { together: true }),
    additionalStaffIds: idsOfStaff(additional),
    staff: [person, ...additional],
    blocked,
    blockedStaffIds: idsOfStaff(blocked),
    resources: [],
    addOnReasonIds: addOns.map((addOn) => addOn.rowId).sort((one, other) => one - other),
  };
}

/** Returns the initial state if it is not OPEN: held, or awaiting confirmation by staff. Pure. */
export function firstStateOf(
  { member, reason, location }: Pick<BookingReferences, 'member' | 'reason' | 'location'>,
  { pendingConfirmation }: Pick<CreateAppointmentInput, 'pendingConfirmation'>,
  { now, hold }: { readonly now: number; readonly hold: Hold | null },
): Partial<Appointment> {
  if (hold) {
    const holdExpiresAt = hold.expiresAt ?? now + location.bookingTimerMinutes * MS_PER_MINUTE;
    return {
      ...stateOf(AppointmentStatus.PENDING, hold.subStatus),
      holdExpiresAt,
      holdSecretHash: hold.secretHash,
    };
  }
  return pendingConfirmation || awaitsConfirmation(member, reason)
    ? stateOf(AppointmentStatus.PENDING, 'PENDING_CONFIRMATION')
    : {};
}

type Booked = Pick<
  BookingReferences,
  'member' | 'business' | 'reason' | 'location' | 'coordinatorStaffId' | 'client' | 'fieldValues'
> & { readonly person: Staff; readonly groups?: AssignedGroups };
type Details = Omit<
  CreateAppointmentInput,
  | 'reasonId'
  | 'locationId'
  | 'start'
  | 'localStart'
  | 'end'
  | 'durationMinutes'
  | 'packageSoldId'
  | keyof AssignedGroups
> &
  Partial<InSeries> &
  Partial<Pick<Appointment, 'discount' | 'couponId' | 'packageSoldId'>>;

/**
 * Returns a new row, with defaults from the reason and the business. `given.price` is the result of
 * the price rule. Pure.
 */
export function newAppointment(
  {
    member,
    business,
    reason,
    location,
    person,
    coordinatorStaffId,
    client,
    fieldValues,
    groups = NO_GROUPS,
  }: Booked,
  { rowId, startAt, endAt }: Pick<Appointment, 'rowId' | 'startAt' | 'endAt'>,
  given: Details,
  now: number,
): Appointment {
  return newRow(Appointment, {
    businessId: member.businessId,
    rowId,
    version: 1,
    locationId: location.rowId,
    reasonId: reason.rowId,
    staffId: person.rowId,
    coordinatorStaffId,
    clientId: client?.rowId ?? null,
    classScheduleId: null,
    seats: 1,
    status: AppointmentStatus.OPEN,
    subStatusCode: 'OPEN',
    ...timesOf({ startAt, endAt }, reason, person.timeZoneCode, location),
    originalStartAt: null,
    holdExpiresAt: null,
    holdSecretHash: null,
    override: given.override,
    noPreference: given.staffId == null,
    ...detailsOf(given),
    fieldValues,
    price: given.price ?? null,
    discount: given.discount ?? null,
    couponId: given.couponId ?? null,
    packageSoldId: given.packageSoldId ?? null,
    ...groups,
    currency: reason.currency,
    ...paymentOf(given),
    ...remindersOf(given, business),
    clientConfirmedAt: null,
    checkedInAt: null,
    startedAt: null,
    completedAt: null,
    cancelledAt: null,
    cancelledBy: null,
    cancelledById: null,
    cancelReason: null,
    cancelReasonCode: null,
    completedReason: null,
    completedReasonCode: null,
    noShowReason: null,
    noShowReasonCode: null,
    changeReason: null,
    clientRescheduleCount: 0,
    staffRescheduleCount: 0,
    ...externalIdsOf(given),
    recurringAppointmentId: given.recurringAppointmentId ?? null,
    recurrenceStart: given.recurrenceStart ?? null,
    createdAt: now,
    ...creatorOf(member),
    modifiedAt: now,
    ...modifierOf(member),
  });
}

const detailsOf = ({ address, meetingUrl, note, color }: Details) => ({
  address: address ?? null,
  meetingUrl: meetingUrl ?? null,
  note: note ?? null,
  ownColor: color ?? null,
});

const paymentOf = ({
  taxAmount,
  transactionFee,
  paidAmount,
  paymentReference,
  invoiceReference,
}: Details) => ({
  taxAmount: taxAmount ?? null,
  transactionFee: transactionFee ?? null,
  paidAmount: paidAmount ?? null,
  paymentReference: paymentReference ?? null,
  invoiceReference: invoiceReference ?? null,
});

/** Hours before the start, by default those of the business. */
const remindersOf = (given: Details, business: Booked['business']) => ({
  clientReminderHours: given.clientReminderHours ?? business.clientReminderHours,
  staffReminderHours: given.staffReminderHours ?? business.staffReminderHours,
  remindClientSmsHours: given.remindClientSmsHours ?? business.remindClientSmsHours,
  remindStaffSmsHours: given.remindStaffSmsHours ?? business.remindStaffSmsHours,
});

const externalIdsOf = (given: Details) => ({
  batchId: given.batchId ?? null,
  externalEventId: given.externalEventId ?? null,
  invitationId: given.invitationId ?? null,
  jobRequisitionId: given.jobRequisitionId ?? null,
});
