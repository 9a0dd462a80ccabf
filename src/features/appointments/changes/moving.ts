import { BusinessRule } from '../../../business-rule';
import { isStaffSide, memberOf, type Context, type Member } from '../../../context';
import {
  at,
  badInput,
  DomainError,
  enforce,
  ErrorCode,
  InputProblemCode,
  violated,
} from '../../../errors';
import { parseGlobalId, toGlobalId } from '../../../graphql/global-id';
import { MS_PER_MINUTE } from '../../../lib/time-zone';
import { availability, type MovedAppointment } from '../../availability/availability.service';
import type {
  Availability,
  AvailabilityInput,
  WishInput,
} from '../../availability/graphql/availability';
import type { Reason } from '../../reasons/reason.entity';
import { RescheduleType } from '../../reasons/reason-enums';
import { reasons } from '../../reasons/reason.list';
import { resourceNeedsOf } from '../../resources/resource-needs';
import { staff as staffSource } from '../../staff/staff.list';
import type { Appointment } from '../model/appointment.entity';
import { immovable, immovableOnline, inCourse } from './refusals';
import { appointments } from '../model/list';
import { readAggregate, type AppointmentAggregate } from '../model/aggregate';

/**
 * Returns the times that can be booked, or to which an appointment can move.
 * @throws DomainError as availability, and as rescheduleAppointment for an appointment that cannot
 * move
 */
export async function availabilityOrMoves(
  context: Context,
  input: AvailabilityInput,
): Promise<Availability> {
  if (input.appointmentId == null) return availability(context, input);
  const member = memberOf(context);
  const appointment = await appointments.getVisible(
    context,
    parseGlobalId('Appointment', input.appointmentId, at('appointmentId')),
    at('appointmentId'),
  );
  enforce(immovable(appointment, context.now(), 'appointmentId'));
  const kept = (['additionalStaffIds', 'resourceIds', 'addOnReasonIds'] as const).find(
    (field) => input[field]?.length,
  );
  if (kept)
    throw badInput(
      InputProblemCode.NOT_ALLOWED,
      `An appointment keeps these when it moves: leave ${kept} out.`,
      kept,
    );
  if (input.durationMinutes != null && !isStaffSide(member))
    throw new DomainError(ErrorCode.FORBIDDEN, 'Only staff may set durationMinutes.', {
      path: at('durationMinutes'),
    });
  const reason = await reasons.getById(context, appointment.reasonId);
  if (parseGlobalId('Reason', input.reasonId, at('reasonId')) !== reason.rowId)
    throw badInput(
      InputProblemCode.NOT_ALLOWED,
      'The appointment is for another reason.',
      'reasonId',
    );
  enforce(immovableOnline({ member, now: context.now() }, appointment, reason, 'appointmentId'));
  const bound = { ...input, ...boundTo(member, input, appointment, reason) };
  const aggregate = await servedBy(context, appointment);
  return availability(context, await withKeptParts(context, aggregate, bound), movedOf(aggregate));
}

/**
 * Restricts staff and location for a client if the reason is STRICT.
 * @throws DomainError RULE_VIOLATED
 */
function boundTo(
  member: Member,
  { staffIds, locationId }: WishInput,
  appointment: Appointment,
  { rescheduleType }: Reason,
): Pick<WishInput, 'staffIds' | 'locationId'> {
  const theirs = toGlobalId('Staff', appointment.staffId);
  const place = locationIn({ locationId }) ?? appointment.locationId;
  const where = { locationId: toGlobalId('Location', place) };
  if (isStaffSide(member) || rescheduleType !== RescheduleType.STRICT)
    return { ...where, staffIds };
  const others = staffIds?.some(
    (id) => parseGlobalId('Staff', id, at('staffIds')) !== appointment.staffId,
  );
  if (others || place !== appointment.locationId)
    throw violated(
      BusinessRule.KEEPS_STAFF_AND_LOCATION,
      'This appointment keeps its staff member and location when it moves.',
      others ? 'staffIds' : 'locationId',
    );
  return { ...where, staffIds: [theirs] };
}

const locationIn = ({ locationId }: Pick<WishInput, 'locationId'>): number | null =>
  locationId == null ? null : parseGlobalId('Location', locationId, at('locationId'));

const movedOf = ({ appointment, blocked = [] }: AppointmentAggregate): MovedAppointment => ({
  rowId: appointment.rowId,
  blocked,
});

/** Returns what an appointment keeps at another time, for an explanation of that time. */
export const movedAppointment = async (
  context: Context,
  appointment: Appointment,
): Promise<MovedAppointment> => movedOf(await servedBy(context, appointment));

const servedBy = (context: Context, appointment: Appointment): Promise<AppointmentAggregate> =>
  readAggregate(context, appointment, (ids) =>
    Promise.all(ids.map((id) => staffSource.getById(context, id))),
  );

/**
 * Adds what an appointment keeps when it moves. Of its resources, those that its reason does not
 * need, at their location.
 */
async function withKeptParts(
  context: Context,
  { appointment, additionalStaffIds, resources, session }: AppointmentAggregate,
  input: AvailabilityInput,
): Promise<AvailabilityInput> {
  const { businessId, reasonId, startAt, endAt, seats } = appointment;
  enforce(inCourse(session, 'appointmentId'));
  if (session) return { ...input, seats: input.seats ?? seats };
  const needs = (await resourceNeedsOf(context.db, businessId, [reasonId])).get(reasonId) ?? [];
  const needed = new Set(
    needs.flat().flatMap(({ takes }) => takes.map(({ resourceId }) => resourceId)),
  );
  const stays = locationIn(input) === appointment.locationId;
  const more = stays
    ? resources.map(({ resourceId }) => resourceId).filter((id) => !needed.has(id))
    : [];
  return {
    ...input,
    durationMinutes: input.durationMinutes ?? (endAt - startAt) / MS_PER_MINUTE,
    additionalStaffIds: additionalStaffIds.map((id) => toGlobalId('Staff', id)),
    resourceIds: more.map((id) => toGlobalId('Resource', id)),
  };
}
