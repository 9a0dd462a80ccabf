import { changedRow, newRow } from '../../../db/new-row';
import { Role, memberOf, requireRole, type Context } from '../../../context';
import { BusinessRule } from '../../../business-rule';
import {
  at,
  badInput,
  DomainError,
  ErrorCode,
  InputProblemCode,
  requireVersion,
  violated,
} from '../../../errors';
import { lockRow } from '../../../db/lock-row';
import { orConflict } from '../../../db/errors';
import { changesOf, refuseNull } from '../../../lib/patch';
import { appendRowChange } from '../../../log/row-changes';
import { refuseDeleted } from '../../../log/soft-deletion';
import { find, findOne, insert } from '../../../db/table';
import { updateVersion, type ExpectedVersion } from '../../../db/versions';
import { unitOf } from '../../../services/unit-of-work';
import { BUILT_IN_SUB_STATUSES, type AppointmentStatus } from '../model/status';
import { AppointmentSubStatus } from './sub-status.entity';
import type {
  CreateAppointmentSubStatusInput,
  DeleteAppointmentSubStatusInput,
  RestoreAppointmentSubStatusInput,
  UpdateAppointmentSubStatusInput,
} from './sub-status.inputs';

const builtIn = (businessId: number): AppointmentSubStatus[] =>
  [...BUILT_IN_SUB_STATUSES].map(([code, columns]) =>
    newRow(AppointmentSubStatus, {
      businessId,
      code,
      ...columns,
      version: 1,
      deleted: false,
      builtIn: true,
    }),
  );

/**
 * Returns the built-in sub-statuses in the order of an appointment's life cycle, followed by the
 * business's own by code.
 */
export async function list(
  context: Context,
  includeDeleted: boolean,
): Promise<AppointmentSubStatus[]> {
  const { businessId } = memberOf(context);
  const own = await find(context.db, AppointmentSubStatus, {
    businessId,
    ...(includeDeleted ? {} : { deleted: false }),
  });
  return [...builtIn(businessId), ...own.sort((one, other) => (one.code < other.code ? -1 : 1))];
}

/** Returns the sub-status with a code, deleted or not. Null if there is none. */
export async function findByCode(
  context: Context,
  code: string,
): Promise<AppointmentSubStatus | null> {
  const { businessId } = memberOf(context);
  const known = builtIn(businessId).find((row) => row.code === code);
  return known ?? findOne(context.db, AppointmentSubStatus, { businessId, code });
}

/**
 * @throws DomainError BAD_USER_INPUT if the sub-status does not exist, is deleted or belongs to
 * another status.
 */
export async function subStatusOf(
  context: Context,
  status: AppointmentStatus,
  code: string,
): Promise<string> {
  const existing = await findByCode(context, code);
  if (existing?.status === status && !existing.deleted) return code;
  throw badInput(
    InputProblemCode.NOT_AN_OPTION,
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
    deleted: false,
    builtIn: false,
  });
  return context.db.transaction(async (tx) => {
    await orConflict(insert(tx, AppointmentSubStatus, row), { path: at('code'), message: taken });
    await appendRowChange(unitOf(context, tx, context.now()), {
      type: 'AppointmentSubStatus',
      before: null,
      after: row,
    });
    return row;
  });
}

/** @throws DomainError NOT_FOUND; RULE_VIOLATED for a built-in or a deleted sub-status */
export async function update(
  context: Context,
  input: UpdateAppointmentSubStatusInput,
): Promise<AppointmentSubStatus> {
  refuseNull(input, ['label']);
  const before = await ownSubStatus(context, input.code);
  const changes = changesOf(input, ['label']) as Partial<AppointmentSubStatus>;
  return write(context, before, changes, input);
}

/**
 * Deletes a sub-status. Appointments keep it, and no other appointment can get it.
 * @throws DomainError NOT_FOUND; RULE_VIOLATED for a built-in sub-status
 */
export async function remove(
  context: Context,
  input: DeleteAppointmentSubStatusInput,
): Promise<AppointmentSubStatus> {
  return write(context, await ownSubStatus(context, input.code), { deleted: true }, input);
}

/** Restores a deleted sub-status. @throws DomainError NOT_FOUND, RULE_VIOLATED */
export async function restore(
  context: Context,
  input: RestoreAppointmentSubStatusInput,
): Promise<AppointmentSubStatus> {
  return write(context, await ownSubStatus(context, input.code), { deleted: false }, input);
}

async function ownSubStatus(context: Context, code: string): Promise<AppointmentSubStatus> {
  const { businessId } = requireRole(context, Role.ADMINISTRATOR);
  if (BUILT_IN_SUB_STATUSES.has(code))
    throw violated(BusinessRule.BUILT_IN, 'This sub-status is built in.', 'code');
  const row = await findOne(context.db, AppointmentSubStatus, { businessId, code });
  if (row) return row;
  throw new DomainError(ErrorCode.NOT_FOUND, 'The business has no sub-status with this code.', {
    path: at('code'),
  });
}

/**
 * Changes a sub-status under its lock, and appends the event: a concurrent deletion is seen.
 * Repeated deletions and restorations change nothing.
 */
async function write(
  context: Context,
  { businessId, code }: AppointmentSubStatus,
  changes: Partial<AppointmentSubStatus>,
  { expectedVersion }: ExpectedVersion,
): Promise<AppointmentSubStatus> {
  const key = { businessId, code };
  return context.db.transaction(async (tx) => {
    const before = (await lockRow(tx, AppointmentSubStatus, key)) as AppointmentSubStatus;
    requireVersion(before, expectedVersion);
    if (changes.deleted === undefined) refuseDeleted(before, 'sub-status');
    if (changes.deleted === before.deleted) return before;
    const after = changedRow(AppointmentSubStatus, before, changes);
    after.version = await updateVersion(tx, AppointmentSubStatus, key, { changes });
    await appendRowChange(unitOf(context, tx, context.now()), {
      type: 'AppointmentSubStatus',
      before,
      after,
      deleted: changes.deleted === true,
    });
    return after;
  });
}
