import { BusinessRule } from '../../../business-rule';
import { isStaffSide, memberOf, type Context, type Member } from '../../../context';
import { at, DomainError, enforce, ErrorCode, violated } from '../../../errors';
import { parseGlobalId } from '../../../graphql/global-id';
import type { Client } from '../../clients/client.entity';
import { addClient } from '../../clients/client.service';
import { clients } from '../../clients/client.list';
import { acceptAppointmentFields } from '../../custom-fields/values/write';
import {
  namesReduction,
  reductionColumns,
  reductionOf,
  type ReductionInput,
} from '../../prices/reduction';
import type { Reason } from '../../reasons/reason.entity';
import { reasons } from '../../reasons/reason.list';
import type { Staff } from '../../staff/staff.entity';
import {
  change,
  changed,
  illegal,
  refuseExpired,
  type Author,
  type Change,
  type ResultOf,
} from '../changes/change';
import { unreleasable } from '../changes/refusals';
import type { Appointment } from '../model/appointment.entity';
import { BookingEventType } from '../model/events';
import { hashOfSecret } from '../booking/hold';
import type { BookAppointmentInput, ReleaseHoldInput } from '../booking/inputs';
import { checkBooking, checkNotice, requireClient, awaitsConfirmation } from '../model/rules';
import { explanationInputFor } from '../model/seats';
import type { ClientDraft } from '../booking/booking';
import type { AppointmentAggregate } from '../model/aggregate';
import { contextOf } from '../booking/recheck-availability';
import { appointments } from '../model/list';
import { AppointmentStatus, stateOf } from '../model/status';
import { describedClient } from '../booking/load-references';

/**
 * Books a hold before it expires. Repeated with the hold's secret and for the same client, returns
 * the appointment and changes nothing.
 * @throws DomainError NOT_FOUND, HOLD_EXPIRED, ILLEGAL_TRANSITION, RULE_VIOLATED,
 * VERSION_CONFLICT, BAD_USER_INPUT
 */
export async function bookAppointment(
  context: Context,
  input: BookAppointmentInput,
): Promise<Appointment> {
  const described = await describedClient(context, memberOf(context), input);
  return change(
    context,
    input,
    async (before, member, now) =>
      (await isBookedAlready(context, before.appointment, input, described?.client ?? null))
        ? null
        : confirmation(context, { before, author: { member, now }, input, described }),
    { find: (id, path) => loadHold(context, input, id, path) },
  );
}

interface Confirmation {
  readonly before: AppointmentAggregate;
  readonly author: Author;
  readonly input: BookAppointmentInput;
  readonly described: ClientDraft | null;
}

async function confirmation(
  context: Context,
  { before, author, input, described }: Confirmation,
): Promise<Change> {
  const { member, now } = author;
  const { appointment } = before;
  if (appointment.status !== AppointmentStatus.PENDING || appointment.holdExpiresAt === null)
    throw illegal(appointment, 'OPEN', now);
  refuseExpired(appointment, now);
  const client =
    described?.client ?? (await clientOfHold(context, member, appointment, input.clientId));
  const { reason, location } = await contextOf(context, appointment);
  const { staff, session } = before;
  checkBooking(member, {
    reason,
    location,
    staff,
    client,
    address: appointment.address,
    session,
  });
  if (!client && !isStaffSide(member))
    throw violated(
      BusinessRule.CLIENT_REQUIRED,
      'A client is required: give client with a name and an e-mail address.',
      'client',
    );
  requireClient(reason, client !== null);
  checkNotice(
    member,
    { reason, person: staff[0] as Staff, now, noticedAt: appointment.createdAt },
    explanationInputFor(before),
  );
  const fieldValues = await acceptAppointmentFields(context, reason.rowId, {
    submitted: input.fields,
    before: appointment.fieldValues,
    complete: true,
    path: at('fields'),
  });
  const next = awaitsConfirmation(member, reason)
    ? stateOf(AppointmentStatus.PENDING, 'PENDING_CONFIRMATION')
    : stateOf(AppointmentStatus.OPEN);
  const reduced = await reducedHold(context, before, author, { input, reason, client });
  const after = changed(before, author, {
    ...next,
    ...reduced,
    clientId: client?.rowId ?? null,
    fieldValues,
    holdExpiresAt: null,
    ...(input.note === undefined ? {} : { note: input.note }),
  });
  return {
    after,
    type: BookingEventType.BOOKED,
    reason: null,
    settle: async (unit, confirmed) => {
      if (described?.clientIsNew) await addClient(unit, described.client);
      return confirmed;
    },
  };
}

/** Returns the columns that the coupon or the package of the input sets. */
async function reducedHold(
  context: Context,
  { appointment: { price: total, currency }, addOnReasonIds }: AppointmentAggregate,
  { member, now }: Author,
  { input, reason, client }: { input: ReductionInput; reason: Reason; client: Client | null },
): Promise<Partial<Appointment>> {
  if (!namesReduction(input)) return {};
  const [reduction, addOns] = await Promise.all([
    reductionOf(context, member, input, { reason, client, now }),
    Promise.all(addOnReasonIds.map((id) => reasons.getById(context, id))),
  ]);
  return reductionColumns({ total, addOns, currency }, reduction);
}

/** Returns the client that the input names; else the client of the hold or of the caller. */
async function clientOfHold(
  context: Context,
  member: Member,
  { clientId }: Appointment,
  globalId: string | null | undefined,
): Promise<Client | null> {
  const path = ['input', 'clientId'];
  const id =
    globalId != null ? parseGlobalId('Client', globalId, path) : (clientId ?? member.clientId);
  if (id === null) return null;
  return id === clientId ? clients.findById(context, id) : clients.getVisible(context, id, path);
}

/**
 * Releases a hold before it expires. Repeated, changes nothing.
 * @throws DomainError NOT_FOUND, ILLEGAL_TRANSITION for an appointment that is not a hold,
 * VERSION_CONFLICT
 */
export function releaseHold(context: Context, input: ReleaseHoldInput): Promise<Appointment> {
  return change(
    context,
    input,
    async (before, member, now) => {
      const { appointment } = before;
      if (appointment.holdExpiresAt !== null && appointment.status === AppointmentStatus.DELETED)
        return null;
      enforce(unreleasable(appointment, now));
      const after = changed(before, { member, now }, stateOf(AppointmentStatus.DELETED));
      return { after, type: BookingEventType.HOLD_EXPIRED, reason: null };
    },
    { find: (id, path) => loadHold(context, input, id, path) },
  );
}

const ACTIVE_STATUSES: readonly AppointmentStatus[] = [
  AppointmentStatus.PENDING,
  AppointmentStatus.OPEN,
];

/** Whether the hold with this secret is already booked for the requested client. */
async function isBookedAlready(
  context: Context,
  appointment: Appointment,
  input: BookAppointmentInput,
  described: Client | null,
): Promise<boolean> {
  if (input.holdSecret == null || appointment.holdExpiresAt !== null) return false;
  if (!ACTIVE_STATUSES.includes(appointment.status)) return false;
  const { clientId } = appointment;
  if (input.clientId != null)
    return parseGlobalId('Client', input.clientId, ['input', 'clientId']) === clientId;
  if (!described) return true;
  // Each booking of the public creates a client, so that name and e-mail address identify the
  // person.
  const booked = clientId === null ? null : await clients.findById(context, clientId);
  return (
    booked !== null && booked.email === described.email && booked.fullName === described.fullName
  );
}

/** The client of a hold and the other changes written with it. */
interface HoldConfirmation {
  readonly changes: Pick<Appointment, 'clientId' | 'note'> &
    Partial<
      Pick<
        Appointment,
        'address' | 'seats' | 'price' | 'discount' | 'couponId' | 'packageSoldId' | 'fieldValues'
      >
    >;
  readonly last: NonNullable<Change['last']>;
}

/** A hold to assign, and the result of the command. */
interface HoldAssignment<R> {
  readonly id: string;
  readonly decide: (held: Appointment, now: number) => Promise<HoldConfirmation>;
  readonly resultOf: ResultOf<R>;
}

/**
 * Assigns a hold to a client without repeating the checks made when it was held. Of concurrent
 * calls, exactly one succeeds. Calls `decide` with each state of the hold that it reads.
 * @throws DomainError HOLD_EXPIRED, and those of `decide`
 */
export function assignHold<R>(
  context: Context,
  { id, decide, resultOf }: HoldAssignment<R>,
): Promise<R> {
  return change(
    context,
    { id },
    async (before, member, now) => {
      const { changes, last } = await decide(before.appointment, now);
      refuseExpired(before.appointment, now);
      const after = changed(
        before,
        { member, now },
        {
          ...stateOf(AppointmentStatus.OPEN),
          ...changes,
          holdExpiresAt: null,
          holdSecretHash: null,
        },
      );
      return { after, last, type: BookingEventType.BOOKED, reason: null };
    },
    {
      resultOf,
      async find(rowId) {
        appointments.clear(context, rowId);
        return appointments.getById(context, rowId);
      },
    },
  );
}

/** Returns the hold if it is visible to the caller or if the caller gives its secret. */
async function loadHold(
  context: Context,
  { holdSecret }: Pick<BookAppointmentInput, 'holdSecret'>,
  id: number,
  path: readonly string[],
): Promise<Appointment> {
  if (holdSecret == null) return appointments.getVisible(context, id, path);
  appointments.clear(context, id);
  const row = await appointments.findById(context, id);
  if (row && row.holdSecretHash === hashOfSecret(holdSecret)) return row;
  throw new DomainError(ErrorCode.NOT_FOUND, 'There is no hold with this id and secret.', { path });
}
