import type { Context, UnitOfWork } from '../../../context';
import { BusinessRule } from '../../../business-rule';
import { at, violated } from '../../../errors';
import { parseGlobalId, toGlobalId } from '../../../graphql/global-id';
import type { ExplainAvailabilityInput } from '../../availability/explanation/explanation';
import type { Business } from '../../businesses/business.entity';
import { businessOf } from '../../businesses/business.list';
import { ClassScheduleStatus, type ClassSchedule } from '../../classes/class-schedule.entity';
import { seatsTaken } from '../../classes/seats-left';
import { classSchedules } from '../../classes/class.list';
import type { CourseSet } from '../../classes/course-set.entity';
import type { Client } from '../../clients/client.entity';
import type { FieldValues } from '../../custom-fields/values/field-value';
import { acceptAppointmentFields } from '../../custom-fields/values/write';
import { assignedGroups, keepGroups, type AssignedGroups } from '../../groups/assigned-groups';
import { lockSubjects } from '../../occupancy/occupancy.service';
import type { Reason } from '../../reasons/reason.entity';
import { reasons } from '../../reasons/reason.list';
import type { Staff } from '../../staff/staff.entity';
import { staff as staffSource } from '../../staff/staff.list';
import type { CreateAppointmentInput } from '../booking/inputs';
import { knownClient } from '../booking/load-references';
import { checkOffered } from '../offers/book-offer';
import { firstStateOf, newAppointment } from '../booking/new-appointment';
import { refuseQuota } from '../booking/recheck-availability';
import type { AppointmentAggregate } from '../model/aggregate';
import { withoutExtras } from '../model/events';
import { notificationChoiceOf } from '../model/notification-choice';
import { priceOfSeats } from '../../prices/price';
import { reductionColumns, reductionOf, type Reduction } from '../../prices/reduction';
import { checkNotice } from '../model/rules';
import { placeOf, seatsExplanationInput, tooFew } from '../model/seats';
import type { SeatRequest } from './seat-request';
import { checkSeat, placed, type Place } from './session-checks';

/** The rows that seats refer to. */
export interface SeatReferences {
  readonly business: Business;
  readonly reason: Reason;
  readonly client: Client | null;
  readonly coordinatorStaffId: number | null;
  readonly fieldValues: FieldValues;
  readonly places: readonly Place[];
  readonly reduction: Reduction;
  readonly groups: AssignedGroups;
}

/** Seats that can be written, one appointment for each session. */
export interface SeatsDraft {
  readonly aggregates: readonly AppointmentAggregate[];
  readonly references: SeatReferences;
  readonly capacities: ReadonlyMap<number, number>;
}

/**
 * Locks the sessions, reads and decides; writes nothing.
 * @throws DomainError NOT_FOUND, FORBIDDEN, RULE_VIOLATED, BAD_USER_INPUT, TIME_UNAVAILABLE,
 * SEATS_UNAVAILABLE, QUOTA_REACHED, OFFER_REFUSED
 */
export async function draftSeats(unit: UnitOfWork, request: SeatRequest): Promise<SeatsDraft> {
  const { member, now } = unit;
  const { input, set } = request;
  const { capacities, taken, ...loaded } = await load(unit, request);
  const { reason, client, places } = loaded;
  const reduction = await reductionOf(unit.context, member, input, { reason, client, now });
  const groups = await assignedGroups(unit.context, input, {
    reasonId: reason.rowId,
    locationIds: places.map(({ location }) => location.rowId),
  });
  const references = { ...loaded, reduction, groups };
  const path = at(set ? 'courseSetId' : 'classScheduleId');
  const { address, screeningAnswer = null } = input;
  for (const place of places)
    checkSeat(member, place, { reason, client, address, screeningAnswer }, path);
  const [first] = places as [Place];
  const seats = input.seats ?? 1;
  const explanationInput = {
    ...runExplanationInput(first.session, set, seats),
    screeningAnswer: input.screeningAnswer,
  };
  // Notice for a course counts to its first session.
  checkNotice(member, { reason, person: first.leader, now }, explanationInput);
  const left = ({ subjectId }: ClassSchedule) =>
    Math.max(0, (capacities.get(subjectId) ?? 0) - (taken.get(subjectId) ?? 0));
  const sessions = places.map(({ session }) => session);
  const full = input.override ? [] : sessions.filter((session) => left(session) < seats);
  if (full.length) throw tooFew(full, Math.min(...full.map(left)), explanationInput);
  const aggregates = places.map((_, index) => draftSeat(unit, request, references, index));
  if (request.offer) checkOffered(request.offer, aggregates[0] as AppointmentAggregate, { reason });
  if (!set && !input.override)
    for (const one of aggregates)
      await refuseQuota(unit, one, {
        reason,
        location: first.location,
        client,
        screeningAnswer: input.screeningAnswer,
      });
  return { aggregates, references, capacities };
}

async function load(
  { tx, member, now, context }: UnitOfWork,
  { input, hold, reasonId, sessions: requested, set, described }: SeatRequest,
) {
  const { businessId } = member;
  const subjectIds = requested.map(({ subjectId }) => subjectId);
  // Sends all statements at once; the database executes the reads after it has acquired the lock.
  const [, capacities, taken, found, business, reason, coordinator, client, fieldValues] =
    await Promise.all([
      keepGroups(tx, businessId, input),
      lockSubjects(tx, businessId, subjectIds, now),
      seatsTaken(context.db, { businessId, subjectIds, now }),
      Promise.all(requested.map(({ rowId }) => classSchedules.getById(context, rowId))),
      businessOf(context),
      reasons.getVisible(context, reasonId, at('reasonId')),
      coordinatorOf(context, input),
      described?.client ?? knownClient(context, member, input, hold !== null),
      acceptAppointmentFields(context, reasonId, {
        submitted: input.fields,
        complete: hold === null,
        path: at('fields'),
      }),
    ]);
  const sessions = (
    set ? found.filter(({ status }) => status === ClassScheduleStatus.OPEN) : found
  ).sort((one, other) => one.startAt - other.startAt);
  if (!sessions.length)
    throw violated(
      BusinessRule.NO_SESSION_LEFT,
      'This course has no open sessions left.',
      'courseSetId',
    );
  const places = await Promise.all(sessions.map(async (session) => placed(context, session)));
  const coordinatorStaffId = coordinator?.rowId ?? null;
  return {
    capacities,
    taken,
    business,
    reason,
    client,
    coordinatorStaffId,
    fieldValues,
    places,
  };
}

/**
 * Returns the input of an explanation. A run of a course is explained at its location, by its first
 * session.
 */
const runExplanationInput = (
  first: ClassSchedule,
  set: CourseSet | null,
  seats: number,
): ExplainAvailabilityInput =>
  set
    ? {
        ...seatsExplanationInput(first, seats),
        locationId: toGlobalId('Location', set.locationId),
        classScheduleId: null,
        courseSetId: toGlobalId('CourseSet', set.rowId),
      }
    : seatsExplanationInput(first, seats);

const coordinatorOf = (
  context: Context,
  { coordinatorStaffId: id }: CreateAppointmentInput,
): Promise<Staff | null> | null =>
  id == null
    ? null
    : staffSource.getVisible(
        context,
        parseGlobalId('Staff', id, at('coordinatorStaffId')),
        at('coordinatorStaffId'),
      );

/** Returns the appointment of a seat. Pure. */
function draftSeat(
  { member, now }: UnitOfWork,
  { input, hold, set, rowIds }: SeatRequest,
  references: SeatReferences,
  index: number,
): AppointmentAggregate {
  const { session, leader, location } = references.places[index] as Place;
  const about = { ...references, member, location, person: leader };
  const seats = input.seats ?? 1;
  const isFirst = index === 0;
  const { reason } = references;
  // The first session of a run bears the price of the course, and takes the uses.
  const total = isFirst ? (input.price ?? priceOfSeats({ reason, session, set, seats })) : null;
  const reduction = isFirst ? references.reduction : { coupon: null, sold: null };
  const appointment = Object.assign(
    newAppointment(
      about,
      { rowId: rowIds[index] as number, startAt: session.startAt, endAt: session.endAt },
      { ...input, packageSoldId: null },
      now,
    ),
    placeOf(session),
    {
      classScheduleId: session.rowId,
      seats,
      noPreference: false,
      ...reductionColumns({ total, currency: reason.currency }, reduction),
      address: input.address ?? session.address,
      meetingUrl: input.meetingUrl ?? session.meetingUrl,
    },
  );
  Object.assign(appointment, firstStateOf(about, input, { now, hold }));
  return {
    ...withoutExtras(appointment),
    notify: notificationChoiceOf(member, input),
    ...(set ? { together: true } : {}),
    resources: [],
    staff: [leader],
    session,
  };
}
