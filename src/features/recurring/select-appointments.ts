import type { UnitOfWork } from '../../context';
import { BusinessRule } from '../../business-rule';
import { badValue, DomainError, ErrorCode, InputProblemCode, violated } from '../../errors';
import { sql } from '../../db/sql';
import { parseGlobalId } from '../../graphql/global-id';
import { parseLocalDateTime, toInstant } from '../../lib/time-zone';
import type { Appointment } from '../appointments/model/appointment.entity';
import { appointments } from '../appointments/model/list';
import { AppointmentStatus } from '../appointments/model/status';
import { readAggregate, type AppointmentAggregate } from '../appointments/model/aggregate';
import { staff } from '../staff/staff.list';
import type { RecurringAppointment } from './recurring-appointment.entity';
import { RecurrenceScope } from './recurring-appointment.inputs';

interface SeriesScope {
  scope: RecurrenceScope;
  appointmentId?: string | null;
  includeMoved: boolean;
}

/** The affected appointments of a series by start, and the given appointment. */
export interface SeriesSelection {
  readonly anchor: Appointment | null;
  readonly targets: readonly AppointmentAggregate[];
}

/**
 * @throws DomainError BAD_USER_INPUT, NOT_FOUND; FORBIDDEN if only some of them are visible to the
 * caller; RULE_VIOLATED if none is left
 */
export async function selectAppointments(
  unit: UnitOfWork,
  series: RecurringAppointment,
  selection: SeriesScope,
): Promise<SeriesSelection> {
  const { context, now } = unit;
  const path = ['input', 'appointmentId'];
  const id =
    selection.appointmentId == null
      ? null
      : parseGlobalId('Appointment', selection.appointmentId, path);
  if (id === null && selection.scope !== RecurrenceScope.ALL)
    throw badValue(
      InputProblemCode.REQUIRED,
      'Give appointmentId: this scope needs an appointment of the series.',
      path,
    );
  const rows = await appointmentsOf(unit, series);
  const anchor = rows.find(({ row }) => row.rowId === id)?.row ?? null;
  if (id !== null && !anchor)
    throw new DomainError(
      ErrorCode.NOT_FOUND,
      'This series has no appointment with this id, or your key may not see it.',
      { path },
    );
  const selected = rows.filter(
    ({ row }) => row === anchor || isInScope(row, series, selection, { anchor, now }),
  );
  if (!selected.length)
    throw violated(
      BusinessRule.NO_OCCURRENCE_LEFT,
      'This series has no appointment left to change.',
      'id',
    );
  if (selected.some(({ seen }) => !seen))
    throw new DomainError(
      ErrorCode.FORBIDDEN,
      'Your key may change only some of these appointments: change them one by one.',
      { path: ['input', 'scope'] },
    );
  const load = (ids: readonly number[]) =>
    Promise.all(ids.map((staffId) => staff.getById(context, staffId)));
  return {
    anchor,
    targets: await Promise.all(selected.map(({ row }) => readAggregate(context, row, load))),
  };
}

/** Reads all appointments of a series by start, and whether the caller may see them. */
async function appointmentsOf(
  { context: { db }, member }: UnitOfWork,
  { rowId }: RecurringAppointment,
): Promise<{ row: Appointment; seen: boolean }[]> {
  const { table } = appointments;
  const rows = await db.all(sql`
    SELECT ${table.select('a')}, CASE WHEN ${appointments.visible(member, 'a')} THEN 1 ELSE 0 END AS seen FROM ${appointments.from('a')}
    WHERE ${table.column('a', 'businessId')} = ${member.businessId} AND ${table.column('a', 'recurringAppointmentId')} = ${rowId}
    ORDER BY ${table.column('a', 'startAt')}, ${table.column('a', 'rowId')}`);
  return rows.map((row) => ({ row: table.hydrate(row), seen: row.seen === 1 }));
}

function isInScope(
  row: Appointment,
  series: RecurringAppointment,
  { scope, includeMoved }: SeriesScope,
  { anchor, now }: { readonly anchor: Appointment | null; readonly now: number },
): boolean {
  if (scope === RecurrenceScope.THIS || row.startAt <= now) return false;
  if (row.status !== AppointmentStatus.PENDING && row.status !== AppointmentStatus.OPEN)
    return false;
  if (scope === RecurrenceScope.THIS_AND_FOLLOWING && placeOf(row) < placeOf(anchor as Appointment))
    return false;
  return includeMoved || row.startAt === startOfPlace(placeOf(row), series);
}

/** Returns the wall-clock start that the rule assigns to an appointment. */
export const placeOf = ({ recurrenceStart }: Appointment): string => recurrenceStart as string;

export const startOfPlace = (
  place: string,
  { timeZoneCode }: Pick<RecurringAppointment, 'timeZoneCode'>,
): number => toInstant(parseLocalDateTime(place), timeZoneCode);
