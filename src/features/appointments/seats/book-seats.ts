import { memberOf, type Context, type Member } from '../../../context';
import { at, badInput, violated } from '../../../errors';
import type { Tx } from '../../../db/database';
import { readerOf } from '../../../db/request-batching';
import { find } from '../../../db/table';
import { parseGlobalId, toGlobalId } from '../../../graphql/global-id';
import { times } from '../../../lib/money';
import type { ExplainAvailabilityInput } from '../../availability/explanation/explain.type';
import { businessOf } from '../../businesses/business.loaders';
import type { Business } from '../../businesses/business.entity';
import { ClassSchedule, ClassScheduleStatus } from '../../classes/class-schedule.entity';
import { seatsTaken } from '../../classes/class.seats';
import { classSchedules, courseSets } from '../../classes/class.source';
import type { CourseSet } from '../../classes/course-set.entity';
import type { Client } from '../../clients/client.entity';
import { addClient } from '../../clients/client.service';
import { clients } from '../../clients/client.source';
import { locations } from '../../locations/location.source';
import type { FieldValues } from '../../custom-fields/values/field-value.type';
import { acceptAppointmentFields } from '../../custom-fields/values/write';
import { lockSubjects } from '../../occupancy/occupancy.service';
import type { Reason } from '../../reasons/reason.entity';
import { reasons } from '../../reasons/reason.source';
import type { Staff } from '../../staff/staff.entity';
import { staff as staffSource } from '../../staff/staff.source';
import { createAppointment, holdAppointment, type BeforeCommit } from '../booking/book';
import { bookingOf, firstStateOf } from '../booking/draft';
import type { Appointment } from '../model/appointment.entity';
import { withoutExtras, BookingEventType } from '../model/events';
import { delegatedBooking, holdOf, type DelegatedBooking, type Hold } from '../holds/hold';
import type { CreateAppointmentInput, HoldAppointmentInput } from '../booking/inputs';
import { notificationChoiceOf } from '../model/notification-choice';
import { checkSeat, placed, rejectDefinedBySession, type Place } from './session-checks';
import { authoriseInput, authoriseOverride, checkNotice } from '../model/rules';
import { placeOf, seatsExplanationInput, tooFew } from './seats';
import { refuseQuota } from '../booking/recheck-availability';
import { appendBatchEvent } from '../model/batch-event';
import { describedClient, knownClient, type ClientDraft } from '../booking/parse';
import { writeAppointment, type AppointmentAggregate } from '../model/aggregate';

/**
 * Books time of a staff member, or seats. Returns all appointments booked, by start.
 * @throws DomainError as createAppointment, and SEATS_UNAVAILABLE
 */
export async function bookAppointments(
  context: Context,
  input: CreateAppointmentInput,
): Promise<Appointment | readonly Appointment[]> {
  return namesSeats(input)
    ? bookSeats(context, input, null, allOf)
    : createAppointment(context, input);
}

/**
 * Holds time of a staff member, or seats in one session.
 * @throws DomainError as createAppointment, and SEATS_UNAVAILABLE
 */
export async function holdTimeOrSeats(
  context: Context,
  input: HoldAppointmentInput,
): Promise<Appointment> {
  if (!namesSeats(input)) return holdAppointment(context, input);
  const { asked, hold } = holdOf(context, input);
  return bookSeats(context, asked, hold, firstOf);
}

/**
 * Holds seats in one session on behalf of another caller.
 * @throws DomainError as holdTimeOrSeats
 */
export function holdSeatsFor(
  context: Context,
  input: DelegatedBooking,
  hold: Hold,
): Promise<Appointment> {
  return bookSeats(context, delegatedBooking(input), hold, firstOf);
}

/**
 * Books seats in one session on behalf of another caller.
 * @throws DomainError as bookAppointments
 */
export function bookSeatsFor<R>(
  context: Context,
  input: DelegatedBooking,
  last: BeforeCommit<R>,
): Promise<R> {
  return bookSeats(context, delegatedBooking(input), null, (tx, [booked]) =>
    last(tx, booked as AppointmentAggregate),
  );
}

/** Runs last in the transaction that books seats. Returns the result of the command. */
type BeforeSeatsCommit<R> = (tx: Tx, booked: readonly AppointmentAggregate[]) => Promise<R>;

const allOf: BeforeSeatsCommit<readonly Appointment[]> = async (_tx, booked) =>
  booked.map(({ appointment }) => appointment);
const firstOf: BeforeSeatsCommit<Appointment> = async (_tx, [booked]) =>
  (booked as AppointmentAggregate).appointment;

type SeatReferences = Partial<
  Pick<CreateAppointmentInput, 'classScheduleId' | 'courseSetId' | 'seats'>
>;

/**
 * Whether the input is for seats.
 * @throws DomainError BAD_USER_INPUT for seats without a session or run, or for both
 */
function namesSeats({ classScheduleId, courseSetId, seats }: SeatReferences): boolean {
  if (classScheduleId != null && courseSetId != null)
    throw badInput('Give classScheduleId or courseSetId, not both.', 'courseSetId');
  const named = classScheduleId != null || courseSetId != null;
  if (seats != null && !named)
    throw badInput(
      'Only a class or a course has seats: give classScheduleId or courseSetId.',
      'seats',
    );
  return named;
}

/** The requested sessions and references, as read before the lock. */
interface SeatRequest {
  readonly reasonId: number;
  readonly sessions: readonly ClassSchedule[];
  readonly set: CourseSet | null;
  readonly rowIds: readonly number[];
  readonly described: ClientDraft | null;
}

async function bookSeats<R>(
  context: Context,
  input: CreateAppointmentInput,
  hold: Hold | null,
  last: BeforeSeatsCommit<R>,
): Promise<R> {
  const member = memberOf(context);
  authoriseInput(member, input);
  authoriseOverride(member, input.override);
  const now = context.now();
  const wanted = await want(context, member, input);
  return context.db.transaction(async (tx) =>
    last(tx, await seat(context, tx, member, now, input, wanted, hold)),
  );
}

async function want(
  context: Context,
  member: Member,
  input: CreateAppointmentInput,
): Promise<SeatRequest> {
  const reasonId = parseGlobalId('Reason', input.reasonId, at('reasonId'));
  const [{ sessions, set }, described] = await Promise.all([
    loadSessions(context, member, input),
    describedClient(context, member, input),
  ]);
  rejectDefinedBySession(input, set ? null : (sessions[0] as ClassSchedule));
  return {
    reasonId,
    sessions,
    set,
    described,
    rowIds: await context.ids.take('appointment', sessions.length),
  };
}

/** @throws DomainError NOT_FOUND, RULE_VIOLATED */
async function loadSessions(
  context: Context,
  { businessId }: Member,
  { classScheduleId, courseSetId }: CreateAppointmentInput,
): Promise<Pick<SeatRequest, 'sessions' | 'set'>> {
  if (classScheduleId != null) {
    const session = await classSchedules.getVisible(
      context,
      parseGlobalId('ClassSchedule', classScheduleId, at('classScheduleId')),
      at('classScheduleId'),
    );
    if (session.courseSetId !== null)
      throw violated('This session is part of a course: give courseSetId.', 'classScheduleId');
    return { sessions: [session], set: null };
  }
  const set = await courseSets.getVisible(
    context,
    parseGlobalId('CourseSet', courseSetId as string, at('courseSetId')),
    at('courseSetId'),
  );
  const sessions = await find(context.db, ClassSchedule, {
    businessId,
    courseSetId: set.rowId,
    status: ClassScheduleStatus.OPEN,
  });
  if (!sessions.length) throw violated('This course has no open sessions left.', 'courseSetId');
  return { set, sessions };
}

/** Books all of the sessions or none, on the snapshot of the write. */
async function seat(
  context: Context,
  tx: Tx,
  member: Member,
  now: number,
  input: CreateAppointmentInput,
  { reasonId, sessions: wanted, set, rowIds, described }: SeatRequest,
  hold: Hold | null,
): Promise<AppointmentAggregate[]> {
  const { businessId } = member;
  const inside: Context = { ...context, db: readerOf(tx, context.db) };
  const subjectIds = wanted.map(({ subjectId }) => subjectId);
  // Sends all statements at once; the database executes the reads after it has acquired the lock.
  const [capacities, taken, found, business, reason, coordinator, client, fieldValues] =
    await Promise.all([
      lockSubjects(tx, businessId, subjectIds, now),
      seatsTaken(inside.db, businessId, subjectIds, now),
      Promise.all(wanted.map(({ rowId }) => classSchedules.getById(inside, rowId))),
      businessOf(inside),
      reasons.getVisible(inside, reasonId, at('reasonId')),
      coordinatorOf(inside, input),
      described?.client ?? knownClient(inside, member, input, hold !== null),
      acceptAppointmentFields(inside, reasonId, {
        given: input.fields,
        complete: hold === null,
        path: at('fields'),
      }),
    ]);
  const path = at(set ? 'courseSetId' : 'classScheduleId');
  const sessions = (
    set ? found.filter(({ status }) => status === ClassScheduleStatus.OPEN) : found
  ).sort((one, other) => one.startAt - other.startAt);
  if (!sessions.length) throw violated('This course has no open sessions left.', 'courseSetId');
  const places = await Promise.all(sessions.map(async (session) => placed(inside, session)));
  for (const place of places)
    checkSeat(
      member,
      place,
      reason,
      client,
      { ...input, screeningAnswer: input.screeningAnswer ?? null },
      path,
    );
  const seats = input.seats ?? 1;
  const asked = {
    ...runExplanationInput(sessions[0] as ClassSchedule, set, seats),
    screeningAnswer: input.screeningAnswer,
  };
  // Notice for a course counts to its first session.
  checkNotice(member, reason, (places[0] as Place).leader, asked, { now });
  const left = (session: ClassSchedule) =>
    Math.max(0, (capacities.get(session.subjectId) ?? 0) - (taken.get(session.subjectId) ?? 0));
  const full = input.override ? [] : sessions.filter((session) => left(session) < seats);
  if (full.length) throw tooFew(full, Math.min(...full.map(left)), asked);
  const served = places.map((place, index) =>
    decide(
      {
        member,
        business,
        reason,
        client,
        fieldValues,
        coordinatorStaffId: coordinator?.rowId ?? null,
        set,
        first: index === 0,
      },
      place,
      rowIds[index] as number,
      seats,
      input,
      now,
      hold,
    ),
  );
  if (!set && !input.override)
    for (const one of served)
      await refuseQuota(
        context,
        tx,
        member,
        one,
        {
          reason,
          location: (places[0] as Place).location,
          client,
          screeningAnswer: input.screeningAnswer,
        },
        now,
      );
  if (described?.clientIsNew) await addClient(tx, described.client, member);
  for (const one of served)
    await writeAppointment(tx, member, now, one, capacities, {
      type: hold ? BookingEventType.HELD : BookingEventType.CREATED,
      longestMs: business.longestMs,
    });
  if (set)
    await appendBatchEvent(
      tx,
      member,
      now,
      { entityType: 'CourseSet', entityId: set.rowId },
      served as [AppointmentAggregate, ...AppointmentAggregate[]],
    );
  for (const one of served) await hold?.last?.(tx, one);
  primeSeatLoaders(context, reason, client, places);
  return served;
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

interface About {
  readonly member: Member;
  readonly business: Business;
  readonly reason: Reason;
  readonly client: Client | null;
  readonly coordinatorStaffId: number | null;
  readonly set: CourseSet | null;
  readonly fieldValues: FieldValues;
  /** Whether the session is the first of its run, which bears the price of the course. */
  readonly first: boolean;
}

/** Returns the appointment of a seat. Pure. */
function decide(
  about: About,
  { session, leader, location }: Place,
  rowId: number,
  seats: number,
  input: CreateAppointmentInput,
  now: number,
  hold: Hold | null,
): AppointmentAggregate {
  const { member, reason, set, first } = about;
  const each = set ? (first ? (set.price ?? reason.price) : null) : (session.price ?? reason.price);
  const appointment = Object.assign(
    bookingOf(
      { ...about, location, person: leader },
      { rowId, startAt: session.startAt, endAt: session.endAt },
      input,
      now,
    ),
    placeOf(session),
    {
      classScheduleId: session.rowId,
      seats,
      noPreference: false,
      price: first && input.price != null ? input.price : each && times(each, seats),
      address: input.address ?? session.address,
      meetingUrl: input.meetingUrl ?? session.meetingUrl,
    },
  );
  Object.assign(appointment, firstStateOf(about, location, now, hold, input.pendingConfirmation));
  return {
    ...withoutExtras(appointment),
    notify: notificationChoiceOf(member, input),
    ...(set ? { together: true } : {}),
    resources: [],
    staff: [leader],
    session,
  };
}

/** Primes the loaders with the rows read for the booking, for use in the response. */
function primeSeatLoaders(
  context: Context,
  reason: Reason,
  client: Client | null,
  places: readonly Place[],
): void {
  context.handOver?.((to) => {
    reasons.prime(to, reason);
    if (client) clients.prime(to, client);
    for (const { leader, location } of places) {
      staffSource.prime(to, leader);
      locations.prime(to, location);
    }
  });
}
