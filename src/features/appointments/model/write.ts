import type { WriteUnit } from '../../../context';
import { DomainError, ErrorCode } from '../../../errors';
import type { Tx } from '../../../db/database';
import { changedColumns } from '../../../db/new-row';
import { sql } from '../../../db/sql';
import { remove, update } from '../../../db/table';
import * as log from '../../../log/log.service';
import { redeem } from '../../prices/redeem';
import { insertClaims, lockSubjects, removeClaims } from '../../occupancy/occupancy.service';
import {
  blockedIdsOf,
  checkFree,
  occupanciesOf,
  subjectsOf,
  type AppointmentAggregate,
} from './aggregate';
import { AppointmentAddOn } from './links/appointment-add-on.entity';
import { AppointmentBlockedStaff } from './links/appointment-blocked-staff.entity';
import { AppointmentResource } from './links/appointment-resource.entity';
import { AppointmentStaff } from './links/appointment-staff.entity';
import { Appointment } from './appointment.entity';
import { BookingEventType, changesBetween, toJson, type Snapshot } from './events';
import { recheckSeats } from './seats';

/** The row was changed between the read and the write. */
export class StaleVersionError extends Error {}

/**
 * Inserts a checked booking on locked subjects. `longestMs` is the recorded length of the longest
 * appointment; only a longer one updates it.
 */
export async function writeAppointment(
  unit: WriteUnit,
  served: AppointmentAggregate,
  capacities: ReadonlyMap<number, number>,
  { type = BookingEventType.CREATED, longestMs = 0 } = {},
): Promise<void> {
  const { tx } = unit;
  const { appointment, additionalStaffIds, resources, addOnReasonIds } = served;
  const { businessId, rowId: appointmentId, override } = appointment;
  await tx.insert(Appointment, [appointment]);
  await tx.insert(
    AppointmentStaff,
    additionalStaffIds.map((staffId) => ({
      businessId,
      appointmentId,
      staffId,
      startAt: appointment.startAt,
      createdAt: appointment.createdAt,
    })),
  );
  await tx.insert(
    AppointmentBlockedStaff,
    blockedIdsOf(served).map((staffId) => ({ businessId, appointmentId, staffId })),
  );
  await tx.insert(
    AppointmentResource,
    resources.map(({ resourceId, units }) => ({ businessId, appointmentId, resourceId, units })),
  );
  await tx.insert(
    AppointmentAddOn,
    addOnReasonIds.map((reasonId) => ({ businessId, appointmentId, reasonId })),
  );
  await insertClaims(unit, { appointmentId, override }, occupanciesOf(served), capacities);
  if (lengthOf(appointment) > longestMs) await rememberLength(unit, appointment);
  await append(unit, { before: null, after: served, type, reason: null });
}

export const lengthOf = ({ startAt, endAt }: Appointment): number => endAt - startAt;

/**
 * Records the length of the longest appointment, by which a window of days must look back: see the
 * filter of the list.
 */
async function rememberLength({ tx }: WriteUnit, appointment: Appointment): Promise<void> {
  const lengthMs = lengthOf(appointment);
  await tx.defer(
    sql`UPDATE business SET longest_ms = ${lengthMs} WHERE id = ${appointment.businessId} AND longest_ms < ${lengthMs}`,
  );
}

/** A change of one appointment, as it is written. */
export interface AppointmentChange {
  readonly before: AppointmentAggregate;
  readonly after: AppointmentAggregate;
  readonly type: BookingEventType;
  readonly reason: string | null;
  readonly override: boolean;
}

/**
 * Writes a change: lock the old and new subjects, compare and set the row, move the claims, append
 * to the log.
 * @throws StaleVersionError if the row has another version than `before`; DomainError
 * TIME_UNAVAILABLE
 */
export async function changeAppointment(unit: WriteUnit, change: AppointmentChange): Promise<void> {
  const { tx, now } = unit;
  const { before, after } = change;
  const { businessId, rowId: appointmentId, version } = before.appointment;
  const moves = JSON.stringify(occupanciesOf(before)) !== JSON.stringify(occupanciesOf(after));
  const subjectIds = [...new Set([...subjectsOf(before), ...subjectsOf(after)])];
  const capacities = moves
    ? await lockSubjects(tx, businessId, subjectIds, now)
    : new Map<number, number>();
  const changed = await update(
    tx,
    Appointment,
    { businessId, rowId: appointmentId, version },
    { ...changedColumns(before.appointment, after.appointment), version: version + 1 },
  );
  if (!changed) throw new StaleVersionError();
  after.appointment.version = version + 1;
  await redeem(unit, { before: before.appointment, after: after.appointment });
  await changeLinks(unit, before, after);
  if (moves) await moveClaims(unit, change, capacities);
  await append(unit, change);
}

/** Replaces the rows of additional staff, blocked staff, add-ons and resources that changed. */
async function changeLinks(
  { tx }: WriteUnit,
  before: AppointmentAggregate,
  after: AppointmentAggregate,
): Promise<void> {
  const { businessId, rowId: appointmentId } = before.appointment;
  await changeAdditionalStaff(tx, before, after);
  if (String(blockedIdsOf(before)) !== String(blockedIdsOf(after))) {
    await remove(tx, AppointmentBlockedStaff, { businessId, appointmentId });
    await tx.insert(
      AppointmentBlockedStaff,
      blockedIdsOf(after).map((staffId) => ({ businessId, appointmentId, staffId })),
    );
  }
  if (String(before.addOnReasonIds) !== String(after.addOnReasonIds)) {
    await remove(tx, AppointmentAddOn, { businessId, appointmentId });
    await tx.insert(
      AppointmentAddOn,
      after.addOnReasonIds.map((reasonId) => ({ businessId, appointmentId, reasonId })),
    );
  }
  if (JSON.stringify(before.resources) !== JSON.stringify(after.resources)) {
    await remove(tx, AppointmentResource, { businessId, appointmentId });
    await tx.insert(
      AppointmentResource,
      after.resources.map(({ resourceId, units }) => ({
        businessId,
        appointmentId,
        resourceId,
        units,
      })),
    );
  }
}

/** @throws StaleVersionError if the session has changed; DomainError TIME_UNAVAILABLE */
async function moveClaims(
  unit: WriteUnit,
  { after, override }: AppointmentChange,
  capacities: ReadonlyMap<number, number>,
): Promise<void> {
  const { appointment, session } = after;
  const { rowId: appointmentId } = appointment;
  await removeClaims(unit, appointmentId);
  if (session) {
    if (!(await recheckSeats(unit.tx, { appointment, session, override }, capacities)))
      throw new StaleVersionError();
  } else if (!override) await checkFree(unit.tx, after, capacities);
  await insertClaims(unit, { appointmentId, override }, occupanciesOf(after), capacities);
  await rememberLength(unit, appointment);
}

async function changeAdditionalStaff(
  tx: Tx,
  before: AppointmentAggregate,
  { appointment, additionalStaffIds }: AppointmentAggregate,
): Promise<void> {
  const { businessId, rowId: appointmentId, startAt, createdAt } = appointment;
  const starts = startAt !== before.appointment.startAt && additionalStaffIds.length > 0;
  if (!starts && String(before.additionalStaffIds) === String(additionalStaffIds)) return;
  await remove(tx, AppointmentStaff, { businessId, appointmentId });
  await tx.insert(
    AppointmentStaff,
    additionalStaffIds.map((staffId) => ({
      businessId,
      appointmentId,
      staffId,
      startAt,
      createdAt,
    })),
  );
}

function append(
  unit: WriteUnit,
  {
    before,
    after,
    type,
    reason,
  }: Pick<AppointmentChange, 'type' | 'reason'> & {
    readonly before: Snapshot | null;
    readonly after: Snapshot;
  },
): Promise<void> {
  return log.appendEvent(unit, {
    type,
    reason,
    appointmentId: after.appointment.rowId,
    changes: before ? changesBetween(before, after) : {},
    snapshot: Object.assign(toJson(after), { holdSecretHash: null }),
  });
}

const TRIES = 5;

/**
 * Retries an attempt that fails with StaleVersionError.
 * @throws DomainError BUSY after the last try
 */
export async function retryOnStale<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof StaleVersionError)) throw error;
      if (tries === TRIES)
        throw new DomainError(
          ErrorCode.BUSY,
          'This appointment is being changed concurrently. Try again.',
          { retryable: true },
        );
    }
  }
}
