import { newRow } from '../../../db/new-row';
import { Role, memberOf, requireRole, type Context } from '../../../context';
import { badInput, DomainError, ErrorCode } from '../../../errors';
import { orConflict } from '../../../db/errors';
import { find, findOne, insert } from '../../../db/table';
import { BUILT_IN_SUB_STATUSES, type AppointmentStatus } from '../model/status';
import { AppointmentSubStatus } from './sub-status.entity';
import type { CreateAppointmentSubStatusInput } from './sub-status.inputs';

const builtIn = (businessId: number): AppointmentSubStatus[] =>
  [...BUILT_IN_SUB_STATUSES].map(([code, columns]) =>
    newRow(AppointmentSubStatus, { businessId, code, ...columns, version: 1, builtIn: true }),
  );

/**
 * Returns the built-in sub-statuses in the order of an appointment's life cycle, followed by the
 * business's own by code.
 */
export async function list(context: Context): Promise<AppointmentSubStatus[]> {
  const { businessId } = memberOf(context);
  const own = await find(context.db, AppointmentSubStatus, { businessId });
  return [...builtIn(businessId), ...own.sort((one, other) => (one.code < other.code ? -1 : 1))];
}

/**
 * @throws DomainError BAD_USER_INPUT if the sub-status does not exist or belongs to another status.
 */
export async function subStatusOf(
  context: Context,
  status: AppointmentStatus,
  code: string,
): Promise<string> {
  const existing =
    BUILT_IN_SUB_STATUSES.get(code) ??
    (await findOne(context.db, AppointmentSubStatus, {
      businessId: memberOf(context).businessId,
      code,
    }));
  if (existing?.status === status) return code;
  throw badInput(
    `${code} is not a sub-status of ${status}. Query.appointmentSubStatuses lists them.`,
    'subStatus',
  );
}

/** @throws DomainError CONFLICT if the code is taken. */
export async function create(
  context: Context,
  input: CreateAppointmentSubStatusInput,
): Promise<AppointmentSubStatus> {
  const { businessId } = requireRole(context, Role.ADMINISTRATOR);
  const taken = 'A sub-status with this code already exists.';
  if (BUILT_IN_SUB_STATUSES.has(input.code))
    throw new DomainError(ErrorCode.CONFLICT, taken, { path: ['input', 'code'] });
  const row = newRow(AppointmentSubStatus, {
    businessId,
    code: input.code,
    label: input.label,
    status: input.status,
    version: 1,
    builtIn: false,
  });
  return context.db.transaction(async (tx) => {
    await orConflict(insert(tx, AppointmentSubStatus, row), ['input', 'code'], taken);
    return row;
  });
}
