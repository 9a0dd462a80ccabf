import { memberOf, type Context, type Member } from '../../../context';
import { badInput, DomainError } from '../../../errors';
import type { Tx } from '../../../db/database';
import { readerOf } from '../../../db/request-batching';
import { sql } from '../../../db/sql';
import {
  allocate,
  refusals,
  type EngineFacts,
  type Candidate,
  type ResourcePool,
} from '../../availability/engine/engine';
import { lockQuota } from '../../availability/quota';
import { unavailable, type RefusedCandidate } from '../../availability/unavailable-error';
import { inTurn, policyOf, talliesOf } from '../../availability/round-robin';
import { daysOf, loadEngineFacts, readStored } from '../../availability/engine-facts';
import { addClient } from '../../clients/client.service';
import { RoundRobin } from '../../locations/round-robin';
import { heldWhere, lockWhere } from '../../occupancy/occupancy.service';
import type { Serving } from '../../reasons/reason.loaders';
import { subjectsOfResources } from '../../resources/resource.loaders';
import type { Staff } from '../../staff/staff.entity';
import { draftAppointment, type InSeries } from './draft';
import { commitOptimistically } from './commit-optimistic';
import { Appointment } from '../model/appointment.entity';
import { BookingEventType, type Snapshot } from '../model/events';
import { delegatedBooking, holdOf, type DelegatedBooking, type Hold } from '../holds/hold';
import type { CreateAppointmentInput, HoldAppointmentInput } from './inputs';
import {
  covers,
  lookAround,
  primeLoaders,
  availabilityQueryFor,
  subjectIdsOfStaff,
  subjectsOfStaff,
} from './availability-query';
import { authoriseInput, authoriseOverride } from '../model/rules';
import {
  describedClient,
  knownClient,
  nameOf,
  parse,
  withDefaults,
  type ClientDraft,
  type BookingRequest,
  type BookingReferences,
} from './parse';
import { writeAppointment, checkFree, type AppointmentAggregate } from '../model/aggregate';

/**
 * Books in one transaction: lock the candidates → read → authorise → decide → write → append to the
 * log.
 * @throws DomainError NOT_FOUND, BAD_USER_INPUT, FORBIDDEN, RULE_VIOLATED, TIME_UNAVAILABLE,
 * IDEMPOTENCY_KEY_REUSED
 */
export function createAppointment(
  context: Context,
  input: CreateAppointmentInput,
): Promise<Appointment> {
  return bookOrHold(context, input, null, appointmentOf);
}

/**
 * Holds a time for the duration of the location's booking timer. The client may be named later.
 * @throws DomainError as createAppointment
 */
export function holdAppointment(
  context: Context,
  input: HoldAppointmentInput,
): Promise<Appointment> {
  const { asked, hold } = holdOf(context, input);
  return bookOrHold(context, asked, hold, appointmentOf);
}

/**
 * Holds a time on behalf of another caller.
 * @throws DomainError as createAppointment
 */
export function holdFor(
  context: Context,
  input: DelegatedBooking,
  hold: Hold,
): Promise<Appointment> {
  return bookOrHold(context, delegatedBooking(input), hold, appointmentOf);
}

/** Runs last in the transaction of a booking. Returns the result of the command. */
export type BeforeCommit<R> = (tx: Tx, made: Snapshot) => Promise<R>;

const appointmentOf: BeforeCommit<Appointment> = async (_tx, { appointment }) => appointment;

/**
 * Books on behalf of another caller.
 * @throws DomainError as createAppointment, and those of `last`
 */
export function bookFor<R>(
  context: Context,
  input: DelegatedBooking,
  last: BeforeCommit<R>,
): Promise<R> {
  return bookOrHold(context, delegatedBooking(input), null, last) as Promise<R>;
}

async function bookOrHold<R>(
  context: Context,
  input: CreateAppointmentInput,
  hold: Hold | null,
  last: BeforeCommit<R>,
): Promise<R | Appointment> {
  const member = memberOf(context);
  authoriseInput(member, { ...input, durationMinutes: null });
  authoriseOverride(member, input.override);
  const named = nameOf(input);
  const now = context.now();
  const [rowId, described] = await Promise.all([
    context.ids.next('appointment'),
    describedClient(context, member, input),
  ]);
  const plain = !hold && (last as BeforeCommit<unknown>) === appointmentOf;
  const direct = plain
    ? await commitOptimistically(context, member, now, input, named, rowId, described)
    : null;
  if (direct) return direct;
  return context.db.transaction(async (tx) =>
    last(tx, await book(context, tx, member, now, input, named, rowId, described, hold)),
  );
}

/**
 * Returns a context that reads the snapshot of the transaction. Its loaders cache rows for all
 * bookings in the transaction.
 */
export const transactionContext = (context: Context, tx: Tx): Context => ({
  ...context,
  db: readerOf(tx, context.db),
});

/**
 * Books one appointment in a transaction of the caller. Reads on the snapshot of the write, so that
 * the rules hold when the booking commits. Writes nothing if the booking is refused, so that the
 * caller may continue with other bookings. Locks the same subjects for the same staff.
 */
export async function book(
  context: Context,
  tx: Tx,
  member: Member,
  now: number,
  input: CreateAppointmentInput & Partial<InSeries>,
  given: BookingRequest,
  rowId: number,
  described: ClientDraft | null,
  hold: Hold | null,
  inside = transactionContext(context, tx),
): Promise<Snapshot> {
  const { businessId } = member;
  const named = await withDefaults(inside, given);
  const staffIds = [...named.candidateIds, ...named.additionalIds];
  const serves = subjectsOfStaff(businessId, staffIds);
  const occupied = [...staffIds, ...named.blockedIds];
  const guess = lookAround(input);
  // Sends all statements at once; the database executes the reads after it has acquired the locks.
  const [capacities, parsed, held, stored] = await Promise.all([
    lockWhere(
      tx,
      businessId,
      (id) =>
        sql`${id} IN (${subjectIdsOfStaff(businessId, occupied)} UNION ALL ${subjectsOfResources(businessId, named.reasonId, named.resourceIds)})`,
      now,
    ),
    parse(
      inside,
      member,
      input,
      named,
      described?.client ?? knownClient(inside, member, input, hold !== null),
      hold !== null,
    ),
    input.override
      ? []
      : heldWhere(inside.db, businessId, serves, guess.startAt, guess.endAt, rowId),
    readStored(inside.db, businessId, {
      reasonId: named.reasonId,
      locationId: named.locationId,
      staffIds,
      days: daysOf(guess),
    }),
  ]);
  primeLoaders(context, parsed);
  const options = parsed.candidates.map((person) =>
    draftAppointment(parsed, stored.serving, input, rowId, person, now, hold),
  );
  const visits = options.map(({ appointment }) => appointment);
  const first = visits[0] as Appointment;
  await lockQuota(tx, businessId, parsed.reason);
  const question = availabilityQueryFor(parsed, input, named.resourceIds, visits, now);
  const known = covers(guess, visits);
  const [facts, turns] = await Promise.all([
    loadEngineFacts(inside.db, question, known ? { stored, held } : {}),
    turnsOf(inside, parsed, stored.serving, input, first.startAt, now),
  ]);
  const served = firstFree(facts, turns, options, input);
  if (served.blocked?.length && !input.override) await checkFree(tx, served, capacities);
  if (described?.clientIsNew) await addClient(tx, described.client, member);
  await writeAppointment(tx, member, now, served, capacities, {
    type: hold ? BookingEventType.HELD : BookingEventType.CREATED,
    longestMs: parsed.business.longestMs,
  });
  await hold?.last?.(tx, served);
  return served;
}

/**
 * Returns the first bookable candidate in turn, with the resources that the visit takes.
 * @throws DomainError TIME_UNAVAILABLE
 */
function firstFree(
  facts: EngineFacts,
  turns: readonly number[],
  options: readonly AppointmentAggregate[],
  input: CreateAppointmentInput,
): AppointmentAggregate {
  const refused: RefusedCandidate[] = [];
  for (const index of turns) {
    const option = options[index] as AppointmentAggregate;
    const { startAt, endAt } = option.appointment;
    // An end given as an instant results in visits of different lengths, if the time zones of the
    // candidates differ.
    const own = { ...facts, rules: { ...facts.rules, durationMs: endAt - startAt } };
    const against = input.override ? [] : refusals(own, facts.people[index] as Candidate, startAt);
    const takes = allocate(own, startAt, input.override);
    if (takes && !against.length)
      return {
        ...option,
        resources: takes.map((take) => ({
          ...take,
          subjectId: (facts.things.get(take.resourceId) as ResourcePool).subjectId,
        })),
      };
    refused.push({ person: option.staff[0] as Staff, refusals: against });
  }
  throw unavailable(
    refused,
    explanationInputOf(input, (options[0] as AppointmentAggregate).appointment.startAt),
  );
}

/**
 * Returns the indexes of the candidates in the order in which they are considered.
 * @throws DomainError BAD_USER_INPUT if the caller must choose
 */
async function turnsOf(
  context: Context,
  { reason, location, candidates }: BookingReferences,
  serving: readonly Serving[],
  input: CreateAppointmentInput,
  startAt: number,
  now: number,
): Promise<number[]> {
  const policy = policyOf(reason, location);
  const names = input.staffId != null || input.candidateStaffIds?.length;
  if (!names && policy === RoundRobin.NONE) throw choiceRequired();
  const ids = candidates.map(({ rowId }) => rowId);
  if (ids.length === 1 || policy === RoundRobin.NONE) return ids.map((_, index) => index);
  const tallies =
    policy === RoundRobin.RANDOM
      ? []
      : await talliesOf(
          context.db,
          memberOf(context).businessId,
          reason,
          location,
          ids,
          startAt,
          now,
        );
  return inTurn(policy, ids, serving, tallies, context.random).map((id) => ids.indexOf(id));
}

const choiceRequired = (): DomainError =>
  badInput(
    'Give exactly one of staffId and candidateStaffIds: the caller chooses the staff ' +
      'member for this reason.',
    'staffId',
  );

/** Returns the refused request as the input of an explanation. */
const explanationInputOf = (
  {
    reasonId,
    locationId,
    staffId,
    candidateStaffIds,
    durationMinutes,
    addOnReasonIds,
    additionalStaffIds,
    resourceIds,
    screeningAnswer,
  }: CreateAppointmentInput,
  start: number,
) => ({
  reasonId,
  locationId,
  start,
  staffIds: staffId == null ? candidateStaffIds : [staffId],
  durationMinutes,
  addOnReasonIds,
  additionalStaffIds,
  resourceIds,
  screeningAnswer,
});
