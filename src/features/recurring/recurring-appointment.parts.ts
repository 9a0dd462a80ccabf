import type { Context, Member } from '../../context';
import { DomainError, ErrorCode, violated } from '../../errors';
import { sql } from '../../db/sql';
import { parseGlobalId } from '../../graphql/global-id';
import { parseLocalDateTime, toInstant } from '../../lib/time-zone';
import type { Appointment } from '../appointments/model/appointment.entity';
import { appointments } from '../appointments/model/list';
import { AppointmentStatus } from '../appointments/model/status';
import { readAggregate, type AppointmentAggregate } from '../appointments/model/aggregate';
import { staff } from '../staff/staff.source';
import type { RecurringAppointment } from './recurring-appointment.entity';
import { RecurrenceScope } from './recurring-appointment.inputs';

interface Asked {
  scope: RecurrenceScope;
  appointmentId?: string | null;
  includeMoved: boolean;
}

/** What of a series is meant: those to change by their start, and the one that is named. */
export interface Parts {
  readonly named: Appointment | null;
  readonly targets: readonly AppointmentAggregate[];
}

/** @throws DomainError BAD_USER_INPUT, NOT_FOUND, FORBIDDEN where the viewer sees a part of them, RULE_VIOLATED where there are none. */
export async function partsOf(
  context: Context,
  member: Member,
  series: RecurringAppointment,
  asked: Asked,
  now: number,
): Promise<Parts> {
  const path = ['input', 'appointmentId'];
  const id =
    asked.appointmentId == null ? null : parseGlobalId('Appointment', asked.appointmentId, path);
  if (id === null && asked.scope !== RecurrenceScope.ALL)
    throw new DomainError(
      ErrorCode.BAD_USER_INPUT,
      'Say which appointment of the series you mean.',
      { path },
    );
  const rows = await rowsOf(context, member, series);
  const named = rows.find(({ row }) => row.rowId === id)?.row ?? null;
  if (id !== null && !named)
    throw new DomainError(
      ErrorCode.NOT_FOUND,
      'This series has no appointment with this id, or your key may not see it.',
      { path },
    );
  const meant = rows.filter(({ row }) => row === named || isMeant(row, series, asked, named, now));
  if (!meant.length) throw violated('Nothing of this series is left to change.', 'id');
  if (meant.some(({ seen }) => !seen))
    throw new DomainError(
      ErrorCode.FORBIDDEN,
      'Your key is for some of these appointments only: change them one by one.',
      { path: ['input', 'scope'] },
    );
  const load = (ids: readonly number[]) =>
    Promise.all(ids.map((staffId) => staff.getById(context, staffId)));
  return {
    named,
    targets: await Promise.all(meant.map(({ row }) => readAggregate(context, row, load))),
  };
}

async function rowsOf(
  { db }: Context,
  member: Member,
  { rowId }: RecurringAppointment,
): Promise<{ row: Appointment; seen: boolean }[]> {
  const { table } = appointments;
  const rows = await db.all(sql`
    SELECT ${table.select('a')}, CASE WHEN ${appointments.visible(member, 'a')} THEN 1 ELSE 0 END AS seen FROM ${appointments.from('a')}
    WHERE ${table.column('a', 'businessId')} = ${member.businessId} AND ${table.column('a', 'recurringAppointmentId')} = ${rowId}
    ORDER BY ${table.column('a', 'startAt')}, ${table.column('a', 'rowId')}`);
  return rows.map((row) => ({ row: table.hydrate(row), seen: row.seen === 1 }));
}

function isMeant(
  row: Appointment,
  series: RecurringAppointment,
  { scope, includeMoved }: Asked,
  named: Appointment | null,
  now: number,
): boolean {
  if (scope === RecurrenceScope.THIS || row.startAt <= now) return false;
  if (row.status !== AppointmentStatus.PENDING && row.status !== AppointmentStatus.OPEN)
    return false;
  if (scope === RecurrenceScope.THIS_AND_FOLLOWING && placeOf(row) < placeOf(named as Appointment))
    return false;
  return includeMoved || row.startAt === startOfPlace(placeOf(row), series);
}

/** Where the rule puts an appointment of a series. */
export const placeOf = ({ recurrenceStart }: Appointment): string => recurrenceStart as string;

export const startOfPlace = (
  place: string,
  { timeZoneCode }: Pick<RecurringAppointment, 'timeZoneCode'>,
): number => toInstant(parseLocalDateTime(place), timeZoneCode);
