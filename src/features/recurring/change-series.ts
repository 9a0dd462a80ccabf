import { changedRow } from '../../db/new-row';
import type { Context, Member, UnitOfWork } from '../../context';
import { badInput, DomainError, ErrorCode, violated } from '../../errors';
import type { Tx } from '../../db/database';
import { update } from '../../db/table';
import { parseGlobalId } from '../../graphql/global-id';
import { MS_PER_MINUTE, wallClock } from '../../lib/time-zone';
import type { Change } from '../appointments/changes/change';
import { rescheduling } from '../appointments/changes/reschedule';
import { statusChange } from '../appointments/changes/change-status';
import { updating } from '../appointments/changes/update';
import { unitOf } from '../../services/unit-of-work';
import { authoriseOverride } from '../appointments/model/rules';
import { AppointmentStatus } from '../appointments/model/status';
import {
  checkFree,
  occupanciesOf,
  subjectsOf,
  type AppointmentAggregate,
} from '../appointments/model/aggregate';
import { changeAppointment, StaleVersionError, retryOnStale } from '../appointments/model/write';
import { appendBatchEvent } from '../appointments/model/batch-event';
import { lockSubjects, release } from '../occupancy/occupancy.service';
import {
  authoriseSeries,
  conflictOf,
  rejectConflicts,
  batchSubjectOf,
  type SeriesResult,
} from './create-series';
import { RecurringAppointment } from './recurring-appointment.entity';
import {
  RecurrenceScope,
  type CancelRecurringAppointmentInput,
  type UpdateRecurringAppointmentInput,
} from './recurring-appointment.inputs';
import {
  selectAppointments,
  placeOf,
  startOfPlace,
  type SeriesSelection,
} from './select-appointments';
import { movedBy, shifted, splitAt, wallShift } from './series-rule';
import { recurringAppointments } from './recurring-appointment.list';
import { ConflictPolicy, type Conflict } from './series-payloads';

interface Input {
  id: string;
  scope: RecurrenceScope;
  appointmentId?: string | null;
  includeMoved: boolean;
  expectedVersion?: number | null;
}

/**
 * The planned change of a series: its row, a split-off series for the rest, and each appointment.
 */
interface SeriesDecision {
  readonly series: RecurringAppointment;
  readonly rest: RecurringAppointment | null;
  readonly policy: ConflictPolicy;
  /** -1 writes later appointments first, so that each can move to the former time of the next. */
  readonly order: 1 | -1;
  readonly startOf: (before: AppointmentAggregate) => number;
  readonly change: (before: AppointmentAggregate) => Promise<Change>;
}

type Decide = (
  inside: Context,
  member: Member,
  now: number,
  series: RecurringAppointment,
  parts: SeriesSelection,
) => SeriesDecision;

/**
 * Reads, decides and writes in one transaction: series row, then subjects in the order of their
 * ids, then appointments.
 */
function changeSeries(context: Context, input: Input, decide: Decide): Promise<SeriesResult> {
  const member = authoriseSeries(context);
  const id = parseGlobalId('RecurringAppointment', input.id, ['input', 'id']);
  return retryOnStale(() =>
    context.db.transaction(async (tx) => {
      const now = context.now();
      const unit = unitOf(context, tx, now);
      const { context: inside } = unit;
      const series = await recurringAppointments.getVisible(inside, id, ['input', 'id']);
      checkVersion(series, input.expectedVersion);
      if (input.scope !== RecurrenceScope.THIS) await lockSeries(tx, series);
      const parts = await selectAppointments(inside, member, series, input, now);
      const decision = decide(inside, member, now, series, parts);
      const isBatch = input.scope !== RecurrenceScope.THIS;
      const { changed, conflicts } = await writeEach(unit, parts.targets, decision, isBatch);
      rejectConflicts(conflicts, decision.policy, changed.length, 'start');
      if (isBatch) {
        await saveSeries(tx, member, now, decision, changed);
        await appendBatchEvent(
          unit,
          batchSubjectOf(decision.rest ?? decision.series),
          changed as [AppointmentAggregate, ...AppointmentAggregate[]],
        );
      }
      return {
        series: decision.rest ?? decision.series,
        booked: changed.sort((one, other) => one.appointment.startAt - other.appointment.startAt),
        conflicts,
      };
    }),
  );
}

function checkVersion(
  { version }: RecurringAppointment,
  expected: number | null | undefined,
): void {
  if (expected != null && expected !== version) {
    throw new DomainError(
      ErrorCode.VERSION_CONFLICT,
      `This series has changed: it is at version ${version}. Read it again before you change it.`,
      {
        path: ['input', 'expectedVersion'],
        currentVersion: version,
      },
    );
  }
}

/** Increments the version, which serializes changes of one series. @throws StaleVersionError */
async function lockSeries(
  tx: Tx,
  { businessId, rowId, version }: RecurringAppointment,
): Promise<void> {
  if (
    !(await update(
      tx,
      RecurringAppointment,
      { businessId, rowId, version },
      { version: version + 1 },
    ))
  )
    throw new StaleVersionError();
}

/** Writes the rows of the series with the common values of the changed appointments. */
async function saveSeries(
  tx: Tx,
  member: Member,
  now: number,
  { series, rest }: SeriesDecision,
  [first]: readonly AppointmentAggregate[],
): Promise<void> {
  const { locationId, clientId, startAt, endAt, staffId } = (first as AppointmentAggregate)
    .appointment;
  const current = rest ?? series;
  Object.assign(current, {
    locationId,
    clientId,
    durationMinutes: (endAt - startAt) / MS_PER_MINUTE,
    ...(current.staffId === null ? {} : { staffId }),
  });
  Object.assign(series, {
    modifiedAt: now,
    modifiedBy: member.actorName,
    version: series.version + 1,
  });
  const { businessId, rowId, ...columns } = series;
  await update(tx, RecurringAppointment, { businessId, rowId }, columns);
  if (rest) await tx.insert(RecurringAppointment, [rest]);
}

async function writeEach(
  unit: UnitOfWork,
  targets: readonly AppointmentAggregate[],
  decision: SeriesDecision,
  isBatch: boolean,
): Promise<{ changed: AppointmentAggregate[]; conflicts: Conflict[] }> {
  const { policy, order, startOf } = decision;
  const conflicts: Conflict[] = [];
  const refuse = (before: AppointmentAggregate, error: unknown) =>
    void conflicts.push(conflictOf(error, startOf(before), before.appointment.rowId));
  const prepared: { before: AppointmentAggregate; change: Change }[] = [];
  for (const before of targets) {
    try {
      prepared.push({ before, change: await decision.change(before) });
    } catch (error) {
      refuse(before, error);
    }
  }
  const { tx, member, now } = unit;
  const { businessId } = member;
  const subjects = new Set(
    prepared.flatMap(({ before, change }) => [...subjectsOf(before), ...subjectsOf(change.after)]),
  );
  const capacities = await lockSubjects(tx, businessId, [...subjects], now);
  const changed: AppointmentAggregate[] = [];
  for (const { before, change } of prepared.sort(
    (one, other) => order * (one.before.appointment.startAt - other.before.appointment.startAt),
  )) {
    const { type, reason, override = before.appointment.override, last } = change;
    let { after } = change;
    try {
      if (change.settle) after = await change.settle(unit, after);
      else if (!override && moves(before, after)) await checkFree(tx, after, capacities);
    } catch (error) {
      refuse(before, error);
      // The transaction is rolled back anyway: releasing the claims avoids conflicts reported for
      // other occurrences.
      if (policy === ConflictPolicy.ALL_OR_NOTHING)
        await release(tx, businessId, before.appointment.rowId);
      continue;
    }
    if (isBatch) after = { ...after, together: true };
    await changeAppointment(unit, { before, after, type, reason, override });
    await last?.(unit, after);
    changed.push(after);
  }
  return { changed, conflicts: conflicts.sort((one, other) => one.startAt - other.startAt) };
}

const moves = (before: AppointmentAggregate, after: AppointmentAggregate): boolean =>
  JSON.stringify(occupanciesOf(before)) !== JSON.stringify(occupanciesOf(after));

/**
 * Moves appointments of a series, or changes their fields. THIS_AND_FOLLOWING splits them off as a
 * separate series.
 * @throws DomainError NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, VERSION_CONFLICT, RULE_VIOLATED,
 * TIME_UNAVAILABLE with `conflicts`
 */
export async function updateRecurringAppointment(
  context: Context,
  input: UpdateRecurringAppointmentInput,
): Promise<SeriesResult> {
  const {
    id: _id,
    scope,
    appointmentId: _named,
    onConflict,
    includeMoved: _moved,
    start,
    localStart,
    durationMinutes,
    staffId,
    locationId,
    override,
    expectedVersion: _version,
    changeReason,
    ...fieldChanges
  } = input;
  const changesStart = start != null || localStart != null;
  const reschedules =
    changesStart || [durationMinutes, staffId, locationId].some((value) => value != null);
  const changesFields = Object.values(fieldChanges).some((value) => value !== undefined);
  if (start != null && localStart != null)
    throw badInput('Give start or localStart, not both.', 'start');
  if (changesStart && input.appointmentId == null)
    throw badInput(
      'Give appointmentId of the appointment to start then: the others move by the same amount.',
      'appointmentId',
    );
  if (!reschedules && !changesFields) throw badInput('Give at least one field to change.', 'id');
  const restId =
    scope === RecurrenceScope.THIS_AND_FOLLOWING
      ? await context.ids.next('recurring_appointment')
      : null;

  return changeSeries(context, input, (inside, member, now, series, { named }) => {
    authoriseOverride(member, override);
    const place = named && placeOf(named);
    const shift =
      changesStart && place !== null
        ? wallShift(place, localStart ?? wallClock(start as number, series.timeZoneCode))
        : 0;
    const { rest, ...parts } = splitRules(series, scope, place, shift, { restId, member, now });
    const target = (before: AppointmentAggregate): string =>
      shifted(placeOf(before.appointment), shift);
    const startOf = (before: AppointmentAggregate): number => {
      if (!changesStart) return before.appointment.startAt;
      return start != null && before.appointment === named
        ? start
        : startOfPlace(target(before), series);
    };
    return {
      ...parts,
      rest,
      startOf,
      policy: onConflict,
      order: shift > 0 ? -1 : 1,
      change: async (before) => {
        const moved = reschedules
          ? await rescheduling(inside, {
              id: input.id,
              start: startOf(before),
              durationMinutes,
              staffId,
              locationId,
              override,
              changeReason,
            })(before, member, now)
          : null;
        const fieldChange = changesFields
          ? await updating(inside, { ...fieldChanges, id: input.id, changeReason, override })(
              moved?.after ?? before,
              member,
              now,
            )
          : null;
        const change = {
          ...fieldChange,
          ...moved,
          after: (fieldChange ?? (moved as Change)).after,
        } as Change;
        if (scope !== RecurrenceScope.THIS)
          Object.assign(change.after.appointment, {
            recurrenceStart: target(before),
            recurringAppointmentId: (rest ?? series).rowId,
          });
        return change;
      },
    };
  });
}

/**
 * Returns the rules of the series and, for a split, of the new series. @throws DomainError
 * RULE_VIOLATED
 */
function splitRules(
  series: RecurringAppointment,
  scope: RecurrenceScope,
  place: string | null,
  shift: number,
  { restId, member, now }: { restId: number | null; member: Member; now: number },
): Pick<SeriesDecision, 'series' | 'rest'> {
  if (scope === RecurrenceScope.THIS) return { series, rest: null };
  const whole = () => ({
    series: copyOf(series, movedBy(series, series.timeZoneCode, shift)),
    rest: null,
  });
  if (scope === RecurrenceScope.ALL) return whole();
  const { before, rest } = splitAt(series, place as string);
  if (!before) return whole();
  if (!rest) throw violated('No occurrence of this series follows. Use the scope THIS.', 'scope');
  const own = {
    rowId: restId as number,
    version: 1,
    createdAt: now,
    createdBy: member.actorName,
    modifiedAt: now,
    modifiedBy: member.actorName,
  };
  return {
    series: copyOf(series, before),
    rest: copyOf(series, { ...movedBy(rest, series.timeZoneCode, shift), ...own }),
  };
}

const copyOf = (
  series: RecurringAppointment,
  changes: Partial<RecurringAppointment>,
): RecurringAppointment => changedRow(RecurringAppointment, series, changes);

/**
 * Cancels appointments of a series. THIS_AND_FOLLOWING ends the series before the given
 * appointment. @throws DomainError as updateRecurringAppointment
 */
export function cancelRecurringAppointment(
  context: Context,
  input: CancelRecurringAppointmentInput,
): Promise<SeriesResult> {
  const { id, reason, notifyClient, notifyStaff } = input;
  return changeSeries(context, input, (inside, member, now, series, { named }) => {
    const before =
      input.scope === RecurrenceScope.THIS_AND_FOLLOWING && named
        ? splitAt(series, placeOf(named)).before
        : null;
    return {
      series: copyOf(series, before ?? {}),
      rest: null,
      policy: ConflictPolicy.ALL_OR_NOTHING,
      order: 1,
      startOf: ({ appointment }) => appointment.startAt,
      change: (served) =>
        statusChange(inside, {
          id,
          status: AppointmentStatus.CANCELLED,
          reason,
          notifyClient,
          notifyStaff,
        })(served, member, now),
    };
  });
}
