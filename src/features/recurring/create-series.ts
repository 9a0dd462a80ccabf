import { newRow } from '../../db/new-row';
import { requireRole, Role, type Context, type Member, type UnitOfWork } from '../../context';
import { raw, sql } from '../../db/sql';
import { DomainError, ErrorCode } from '../../errors';
import { requireOne } from '../../lib/choice';
import { parseGlobalId } from '../../graphql/global-id';
import { boundedRule, occurrencesOf, type Occurrence } from '../../lib/recurrence';
import { canonicalTimeZone, MS_PER_MINUTE, wallClock } from '../../lib/time-zone';
import { endOf } from '../../lib/appointment-times';
import { unitOf } from '../../services/unit-of-work';
import { lookAround } from '../appointments/booking/availability-query';
import { writeBooking } from '../appointments/booking/commit-locked';
import { SharedReads } from '../appointments/booking/shared-reads';
import type { Snapshot } from '../appointments/model/events';
import { EXPLANATION_INPUT } from '../availability/unavailable-error';
import { authoriseInput, authoriseOverride, requireClient } from '../appointments/model/rules';
import { appendBatchEvent, type BatchSubject } from '../appointments/model/batch-event';
import { describedClient } from '../appointments/booking/load-references';
import { parseBookingRequest } from '../appointments/booking/parse';
import type { ClientDraft } from '../appointments/booking/booking';
import { locations, primaryLocationOf } from '../locations/location.list';
import { reasons } from '../reasons/reason.list';
import { staff } from '../staff/staff.list';
import { RecurringAppointment } from './recurring-appointment.entity';
import {
  conflictOf,
  ConflictPolicy,
  type Conflict,
  type CreateRecurringAppointmentInput,
} from './series-payloads';
import { creatorOf, modifierOf } from '../../log/actors/stamps';

/** The written appointments of a series, and the occurrences in conflict. */
export interface SeriesResult {
  readonly series: RecurringAppointment;
  readonly booked: readonly Snapshot[];
  readonly conflicts: readonly Conflict[];
}

interface SeriesPlan {
  readonly rrule: string;
  readonly timeZone: string;
  readonly occurrences: readonly Occurrence[];
  readonly seriesId: number;
  readonly rowIds: readonly number[];
  readonly described: ClientDraft | null;
}

/** Requires an identified caller: public keys cannot book a series. */
export const authoriseSeries = (context: Context): Member =>
  requireRole(context, Role.ADMINISTRATOR, Role.LOCATION_SUPER_USER, Role.STAFF_USER, Role.CLIENT);

/**
 * Books a series in one transaction, each occurrence by the function that books a single
 * appointment.
 * @throws DomainError TIME_UNAVAILABLE with `conflicts`; FORBIDDEN, and as createAppointment
 */
export async function createRecurringAppointment(
  context: Context,
  input: CreateRecurringAppointmentInput,
): Promise<SeriesResult> {
  const member = authoriseSeries(context);
  const now = context.now();
  const plan = await planSeries(context, member, input);
  return context.db.transaction(async (tx) => {
    const unit = unitOf(context, tx, now);
    const { booked, conflicts } = await bookEach(unit, input, plan);
    rejectConflicts(conflicts, input.onConflict, booked.length);
    const series = newSeries(unit, input, plan, booked as [Snapshot, ...Snapshot[]]);
    await tx.insert(RecurringAppointment, [series]);
    await appendBatchEvent(unit, batchSubjectOf(series), booked as [Snapshot, ...Snapshot[]]);
    return { series, booked, conflicts };
  });
}

export interface Preview extends SeriesPlan {
  readonly conflicts: readonly Conflict[];
}

/** Rolls a transaction back and carries its result. */
class RolledBack extends Error {
  constructor(readonly conflicts: readonly Conflict[]) {
    super();
  }
}

/**
 * Books the series and rolls back, so that the result equals that of a booking now. @throws
 * DomainError as createRecurringAppointment, except conflicts
 */
export async function previewRecurringAppointment(
  context: Context,
  input: CreateRecurringAppointmentInput,
): Promise<Preview> {
  const member = authoriseSeries(context);
  const plan = await planSeries(context, member, input);
  try {
    return await context.db.transaction(async (tx) => {
      const { conflicts } = await bookEach(unitOf(context, tx, context.now()), input, plan);
      // Sends the deferred insertions, so that the guards of the database decide as well.
      await tx.one(sql`SELECT ${raw('1')}`);
      throw new RolledBack(conflicts);
    });
  } catch (error) {
    if (error instanceof RolledBack) return { ...plan, conflicts: error.conflicts };
    throw error;
  }
}

/** @throws DomainError BAD_USER_INPUT, NOT_FOUND, FORBIDDEN */
async function planSeries(
  context: Context,
  member: Member,
  input: CreateRecurringAppointmentInput,
): Promise<SeriesPlan> {
  authoriseInput(member, input);
  authoriseOverride(member, input.override);
  requireOne(input, 'start', 'localStart');
  if (input.client == null && input.clientId == null && member.role !== Role.CLIENT) {
    requireClient(
      await reasons.getVisible(
        context,
        parseGlobalId('Reason', input.reasonId, ['input', 'reasonId']),
        ['input', 'reasonId'],
      ),
      false,
    );
  }
  const timeZone = await zoneOf(context, input);
  const localStart = input.localStart ?? wallClock(input.start as number, timeZone);
  const occurrences = occurrencesOf({ ...input, localStart, timeZone });
  const [seriesId, rowIds, described] = await Promise.all([
    context.ids.next('recurring_appointment'),
    context.ids.take('appointment', occurrences.length),
    describedClient(context, member, input),
  ]);
  return {
    rrule: boundedRule(input.rrule, input.count),
    timeZone,
    occurrences,
    seriesId,
    rowIds,
    described,
  };
}

async function zoneOf(
  context: Context,
  { timeZone, staffId, locationId }: CreateRecurringAppointmentInput,
): Promise<string> {
  if (timeZone != null) return canonicalTimeZone(timeZone) as string;
  const [ofStaff, ofLocation] = [
    ['input', 'staffId'],
    ['input', 'locationId'],
  ];
  if (staffId != null)
    return (await staff.getVisible(context, parseGlobalId('Staff', staffId, ofStaff), ofStaff))
      .timeZoneCode;
  const location =
    locationId == null
      ? primaryLocationOf(context)
      : locations.getVisible(
          context,
          parseGlobalId('Location', locationId, ofLocation),
          ofLocation,
        );
  return (await location).timeZoneCode;
}

/**
 * Books occurrences one after the other. The first one locks all subjects that any occurrence could
 * use, in the order of their ids, and reads hours and claims for all of them. Rows are inserted
 * with the commit, unless an occurrence must read (a quota, resources, a coupon).
 */
async function bookEach(
  unit: UnitOfWork,
  input: CreateRecurringAppointmentInput,
  plan: SeriesPlan,
): Promise<Pick<SeriesResult, 'booked' | 'conflicts'>> {
  const request = parseBookingRequest(input);
  const length =
    input.end == null || input.start == null
      ? {}
      : {
          end: null,
          durationMinutes: (endOf(input.start, input, 0) - input.start) / MS_PER_MINUTE,
        };
  const inputs = plan.occurrences.map(({ startAt, localStart }) => ({
    ...input,
    ...length,
    start: startAt,
    localStart: null,
    recurringAppointmentId: plan.seriesId,
    recurrenceStart: localStart,
  }));
  const shared = new SharedReads(inputs.map(lookAround));
  const booked: Snapshot[] = [];
  const conflicts: Conflict[] = [];
  for (const [index, one] of inputs.entries()) {
    const described = plan.described && {
      ...plan.described,
      clientIsNew: plan.described.clientIsNew && booked.length === 0,
    };
    try {
      booked.push(
        await writeBooking(
          unit,
          { input: one, request, rowId: plan.rowIds[index] as number, described, hold: null },
          shared,
        ),
      );
    } catch (error) {
      conflicts.push(conflictOf(error, one.start));
    }
  }
  return { booked, conflicts };
}

export const batchSubjectOf = ({ rowId }: RecurringAppointment): BatchSubject => ({
  entityType: 'RecurringAppointment',
  entityId: rowId,
});

/**
 * @throws DomainError TIME_UNAVAILABLE, or the code that all conflicts have in common, with
 * `conflicts`.
 */
export function rejectConflicts(
  conflicts: readonly Conflict[],
  policy: ConflictPolicy,
  written: number,
  field = 'rrule',
): void {
  const [first] = conflicts;
  if (!first || (policy === ConflictPolicy.SKIP_CONFLICTS && written > 0)) return;
  const code = conflicts.every((other) => other.code === first.code)
    ? first.code
    : ErrorCode.TIME_UNAVAILABLE;
  // A series is not a single time, so the explanation of its first conflict is not its own.
  const details = code === ErrorCode.TIME_UNAVAILABLE ? {} : first.details;
  const total = conflicts.length + written;
  const way = written
    ? 'Choose other times, or SKIP_CONFLICTS to book the rest.'
    : 'Choose other times.';
  throw new DomainError(
    code,
    `${conflicts.length} of ${total} occurrences cannot be booked. ${way}`,
    { ...details, [EXPLANATION_INPUT]: undefined, path: ['input', field], conflicts },
  );
}

function newSeries(
  { member, now }: UnitOfWork,
  input: CreateRecurringAppointmentInput,
  plan: SeriesPlan,
  [{ appointment }]: readonly [Snapshot, ...Snapshot[]],
): RecurringAppointment {
  const { locationId, reasonId, staffId, clientId, startAt, endAt } = appointment;
  return newRow(RecurringAppointment, {
    businessId: member.businessId,
    rowId: plan.seriesId,
    version: 1,
    rrule: plan.rrule,
    timeZoneCode: plan.timeZone,
    localStart: (plan.occurrences[0] as Occurrence).localStart,
    durationMinutes: (endAt - startAt) / MS_PER_MINUTE,
    locationId,
    reasonId,
    staffId: input.staffId == null ? null : staffId,
    clientId,
    createdAt: now,
    ...creatorOf(member),
    modifiedAt: now,
    ...modifierOf(member),
  });
}
