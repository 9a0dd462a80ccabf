import { BusinessRule } from '../../../business-rule';
import type { Context } from '../../../context';
import { at, violatedAt, type DomainError } from '../../../errors';
import { parseGlobalIds } from '../../../graphql/global-id';
import type { Staff } from '../../staff/staff.entity';
import { staff as staffSource } from '../../staff/staff.list';
import type { AppointmentAggregate } from '../model/aggregate';

/** Staff of an appointment after a change, and those whom it adds. */
interface Company {
  readonly staff: readonly Staff[];
  readonly added: readonly Staff[];
}

const fixedBySession = (path: readonly string[]): DomainError =>
  violatedAt(
    BusinessRule.FIXED_BY_SESSION,
    'The session of a class defines who serves: leave this out.',
    path,
  );

const notBookable = ({ fullName }: Staff, path: readonly string[]): DomainError =>
  violatedAt(BusinessRule.STAFF_NOT_BOOKABLE, `${fullName} takes no appointments.`, path);

/**
 * Returns the staff whose time is only blocked, without those who serve.
 * @throws DomainError NOT_FOUND, RULE_VIOLATED
 */
export async function blockedOf(
  context: Context,
  globalIds: readonly string[] | null,
  { staff, blocked = [], session }: AppointmentAggregate,
): Promise<Company> {
  const path = at('blockedStaffIds');
  if (session) throw fixedBySession(path);
  const ids = [...new Set(parseGlobalIds('Staff', globalIds ?? [], path))];
  const rows = await Promise.all(ids.map((id) => staffSource.getVisible(context, id, path)));
  const added = rows.filter(
    ({ rowId }) => ![...staff, ...blocked].some((person) => person.rowId === rowId),
  );
  const absent = added.find(({ active }) => !active);
  if (absent) throw notBookable(absent, path);
  return { staff: rows, added };
}

/**
 * Returns the staff who serve from now on, and those added.
 * @throws DomainError NOT_FOUND, RULE_VIOLATED
 */
export async function additionalStaffOf(
  context: Context,
  globalIds: readonly string[] | null,
  { appointment, staff, session }: AppointmentAggregate,
): Promise<Company> {
  const path = at('additionalStaffIds');
  if (session) throw fixedBySession(path);
  const ids = [...new Set(parseGlobalIds('Staff', globalIds ?? [], path))].filter(
    (id) => id !== appointment.staffId,
  );
  const others = await Promise.all(ids.map((id) => staffSource.getVisible(context, id, path)));
  const added = others.filter(({ rowId }) => !staff.some((person) => person.rowId === rowId));
  const absent = added.find(({ active, acceptsAppointments }) => !active || !acceptsAppointments);
  if (absent) throw notBookable(absent, path);
  return { staff: [staff[0] as Staff, ...others], added };
}
