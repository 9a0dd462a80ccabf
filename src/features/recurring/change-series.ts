import { changedRow } from '../../db/new-row';
import type { Context, UnitOfWork } from '../../context';
import { requireVersion } from '../../errors';
import { update } from '../../db/table';
import type { ExpectedVersion } from '../../db/versions';
import { parseGlobalId } from '../../graphql/global-id';
import { MS_PER_MINUTE } from '../../lib/time-zone';
import type { Change } from '../appointments/changes/change';
import { unitOf } from '../../services/unit-of-work';
import {
  checkFree,
  occupanciesOf,
  subjectsOf,
  type AppointmentAggregate,
} from '../appointments/model/aggregate';
import { changeAppointment, StaleVersionError, retryOnStale } from '../appointments/model/write';
import { appendBatchEvent } from '../appointments/model/batch-event';
import { lockSubjects, removeClaims } from '../occupancy/occupancy.service';
import {
  authoriseSeries,
  rejectConflicts,
  batchSubjectOf,
  type SeriesResult,
} from './create-series';
import { RecurringAppointment } from './recurring-appointment.entity';
import { RecurrenceScope } from './recurring-appointment.inputs';
import { selectAppointments, type SeriesSelection } from './select-appointments';
import { recurringAppointments } from './recurring-appointment.list';
import { conflictOf, ConflictPolicy, type Conflict } from './series-payloads';
import { modifierOf } from '../../log/actors/stamps';

/** Fields that all changes of a series have. */
interface SeriesChangeInput extends ExpectedVersion {
  id: string;
  scope: RecurrenceScope;
  appointmentId?: string | null;
  includeMoved: boolean;
}

/**
 * The planned change of a series: its row, a split-off series for the rest, and each appointment.
 */
export interface SeriesDecision {
  readonly series: RecurringAppointment;
  readonly rest: RecurringAppointment | null;
  readonly policy: ConflictPolicy;
  /** -1 writes later appointments first, so that each can move to the former time of the next. */
  readonly order: 1 | -1;
  readonly startOf: (before: AppointmentAggregate) => number;
  readonly change: (before: AppointmentAggregate) => Promise<Change>;
}

/** Decides on the snapshot of the transaction. */
type DecideSeries = (
  unit: UnitOfWork,
  series: RecurringAppointment,
  selection: SeriesSelection,
) => SeriesDecision;

/**
 * Reads, decides and writes in one transaction: series row, then subjects in the order of their
 * ids, then appointments.
 */
export function changeSeries(
  context: Context,
  input: SeriesChangeInput,
  decide: DecideSeries,
): Promise<SeriesResult> {
  authoriseSeries(context);
  const id = parseGlobalId('RecurringAppointment', input.id, ['input', 'id']);
  return retryOnStale(() =>
    context.db.transaction(async (tx) => {
      const unit = unitOf(context, tx, context.now());
      const series = await recurringAppointments.getVisible(unit.context, id, ['input', 'id']);
      requireVersion(series, input.expectedVersion);
      const isBatch = input.scope !== RecurrenceScope.THIS;
      if (isBatch) await lockSeries(unit, series);
      const selection = await selectAppointments(unit, series, input);
      const decision = decide(unit, series, selection);
      const { changed, conflicts } = await writeEach(unit, selection.targets, decision, isBatch);
      rejectConflicts(conflicts, decision.policy, changed.length, 'start');
      if (isBatch) {
        await saveSeries(unit, decision, changed);
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

/** Increments the version, which serializes changes of one series. @throws StaleVersionError */
async function lockSeries(
  { tx }: UnitOfWork,
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
  { tx, member, now }: UnitOfWork,
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
    ...modifierOf(member),
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
        await removeClaims(unit, before.appointment.rowId);
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

/** Returns a copy of a series with changes, not yet written. */
export const changedSeries = (
  series: RecurringAppointment,
  changes: Partial<RecurringAppointment>,
): RecurringAppointment => changedRow(RecurringAppointment, series, changes);
