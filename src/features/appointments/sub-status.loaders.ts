import { memberOf, type Context } from '../../context';
import { find } from '../../shared/db/table';
import { alignByKey, defineLoader } from '../../shared/loader';
import { AppointmentSubStatus } from './sub-status.entity';

/** The business's own sub-statuses; there are few, so all are read at once. */
export const subStatusByCode = defineLoader(async (context: Context, codes: readonly string[]) =>
  alignByKey(codes, await find(context.db, AppointmentSubStatus, { businessId: memberOf(context).businessId }), (row) => row.code));
