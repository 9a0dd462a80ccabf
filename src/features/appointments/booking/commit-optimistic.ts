import type { Context, Member } from '../../../context';
import { DomainError } from '../../../errors';
import { raw, sql } from '../../../db/sql';
import type { Interval } from '../../../lib/intervals';
import { rulesVersionOf, type RuleSnapshot } from '../../../services/rule-cache';
import { insertUse, isUsed } from '../../../services/single-use';
import { unitOf } from '../../../services/unit-of-work';
import {
  daysOf,
  earlierHours,
  readStored,
  scheduleWithin,
  type StoredSchedule,
} from '../../availability/facts/stored-schedule';
import type { AvailabilityQuery } from '../../availability/facts/query';
import type { KnownFacts } from '../../availability/facts/engine-facts';
import type { ReadHours } from '../../availability/facts/hours';
import type { Client } from '../../clients/client.entity';
import { heldWhere, type Held } from '../../occupancy/occupancy.service';
import type { Staff } from '../../staff/staff.entity';
import type { Appointment } from '../model/appointment.entity';
import { lengthOf, writeAppointment } from '../model/write';
import { covers, lookAround, primeLoaders, subjectsOfStaff } from './availability-query';
import type { Booking, BookingDraft, BookingView, LoadedBooking } from './booking';
import { draftBooking } from './draft';
import { knownClient } from './load-references';
import { namesGroups } from '../../groups/assigned-groups';
import { namesReduction } from '../../prices/reduction';
import { useOf } from '../offers/book-offer';
import type { ResolvedRequest } from './parse';

/** The booking needs several locks, or more rows than the rule cache has. */
class NeedsLock extends Error {}

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
  booking: Booking,
  now: number,
): Promise<Appointment | null> {
  const { contention, ruleCache } = context.app;
  if (contention.locksAll || !isOptimistic(booking)) return null;
  const rules = await ruleCache.current(context, member);
  if (!rules || booking.described?.clientIsNew) return null;
  try {
    const view = await readOccupancy(context, { member, now, rules }, booking);
    return view && (await commit(context, view, await draftBooking(view, booking), booking));
  } catch (error) {
    const isRefused = error instanceof DomainError && !error.details.retryable;
    if (error instanceof NeedsLock || isRefused) return null;
    throw error;
  }
}

/**
 * Whether the booking takes the time of exactly one staff member, no override, no group, and no use
 * of a coupon or a package, whose balance another booking may change.
 */
const isOptimistic = ({
  input,
  request: { candidateIds, additionalIds, blockedIds, resourceIds },
}: Booking): boolean =>
  candidateIds.length === 1 &&
  !additionalIds.length &&
  !blockedIds.length &&
  !resourceIds.length &&
  !input.override &&
  !namesReduction(input) &&
  !namesGroups(input);

/**
 * Reads everything that is no rule in one statement. Returns null if the cached rules are stale or
 * the idempotency key or the offer has been used.
 */
async function readOccupancy(
  context: Context,
  { member, now, rules }: Pick<CachedView, 'member' | 'now' | 'rules'>,
  { input, request, rowId, described, offer }: Booking,
): Promise<CachedView | null> {
  const { db } = context;
  const { businessId } = member;
  const around = lookAround(input);
  // All loaders are called before the first await, so that their reads share one statement. Expired
  // holds count here: they block the write until the locked path removes them.
  const [client, version, held, isAnswered, isSpent] = await Promise.all([
    described?.client ?? knownClient(context, member, input, false),
    rulesVersionOf(db, businessId),
    heldWhere(db, subjectsOfStaff(businessId, request.candidateIds), {
      businessId,
      startMs: around.startAt,
      endMs: around.endAt,
      exceptAppointmentId: rowId,
    }),
    context.keyedRun?.isUsed(db) ?? false,
    offer ? isUsed(db, useOf(businessId, offer)) : false,
  ]);
  if (version !== rules.version) context.app.ruleCache.invalidate(member);
  if (version !== rules.version || isAnswered || isSpent) return null;
  return new CachedView(member, now, rules, { client, held });
}

/** Writes a draft if the rules are unchanged and its time is free. Returns null otherwise. */
async function commit(
  context: Context,
  { member, now, rules }: CachedView,
  { aggregate, references }: BookingDraft,
  { offer }: Booking,
): Promise<Appointment | null> {
  const { businessId } = member;
  const { appointment } = aggregate;
  const { longestMs } = references.business;
  const { subjectId } = references.candidates[0] as Staff;
  const { contention } = context.app;
  if (contention.isContended(subjectId)) return null;
  const capacity = await rules.memoize(`capacity ${subjectId}`, (rulesContext) =>
    capacityOf(rulesContext, businessId, subjectId),
  );
  const isWritten = await contention.reserve(
    subjectId,
    { startAt: appointment.staffStartAt, endAt: appointment.staffEndAt },
    () =>
      context.db.commitIfRulesUnchanged({
        businessId,
        rulesVersion: rules.version,
        subjectId,
        async write(tx) {
          const unit = unitOf(context, tx, now);
          await writeAppointment(unit, aggregate, new Map([[subjectId, capacity]]), { longestMs });
          await context.keyedRun?.add(tx, appointment);
          if (offer) await insertUse(tx, useOf(businessId, offer), now);
        },
      }),
  );
  if (!isWritten) {
    contention.markContended(subjectId);
    return null;
  }
  context.keyedRun?.committed(appointment);
  primeLoaders(context, references);
  return appointment;
}

/** Reads rules from the cache, and claims that were read together with their version. */
class CachedView implements BookingView {
  constructor(
    readonly member: Member,
    readonly now: number,
    readonly rules: RuleSnapshot,
    private readonly read: { readonly client: Client | null; readonly held: readonly Held[] },
  ) {}

  get context(): Context {
    return this.rules.context;
  }

  readonly client = () => this.read.client;

  async occupancy(): Promise<readonly Held[]> {
    return this.read.held;
  }

  async schedule(request: ResolvedRequest, around: Interval): Promise<StoredSchedule> {
    const stored = await storedOf(this.rules, this.member, request, around);
    if (!stored) throw new NeedsLock();
    return stored;
  }

  async admit({ stored, references, around, options }: LoadedBooking): Promise<void> {
    const visits = options.map(({ appointment }) => appointment);
    const [visit] = visits as [Appointment];
    const isLongest = lengthOf(visit) > references.business.longestMs;
    const needsLock = stored.needs.length > 0 || references.reason.quota !== null || isLongest;
    if (needsLock || !covers(around, visits)) throw new NeedsLock();
  }

  knownFacts({ stored, held, options }: LoadedBooking, { range }: AvailabilityQuery): KnownFacts {
    const [{ appointment }] = options as [BookingDraft['aggregate']];
    return {
      stored: scheduleWithin(stored, daysOf(range, lengthOf(appointment))),
      held,
      earlier: earlierOf(this.rules, this.member),
    };
  }
}

/**
 * Returns the stored schedule of a whole year, memoized, since most bookings of a staff member lie
 * within one year. Returns null for an interval beyond it.
 */
async function storedOf(
  rules: RuleSnapshot,
  { businessId }: Member,
  { reasonId, locationId, candidateIds }: ResolvedRequest,
  around: Interval,
): Promise<StoredSchedule | null> {
  const year = new Date(around.startAt).getUTCFullYear();
  const days = { from: `${year - 1}-12-20`, to: `${year + 1}-01-10` };
  const needed = daysOf(around);
  if (needed.from < days.from || needed.to > days.to) return null;
  return rules.memoize(
    `stored ${reasonId} ${locationId} ${candidateIds.join()} ${year}`,
    ({ db }) => readStored(db, businessId, { reasonId, locationId, staffIds: candidateIds, days }),
  );
}

/** Reads hours of earlier days, memoized by their last day. */
const earlierOf =
  (rules: RuleSnapshot, { businessId }: Member): ReadHours =>
  (owners, to) =>
    rules.memoize(`earlier ${JSON.stringify(owners)} ${to}`, ({ db }) =>
      earlierHours(db, businessId)(owners, to),
    );

async function capacityOf({ db }: Context, businessId: number, subjectId: number): Promise<number> {
  const [row] = await db.all<{ capacity: number }>(
    sql`SELECT capacity FROM ${raw('subject')} WHERE business_id = ${businessId} AND id = ${subjectId}`,
  );
  return (row as { capacity: number }).capacity;
}
