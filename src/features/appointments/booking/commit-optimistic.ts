import type { Context, Member } from '../../../context';
import { DomainError } from '../../../errors';
import { raw, sql } from '../../../db/sql';
import type { Interval } from '../../../lib/intervals';
import { rulesVersionOf, type RuleSnapshot } from '../../../services/rule-cache';
import { addDays } from '../../../lib/time-zone';
import { refusals, type Candidate } from '../../availability/engine/engine';
import { LOOK_BACK_DAYS, type Days, type ReadHours } from '../../availability/hours';
import {
  daysOf,
  earlierHours,
  loadEngineFacts,
  readStored,
  type StoredSchedule,
} from '../../availability/engine-facts';
import { heldWhere } from '../../occupancy/occupancy.service';
import type { Staff } from '../../staff/staff.entity';
import { draftAppointment } from './draft';
import type { Appointment } from '../model/appointment.entity';
import type { CreateAppointmentInput } from './inputs';
import {
  covers,
  lookAround,
  primeLoaders,
  availabilityQueryFor,
  subjectsOfStaff,
} from './availability-query';
import { knownClient, parse, withDefaults, type ClientDraft, type BookingRequest } from './parse';
import { writeAppointment, lengthOf } from '../model/aggregate';

/**
 * Books the time of one staff member without a lock. Decides by cached rules, which are valid while
 * their version is current, and by claims read together with that version. The database inserts the
 * row only if the version is unchanged and its constraints admit the claim. One read and one write
 * statement, each shared with concurrent bookings.
 * Returns null, having written nothing, if the booking needs a lock (several staff, resources or a
 * quota) or is refused. The locked path then decides and explains, so that refusals have one
 * implementation.
 */
export async function commitOptimistically(
  context: Context,
  member: Member,
  now: number,
  input: CreateAppointmentInput,
  given: BookingRequest,
  rowId: number,
  described: ClientDraft | null,
): Promise<Appointment | null> {
  if (context.app.contention.locksAll || !isOptimistic(input, given)) return null;
  const book = await context.app.ruleCache.current(context, member);
  if (!book) return null;
  try {
    return await tryBooking(context, member, book, now, input, given, rowId, described);
  } catch (error) {
    if (error instanceof DomainError && !error.details.retryable) return null;
    throw error;
  }
}

/** Whether the booking takes the time of exactly one staff member and no override. */
const isOptimistic = (
  input: CreateAppointmentInput,
  { candidateIds, additionalIds, blockedIds, resourceIds }: BookingRequest,
): boolean =>
  candidateIds.length === 1 &&
  !additionalIds.length &&
  !blockedIds.length &&
  !resourceIds.length &&
  !input.override;

async function tryBooking(
  context: Context,
  member: Member,
  book: RuleSnapshot,
  now: number,
  input: CreateAppointmentInput,
  given: BookingRequest,
  rowId: number,
  described: ClientDraft | null,
): Promise<Appointment | null> {
  const { db } = context;
  const { businessId } = member;
  if (described?.clientIsNew) return null;
  const guess = lookAround(input);
  // All loaders are called before the first await, so that their reads share one statement. Expired
  // holds count here: they block the write until the locked path removes them.
  const [client, version, held, isAnswered] = await Promise.all([
    described?.client ?? knownClient(context, member, input, false),
    rulesVersionOf(db, businessId),
    heldWhere(
      db,
      businessId,
      subjectsOfStaff(businessId, given.candidateIds),
      guess.startAt,
      guess.endAt,
      rowId,
    ),
    context.keyedRun?.isUsed(db) ?? false,
  ]);
  if (version !== book.version) context.app.ruleCache.invalidate(member);
  if (version !== book.version || isAnswered) return null;

  const named = await withDefaults(book.context, given);
  const [parsed, stored] = await Promise.all([
    parse(book.context, member, input, named, client, false),
    storedOf(book, member, named, guess),
  ]);
  const [person] = parsed.candidates as [Staff];
  if (!stored || stored.needs.length || parsed.reason.quota !== null) return null;
  const served = draftAppointment(parsed, stored.serving, input, rowId, person, now, null);
  const { appointment } = served;
  if (!covers(guess, [appointment]) || lengthOf(appointment) > parsed.business.longestMs)
    return null;
  const question = availabilityQueryFor(parsed, input, named.resourceIds, [appointment], now);
  const facts = await loadEngineFacts(book.context.db, question, {
    stored: within(stored, daysOf(question.range, lengthOf(appointment))),
    held,
    earlier: earlierOf(book, member),
  });
  if (refusals(facts, facts.people[0] as Candidate, appointment.startAt).length) return null;

  const { subjectId } = person;
  const { contention } = context.app;
  if (contention.isContended(subjectId)) return null;
  const capacity = await book.memoize(`capacity ${subjectId}`, (rules) =>
    capacityOf(rules, businessId, subjectId),
  );
  const isWritten = await contention.reserve(
    subjectId,
    { startAt: appointment.staffStartAt, endAt: appointment.staffEndAt },
    () =>
      db.commitIfRulesUnchanged({
        businessId,
        rulesVersion: version,
        subjectId,
        async write(tx) {
          await writeAppointment(tx, member, now, served, new Map([[subjectId, capacity]]), {
            longestMs: parsed.business.longestMs,
          });
          await context.keyedRun?.add(tx, appointment);
        },
      }),
  );
  if (!isWritten) {
    contention.markContended(subjectId);
    return null;
  }
  context.keyedRun?.committed(appointment);
  primeLoaders(context, parsed);
  return appointment;
}

/**
 * Returns the stored schedule of a whole year, memoized, since most bookings of a staff member lie
 * within one year. Returns null for an interval beyond it.
 */
async function storedOf(
  book: RuleSnapshot,
  { businessId }: Member,
  { reasonId, locationId, candidateIds }: Wants,
  guess: Interval,
): Promise<StoredSchedule | null> {
  const year = new Date(guess.startAt).getUTCFullYear();
  const days = { from: `${year - 1}-12-20`, to: `${year + 1}-01-10` };
  const asked = daysOf(guess);
  if (asked.from < days.from || asked.to > days.to) return null;
  return book.memoize(`stored ${reasonId} ${locationId} ${candidateIds.join()} ${year}`, ({ db }) =>
    readStored(db, businessId, { reasonId, locationId, staffIds: candidateIds, days }),
  );
}
type Wants = Pick<BookingRequest, 'reasonId' | 'candidateIds'> & { readonly locationId: number };

/** Reads hours of earlier days, memoized by their last day. */
const earlierOf =
  (book: RuleSnapshot, { businessId }: Member): ReadHours =>
  (owners, to) =>
    book.memoize(`earlier ${JSON.stringify(owners)} ${to}`, ({ db }) =>
      earlierHours(db, businessId)(owners, to),
    );

/**
 * Selects the hours for these days and the look-back before them. Includes the day before the first
 * one, whose hours may extend past midnight.
 */
function within({ hours, ...others }: StoredSchedule, { from, to }: Days): StoredSchedule {
  const first = addDays(from, -LOOK_BACK_DAYS - 1);
  return {
    ...others,
    hours: {
      periods: hours.periods.filter(
        ({ validFrom, validTo }) => validFrom <= to && (validTo === null || validTo >= first),
      ),
      overrides: hours.overrides.filter(({ date }) => date >= first && date <= to),
    },
  };
}

async function capacityOf({ db }: Context, businessId: number, subjectId: number): Promise<number> {
  const [row] = await db.all<{ capacity: number }>(
    sql`SELECT capacity FROM ${raw('subject')} WHERE business_id = ${businessId} AND id = ${subjectId}`,
  );
  return (row as { capacity: number }).capacity;
}
