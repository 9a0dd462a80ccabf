import type { Context } from '../../../context';
import { BusinessRule } from '../../../business-rule';
import { at, violated } from '../../../errors';
import { parseGlobalId, parseGlobalIds } from '../../../graphql/global-id';
import { MS_PER_MINUTE } from '../../../lib/time-zone';
import { timesOf } from '../../../lib/appointment-times';
import { addOnsOf, resourceFor } from '../../availability/booking-options';
import type { Client } from '../../clients/client.entity';
import { clients } from '../../clients/client.list';
import { locations } from '../../locations/location.list';
import type { Reason } from '../../reasons/reason.entity';
import { servingOf } from '../../reasons/links/active-links';
import { reasons } from '../../reasons/reason.list';
import { illegal, refuseExpired, state, type Author } from './change';
import type { UpdateAppointmentInput } from './inputs';
import type { Appointment } from '../model/appointment.entity';
import { priceOf } from '../../prices/price';
import { reducedPrice, reductionAfter, type ReducedPrice } from '../../prices/reduction';
import { checkBooking } from '../model/rules';
import type { CheckedReferences } from '../booking/recheck-availability';
import { isMovable } from '../model/status';
import type { AppointmentAggregate } from '../model/aggregate';

type Input = Partial<
  Pick<
    UpdateAppointmentInput,
    'reasonId' | 'addOnReasonIds' | 'resourceIds' | 'address' | 'clientId'
  >
>;

/** A change of the reason, the add-ons or the resources of an appointment. */
export interface PartsChange {
  readonly changes: Partial<Appointment>;
  readonly addOnReasonIds: readonly number[];
  readonly meaning: CheckedReferences;
}

/**
 * Decides a change of the reason, the add-ons or the resources. Length, buffers and price follow as
 * in a new booking. Returns null if the input has none of them.
 * @throws DomainError ILLEGAL_TRANSITION, HOLD_EXPIRED, NOT_FOUND, BAD_USER_INPUT, RULE_VIOLATED
 */
export async function partsChange(
  context: Context,
  { member, now }: Author,
  before: AppointmentAggregate,
  input: Input,
): Promise<PartsChange | null> {
  const field = (['reasonId', 'addOnReasonIds', 'resourceIds'] as const).find(
    (name) => input[name] !== undefined,
  );
  if (!field) return null;
  const { appointment } = before;
  if (before.session)
    throw violated(
      BusinessRule.FIXED_BY_SESSION,
      'The session of a class defines its reason and resources: leave this out.',
      field,
    );
  if (!isMovable(state(appointment))) throw illegal(appointment, 'another reason', now);
  refuseExpired(appointment, now);
  const old = await reasons.getById(context, appointment.reasonId);
  const reason =
    input.reasonId == null
      ? old
      : await reasons.getVisible(
          context,
          parseGlobalId('Reason', input.reasonId, at('reasonId')),
          at('reasonId'),
        );
  if (reason.reasonType !== old.reasonType)
    throw violated(
      BusinessRule.REASON_TYPE,
      `Give a reason of type ${old.reasonType}: the type of an appointment cannot change.`,
      'reasonId',
    );
  const [location, client, oldAddOns] = await Promise.all([
    locations.getById(context, appointment.locationId),
    clientOf(context, appointment, input),
    Promise.all(before.addOnReasonIds.map((id) => reasons.getById(context, id))),
  ]);
  const addOns = await addOnsFor(context, { reason, old, oldAddOns }, input);
  const resourceIds = await resourcesFor(context, reason, input);
  const length = lengthOf(appointment, { reason, old, addOns, oldAddOns });
  const address = input.address === undefined ? appointment.address : input.address;
  checkBooking(member, { reason, location, staff: before.staff, client, address });
  const endAt = appointment.startAt + length.minutes * MS_PER_MINUTE;
  const priced = input.reasonId !== undefined || input.addOnReasonIds !== undefined;
  const visit = { reason, addOns, minutes: length.withoutAddOns };
  return {
    addOnReasonIds: addOns.map(({ rowId }) => rowId).sort((one, other) => one - other),
    meaning: { reason, location, client, resourceIds },
    changes: {
      reasonId: reason.rowId,
      currency: reason.currency,
      ...timesOf(
        { startAt: appointment.startAt, endAt },
        reason,
        appointment.timeZoneCode,
        location,
      ),
      ...(priced ? await priceAfter(context, member, appointment, visit) : {}),
    },
  };
}

/**
 * Returns the price after the change, with the coupon or the package of the appointment.
 * @throws DomainError RULE_VIOLATED if it does not apply to the reason
 */
async function priceAfter(
  { db }: Context,
  member: Author['member'],
  appointment: Appointment,
  visit: { reason: Reason; addOns: readonly Reason[]; minutes: number },
): Promise<ReducedPrice> {
  const { reason, addOns } = visit;
  const serving = await servingOf(db, appointment.businessId, [reason.rowId]);
  const total = priceOf({
    ...visit,
    serving: serving.get(reason.rowId),
    staffId: appointment.staffId,
  });
  const reduction = await reductionAfter(db, appointment, member, reason);
  return reducedPrice({ total, addOns, currency: reason.currency }, reduction);
}

/**
 * Returns the client after the change.
 * @throws DomainError NOT_FOUND
 */
async function clientOf(
  context: Context,
  { clientId: currentId }: Appointment,
  { clientId: globalId }: Input,
): Promise<Client | null> {
  if (globalId == null)
    return globalId === null || currentId === null ? null : clients.findById(context, currentId);
  return clients.getVisible(
    context,
    parseGlobalId('Client', globalId, at('clientId')),
    at('clientId'),
  );
}

/**
 * Returns the named add-ons; else the present ones that can be booked with the reason.
 * @throws DomainError NOT_FOUND, RULE_VIOLATED
 */
async function addOnsFor(
  context: Context,
  { reason, old, oldAddOns }: Omit<Lengths, 'addOns'>,
  { addOnReasonIds }: Input,
): Promise<readonly Reason[]> {
  if (addOnReasonIds === undefined && reason === old) return oldAddOns;
  const ids =
    addOnReasonIds === undefined
      ? oldAddOns.map(({ rowId }) => rowId)
      : parseGlobalIds('Reason', addOnReasonIds ?? [], at('addOnReasonIds'));
  return addOnsOf(context, reason.rowId, [...new Set(ids)]);
}

/**
 * Returns the named resources; null if the input names none.
 * @throws DomainError NOT_FOUND, RULE_VIOLATED
 */
async function resourcesFor(
  context: Context,
  reason: Reason,
  { resourceIds }: Input,
): Promise<readonly number[] | null> {
  if (resourceIds === undefined) return null;
  const ids = [...new Set(parseGlobalIds('Resource', resourceIds ?? [], at('resourceIds')))];
  return Promise.all(ids.map((id) => resourceFor(context, reason.rowId, id)));
}

interface Lengths {
  readonly reason: Reason;
  readonly old: Reason;
  readonly addOns: readonly Reason[];
  readonly oldAddOns: readonly Reason[];
}

const minutesOf = (addOns: readonly Reason[]): number =>
  addOns.reduce((minutes, { visitMinutes }) => minutes + visitMinutes, 0);

/**
 * Returns the new length: that of another reason; else the booked length, adjusted by the change of
 * the add-ons.
 */
function lengthOf(
  { startAt, endAt }: Appointment,
  { reason, old, addOns, oldAddOns }: Lengths,
): { minutes: number; withoutAddOns: number } {
  const booked = (endAt - startAt) / MS_PER_MINUTE - minutesOf(oldAddOns);
  const withoutAddOns = reason.rowId !== old.rowId ? reason.visitMinutes : Math.max(booked, 1);
  return { minutes: withoutAddOns + minutesOf(addOns), withoutAddOns };
}
