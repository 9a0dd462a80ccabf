import type { WriteUnit } from '../../context';
import type { Reader } from '../../db/database';
import { changedRow } from '../../db/new-row';
import { FOR_UPDATE, raw, sql, type Sql } from '../../db/sql';
import { setsOf, tableOf } from '../../db/table';
import { appendEvent } from '../../log/log.service';
import { Appointment } from '../appointments/model/appointment.entity';
import {
  BookingEventType,
  changesBetween,
  toJson,
  type Snapshot,
} from '../appointments/model/events';
import { RecurringAppointment } from '../recurring/recurring-appointment.entity';
import { modifierOf } from '../../log/actors/stamps';

/** From which client rows move, and to which. */
export interface ClientMove {
  readonly fromId: number;
  readonly toId: number;
}

/** What an appointment has besides its row, by the id of the appointment. */
type Extras = ReadonlyMap<number, Omit<Snapshot, 'appointment'>>;

/**
 * Moves every appointment of a client, in any status, and appends an event for each. Sends no
 * notification, since time, place and person are the same.
 */
export async function moveAppointments(
  unit: WriteUnit,
  { fromId, toId }: ClientMove,
): Promise<Appointment[]> {
  const { tx, member, now } = unit;
  const { businessId } = member;
  const stamps = { clientId: toId, modifiedAt: now, ...modifierOf(member) };
  const table = tableOf(Appointment);
  const rows = await tx.all(sql`
    SELECT ${table.select('a')} FROM ${raw('appointment AS a')}
    WHERE a.business_id = ${businessId} AND a.client_id = ${fromId} ORDER BY a.id ${FOR_UPDATE}`);
  const extras = await extrasOf(tx, businessId, fromId);
  await tx.run(sql`
    UPDATE appointment SET version = version + 1, ${setsOf(Appointment, stamps) as Sql}
    WHERE business_id = ${businessId} AND client_id = ${fromId}`);
  const moved: Appointment[] = [];
  for (const row of rows) {
    const before = table.hydrate(row);
    const after = changedRow(Appointment, before, {
      ...stamps,
      version: before.version + 1,
    });
    moved.push(after);
    const rest = extras.get(after.rowId) ?? NO_EXTRAS;
    await appendEvent(unit, {
      type: BookingEventType.UPDATED,
      reason: null,
      appointmentId: after.rowId,
      changes: changesBetween({ ...rest, appointment: before }, { ...rest, appointment: after }),
      snapshot: Object.assign(
        toJson({ ...rest, appointment: after, notify: { client: false, staff: false } }),
        { holdSecretHash: null },
      ),
    });
  }
  return moved;
}

const NO_EXTRAS: Omit<Snapshot, 'appointment'> = {
  additionalStaffIds: [],
  resources: [],
  addOnReasonIds: [],
};

/** Reads staff, resources and add-ons of all appointments of a client, with one statement each. */
async function extrasOf(reader: Reader, businessId: number, clientId: number): Promise<Extras> {
  const ofClient = (table: string, columns: string): Sql => sql`
    SELECT t.appointment_id AS "appointmentId", ${raw(columns)} FROM ${raw(`${table} AS t`)}
    JOIN ${raw('appointment AS a')} ON a.business_id = t.business_id AND a.id = t.appointment_id
    WHERE a.business_id = ${businessId} AND a.client_id = ${clientId} ORDER BY 1, 2`;
  const [serving, blocked, resources, addOns] = await Promise.all([
    reader.all<IdRow>(ofClient('appointment_staff', 't.staff_id AS id')),
    reader.all<IdRow>(ofClient('appointment_blocked_staff', 't.staff_id AS id')),
    reader.all<IdRow & { units: number }>(
      ofClient('appointment_resource', 't.resource_id AS id, t.units'),
    ),
    reader.all<IdRow>(ofClient('appointment_add_on', 't.reason_id AS id')),
  ]);
  const ids = new Set([...serving, ...blocked, ...resources, ...addOns].map(appointmentIdOf));
  return new Map(
    [...ids].map((id) => {
      const own = <R extends IdRow>(rows: readonly R[]): R[] =>
        rows.filter(({ appointmentId }) => appointmentId === id);
      const additionalStaffIds = own(serving).map((row) => row.id);
      const parts = {
        additionalStaffIds,
        blockedStaffIds: own(blocked)
          .map((row) => row.id)
          .filter((staffId) => !additionalStaffIds.includes(staffId)),
        resources: own(resources).map((row) => ({ resourceId: row.id, units: row.units })),
        addOnReasonIds: own(addOns).map((row) => row.id),
      };
      return [id, parts];
    }),
  );
}

interface IdRow {
  readonly appointmentId: number;
  readonly id: number;
}
const appointmentIdOf = ({ appointmentId }: IdRow): number => appointmentId;

/** Moves every series of a client. Their appointments are moved by `moveAppointments`. */
export async function moveSeries(
  { tx, member, now }: WriteUnit,
  { fromId, toId }: ClientMove,
): Promise<RecurringAppointment[]> {
  const { businessId } = member;
  const stamps = { clientId: toId, modifiedAt: now, ...modifierOf(member) };
  const table = tableOf(RecurringAppointment);
  const rows = await tx.all(sql`
    SELECT ${table.select('s')} FROM ${raw('recurring_appointment AS s')}
    WHERE s.business_id = ${businessId} AND s.client_id = ${fromId} ORDER BY s.id ${FOR_UPDATE}`);
  await tx.run(sql`
    UPDATE recurring_appointment SET version = version + 1, ${setsOf(RecurringAppointment, stamps) as Sql}
    WHERE business_id = ${businessId} AND client_id = ${fromId}`);
  return rows
    .map((row) => table.hydrate(row))
    .map((before) =>
      changedRow(RecurringAppointment, before, {
        ...stamps,
        version: before.version + 1,
      }),
    );
}
