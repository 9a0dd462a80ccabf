import { memberOf, type Context } from '../../context';
import { find } from '../../shared/db/table';
import { alignByKey, defineLoader } from '../../shared/loader';
import type { Edge } from '../../shared/relations';
import { rowsetOf } from '../../shared/source';
import type { Appointment } from './appointment.entity';
import { BUILT_IN_SUB_STATUSES } from './appointment.status';
import { AppointmentSubStatus } from './sub-status.entity';

/** The business's own sub-statuses; there are few, so all are read at once. */
const subStatusByCode = defineLoader(async (context: Context, codes: readonly string[]) =>
  alignByKey(codes, await find(context.db, AppointmentSubStatus, { businessId: memberOf(context).businessId }), (row) => row.code));

/** The sub-status of an appointment where it is one of the business's own, null where it is built in. */
export const ownSubStatusOfAppointment: Edge<Appointment, AppointmentSubStatus | null> = Object.assign(
  ({ subStatusCode }: Appointment, context: Context) => (BUILT_IN_SUB_STATUSES.has(subStatusCode) ? null : subStatusByCode(context).load(subStatusCode)),
  { relation: { kind: 'toOne', key: 'subStatusCode', target: rowsetOf(AppointmentSubStatus), by: 'code' } as const },
);
