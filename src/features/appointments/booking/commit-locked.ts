import type { Context, Member, UnitOfWork } from '../../../context';
import { keepFromDeletion } from '../../../db/lock-row';
import { sql } from '../../../db/sql';
import type { Interval } from '../../../lib/intervals';
import { unitOf } from '../../../services/unit-of-work';
import { lockQuota } from '../../availability/facts/quota';
import type { KnownFacts } from '../../availability/facts/engine-facts';
import { readStored } from '../../availability/facts/stored-schedule';
import { addClient } from '../../clients/client.service';
import { keepGroups } from '../../groups/assigned-groups';
import { redeem } from '../../prices/redeem';
import { heldInAny, lockWhere, type Held } from '../../occupancy/occupancy.service';
import { subjectsOfResources } from '../../resources/resource-needs';
import { checkFree, type AppointmentAggregate } from '../model/aggregate';
import { BookingEventType } from '../model/events';
import { writeAppointment } from '../model/write';
import {
  covers,
  lookAround,
  primeLoaders,
  subjectIdsOfStaff,
  subjectsOfStaff,
} from './availability-query';
import type { Booking, BookingView, LoadedBooking } from './booking';
import { draftBooking } from './draft';
import { knownClient } from './load-references';
import { useOffer } from '../offers/book-offer';
import type { ResolvedRequest } from './parse';
import { SharedReads, type OccupancyRead } from './shared-reads';

/** Runs last in the transaction of a booking. Returns the result of the command. */
export type BeforeCommit<R> = (unit: UnitOfWork, booked: AppointmentAggregate) => Promise<R>;

/**
 * Books in one transaction: lock the candidates, read, decide, write, append to the log.
 * @throws DomainError as `draftBooking`, with an explanation of a refused time
 */
export function commitUnderLock<R>(
  context: Context,
  booking: Booking,
  now: number,
  last: BeforeCommit<R>,
): Promise<R> {
  return context.db.transaction(async (tx) => {
    const unit = unitOf(context, tx, now);
    if (booking.offer) await useOffer(unit, booking.offer);
    return last(unit, await writeBooking(unit, booking));
  });
}

/**
 * Books one appointment in a transaction of the caller. Reads on the snapshot of the write, so that
 * the rules hold when the booking commits. Writes nothing if the booking is refused, so that the
 * caller may continue with other bookings. Bookings with the same `shared` have the same reason,
 * location and staff: the first one locks and reads for all of them.
 */
export async function writeBooking(
  unit: UnitOfWork,
  booking: Booking,
  shared = new SharedReads([lookAround(booking.input)]),
): Promise<AppointmentAggregate> {
  const { described, hold, input } = booking;
  const view = new LockedView(unit, booking, shared);
  const { aggregate, references } = await draftBooking(view, booking);
  if (aggregate.blocked?.length && !input.override)
    await checkFree(unit.tx, aggregate, view.capacities);
  await redeem(unit, {
    before: null,
    after: aggregate.appointment,
    email: references.client?.email,
  });
  if (described?.clientIsNew) await addClient(unit, described.client);
  await writeAppointment(unit, aggregate, view.capacities, {
    type: hold ? BookingEventType.HELD : BookingEventType.CREATED,
    longestMs: Math.max(references.business.longestMs, shared.longestMs),
  });
  shared.add(aggregate);
  await hold?.last?.(unit, aggregate);
  return aggregate;
}

/** Reads the snapshot of the transaction, on locked subjects. */
class LockedView implements BookingView {
  /** Capacities of the locked subjects, once the occupancy has been read. */
  capacities: ReadonlyMap<number, number> = new Map();

  constructor(
    private readonly unit: UnitOfWork,
    private readonly booking: Booking,
    private readonly shared: SharedReads,
  ) {}

  get context(): Context {
    return this.unit.context;
  }

  get member(): Member {
    return this.unit.member;
  }

  get now(): number {
    return this.unit.now;
  }

  readonly client = () => {
    const { described, input, hold } = this.booking;
    return described?.client ?? knownClient(this.context, this.member, input, hold !== null);
  };

  async occupancy(request: ResolvedRequest, around: Interval): Promise<readonly Held[]> {
    const { capacities, held } = await this.shared.occupancy(() => this.lockAll(request), around);
    this.capacities = capacities;
    return held;
  }

  /** Sends all statements at once; the database executes the reads after it has the locks. */
  private async lockAll(request: ResolvedRequest): Promise<OccupancyRead> {
    const { tx, member, now } = this.unit;
    const { businessId } = member;
    const { reasonId, resourceIds } = request;
    const staffIds = [...request.candidateIds, ...request.additionalIds];
    const occupied = subjectIdsOfStaff(businessId, [...staffIds, ...request.blockedIds]);
    const resources = subjectsOfResources(businessId, reasonId, resourceIds);
    const [, , capacities, held] = await Promise.all([
      keepGroups(tx, businessId, this.booking.input),
      keepFromDeletion(tx, { businessId, reasonId, locationId: request.locationId }),
      lockWhere(tx, businessId, (id) => sql`${id} IN (${occupied} UNION ALL ${resources})`, now),
      this.booking.input.override
        ? []
        : heldInAny(this.context.db, subjectsOfStaff(businessId, staffIds), {
            businessId,
            intervals: this.shared.intervals,
          }),
    ]);
    return { capacities, held };
  }

  schedule(
    { reasonId, locationId, candidateIds, additionalIds }: ResolvedRequest,
    around: Interval,
  ) {
    const { db } = this.context;
    const staffIds = [...candidateIds, ...additionalIds];
    return this.shared.schedule(
      (days) => readStored(db, this.member.businessId, { reasonId, locationId, staffIds, days }),
      around,
    );
  }

  async admit({ references }: LoadedBooking): Promise<void> {
    primeLoaders(this.context, references);
    await lockQuota(this.unit.tx, this.member.businessId, references.reason);
  }

  knownFacts({ stored, held, around, options }: LoadedBooking): KnownFacts {
    const visits = options.map(({ appointment }) => appointment);
    const earlier = this.shared.earlier(this.context.db, this.member.businessId);
    return covers(around, visits) ? { stored, held, earlier } : {};
  }
}
