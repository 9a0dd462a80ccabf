import { BusinessRule } from '../../../business-rule';
import { isStaffSide, Role, type Member } from '../../../context';
import { DomainError, enforce, ErrorCode, violated, type Refusal } from '../../../errors';
import { AvailabilityRule } from '../../availability/engine/rules';
import type { ExplainAvailabilityInput } from '../../availability/explanation/explanation';
import { unavailable } from '../../availability/unavailable-error';
import { boundsOf } from '../../availability/facts/query';
import type { ClassSchedule } from '../../classes/class-schedule.entity';
import { clientCannotBook } from '../../clients/client.errors';
import { ClientStatus, type Client } from '../../clients/client.entity';
import { LocationType, type Location } from '../../locations/location.entity';
import type { Reason } from '../../reasons/reason.entity';
import { ReasonStatus, ReasonType } from '../../reasons/reason-enums';
import { screens } from '../../reasons/reason.rules';
import type { Staff } from '../../staff/staff.entity';

const forbidden = (message: string, field?: string): DomainError =>
  new DomainError(ErrorCode.FORBIDDEN, message, field ? { path: ['input', field] } : {});

/**
 * Inputs that only staff may set: money, length and notifications.
 * @throws DomainError FORBIDDEN
 */
const STAFF_ONLY = [
  'end',
  'durationMinutes',
  'price',
  'taxAmount',
  'transactionFee',
  'paidAmount',
  'invoiceReference',
  'coordinatorStaffId',
  'additionalStaffIds',
  'blockedStaffIds',
  'pendingConfirmation',
  'color',
] as const;

export function authoriseInput(
  member: Member,
  input: Partial<Record<(typeof STAFF_ONLY)[number], unknown>>,
): void {
  if (isStaffSide(member)) return;
  const field = STAFF_ONLY.find((name) => input[name] != null);
  if (field) throw forbidden(`Only staff may set ${field}.`, field);
}

export function authoriseOverride(member: Member, override: boolean): void {
  if (override && member.role !== Role.ADMINISTRATOR && member.role !== Role.LOCATION_SUPER_USER) {
    throw forbidden('Only administrators and location super users may double-book.', 'override');
  }
}

interface CheckedBooking {
  readonly reason: Reason;
  readonly location: Location;
  readonly staff: readonly Staff[];
  readonly client: Client | null;
  readonly address: string | null;
  /** Session of a booking of seats. */
  readonly session?: ClassSchedule | null;
  /** Answer to the screening question of a new booking. Omitted if it was answered before. */
  readonly screeningAnswer?: string | null;
}

/**
 * Checks the rules that apply to every booking, also with an override.
 * @throws DomainError RULE_VIOLATED
 */
export function checkBooking(
  member: Member,
  { reason, location, staff, client, address, session, screeningAnswer }: CheckedBooking,
): void {
  checkReasonType(reason, session);
  enforce(inactiveReason(reason));
  if (!location.active)
    throw violated(
      BusinessRule.LOCATION_INACTIVE,
      'This location takes no appointments.',
      'locationId',
    );
  if (location.locationType === LocationType.VARIABLE && !address)
    throw violated(
      BusinessRule.ADDRESS_REQUIRED,
      'This location has no address of its own: give one.',
      'address',
    );
  // An open session already has its leader.
  const absent = !session && staff.find((person) => !person.active || !person.acceptsAppointments);
  if (absent)
    throw violated(
      BusinessRule.STAFF_NOT_BOOKABLE,
      `${absent.fullName} takes no appointments.`,
      'staffId',
    );
  enforce(barredClient(member, client));
  if (isStaffSide(member)) return;
  if (screeningAnswer !== undefined && !screens(reason, screeningAnswer)) {
    const fault =
      screeningAnswer === null
        ? 'Answer the screening question of the reason first'
        : 'With this answer the reason is not booked online';
    throw violated(BusinessRule.SCREENING, `${fault}: give screeningAnswer.`, 'screeningAnswer');
  }
}

function checkReasonType({ reasonType }: Reason, session: ClassSchedule | null | undefined): void {
  if (reasonType === ReasonType.ADDON)
    throw violated(BusinessRule.ADD_ON_ALONE, 'An add-on cannot be booked on its own.', 'reasonId');
  if (reasonType === ReasonType.CLASS && !session)
    throw violated(
      BusinessRule.SESSION_REQUIRED,
      'A session of the class is required: give classScheduleId.',
      'classScheduleId',
    );
  if (reasonType === ReasonType.COURSE && !session)
    throw violated(
      BusinessRule.SESSION_REQUIRED,
      'A run of the course is required: give courseSetId.',
      'courseSetId',
    );
}

export const inactiveReason = ({ status }: Pick<Reason, 'status'>): Refusal | null =>
  status === ReasonStatus.ACTIVE
    ? null
    : {
        rule: BusinessRule.REASON_INACTIVE,
        error: () =>
          violated(
            BusinessRule.REASON_INACTIVE,
            'This reason can no longer be booked.',
            'reasonId',
          ),
      };

/** Only staff learn that the client is the cause. */
export function barredClient(
  member: Member,
  client: Pick<Client, 'status' | 'deleted'> | null,
): Refusal | null {
  const rule = isStaffSide(member) ? BusinessRule.CLIENT_CANNOT_BOOK : BusinessRule.NOT_ONLINE;
  if (client?.status === ClientStatus.BLACKLISTED)
    return { rule, error: () => clientCannotBook(member) };
  return client?.deleted
    ? { rule, error: () => violated(rule, 'This client has been deleted.', 'clientId') }
    : null;
}

/**
 * Requires a client for a service. A hold may be made without one.
 * @throws DomainError RULE_VIOLATED
 */
export function requireClient({ reasonType }: Reason, hasClient: boolean): void {
  if (!hasClient && reasonType === ReasonType.SERVICE)
    throw violated(
      BusinessRule.CLIENT_REQUIRED,
      'A client is required: give clientId, or client with a name and an e-mail address.',
      'client',
    );
}

/** Whether a booking by this member awaits confirmation by staff. */
export const awaitsConfirmation = (member: Member, reason: Reason): boolean =>
  reason.requiresStaffConfirmation && !isStaffSide(member);

interface Notice {
  readonly reason: Reason;
  /** The staff member whom a refusal names. */
  readonly person: Staff;
  readonly now: number;
  readonly noticedAt?: number;
}

/**
 * Checks notice and horizon where the engine is not used: for seats in a session, and for booking a
 * hold. Notice counts from `noticedAt`, the horizon from now.
 * @throws DomainError TIME_UNAVAILABLE
 */
export function checkNotice(
  member: Member,
  { reason, person, now, noticedAt = now }: Notice,
  explanationInput: ExplainAvailabilityInput,
): void {
  const isTooSoon = explanationInput.start < boundsOf(member, reason, noticedAt).earliest;
  const isTooLate = explanationInput.start > boundsOf(member, reason, now).latest;
  const rule = isTooSoon ? AvailabilityRule.NOTICE : isTooLate && AvailabilityRule.HORIZON;
  if (rule) throw unavailable([{ person, refusals: [{ rule }] }], explanationInput);
}
