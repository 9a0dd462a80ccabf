import { memberOf, type Context } from '../../../context';
import { badValue, InputProblemCode } from '../../../errors';
import { find } from '../../../db/table';
import { alignByKey, defineLoader } from '../../../graphql/relations/loader';
import type { Edge } from '../../../graphql/relations/edge';
import { rowsetOf } from '../../../graphql/relations/rowset';
import type { Appointment } from '../model/appointment.entity';
import { BUILT_IN_SUB_STATUSES } from '../model/status';
import { AppointmentSubStatus } from './sub-status.entity';

/** Loads the business's own sub-statuses. They are few, so that all are read at once. */
const subStatusByCode = defineLoader(async (context: Context, codes: readonly string[]) =>
  alignByKey(
    codes,
    await find(context.db, AppointmentSubStatus, { businessId: memberOf(context).businessId }),
    (row) => row.code,
  ),
);

/** Relation to the sub-status if it is one of the business's own; null if it is built in. */
export const ownSubStatusOfAppointment: Edge<Appointment, AppointmentSubStatus | null> =
  Object.assign(
    ({ subStatusCode }: Appointment, context: Context) =>
      BUILT_IN_SUB_STATUSES.has(subStatusCode)
        ? null
        : subStatusByCode(context).load(subStatusCode),
    {
      relation: {
        kind: 'toOne',
        key: 'subStatusCode',
        target: rowsetOf(AppointmentSubStatus),
        by: 'code',
      } as const,
    },
  );

/**
 * Resolves if each code is built in or one of the business's own; null if all are built in. Reads
 * once for each operation.
 * @throws DomainError BAD_USER_INPUT at the first unknown code.
 */
export function checkSubStatuses(
  context: Context,
  codes: readonly string[] | null | undefined,
  path: readonly string[],
): Promise<void> | null {
  const own = (codes ?? []).flatMap((code, index) =>
    BUILT_IN_SUB_STATUSES.has(code) ? [] : [{ code, index }],
  );
  return own.length ? refuseUnknown(context, own, path) : null;
}

async function refuseUnknown(
  context: Context,
  own: readonly { code: string; index: number }[],
  path: readonly string[],
): Promise<void> {
  const found = await Promise.all(own.map(({ code }) => subStatusByCode(context).load(code)));
  const unknown = own[found.indexOf(null)];
  if (!unknown) return;
  const message =
    `Unknown sub-status "${unknown.code.slice(0, 100)}". Query.appointmentSubStatuses lists ` +
    'the valid codes.';
  throw badValue(InputProblemCode.UNKNOWN, message, [...path, String(unknown.index)]);
}
