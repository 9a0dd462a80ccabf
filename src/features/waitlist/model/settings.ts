import { newRow } from '../../../db/new-row';
import { memberOf, requireRole, Role, type Context } from '../../../context';
import { refuseNull } from '../../../lib/patch';
import type { Reader } from '../../../db/database';
import { sql } from '../../../db/sql';
import { findOne } from '../../../db/table';
import { MS_PER_HOUR } from '../../../lib/time-zone';
import { headOf } from '../../../log/log.service';
import type { Reason } from '../../reasons/reason.entity';
import { WaitlistSettings } from './waitlist-settings.entity';
import type { UpdateWaitlistSettingsInput } from '../waitlist.inputs';
import { WaitlistMode } from './status';

const DEFAULTS = { mode: WaitlistMode.OFF, holdHours: 24, lastSeq: 0, lookedAt: 0 };

/** Returns the settings of a business, or defaults if none are stored. */
async function settingsOf(db: Reader, businessId: number): Promise<WaitlistSettings> {
  return (
    (await findOne(db, WaitlistSettings, { businessId })) ??
    newRow(WaitlistSettings, { ...DEFAULTS, businessId })
  );
}

export const settings = (context: Context): Promise<WaitlistSettings> =>
  settingsOf(context.db, memberOf(context).businessId);

/** Changes the settings. Times that are already free are considered in the next pass. */
export async function updateSettings(
  context: Context,
  input: UpdateWaitlistSettingsInput,
): Promise<WaitlistSettings> {
  const { businessId } = requireRole(context, Role.ADMINISTRATOR);
  refuseNull(input, ['mode', 'holdHours']);
  const [before, lastSeq] = await Promise.all([
    settingsOf(context.db, businessId),
    headOf(context.db, businessId),
  ]);
  const { mode, holdHours } = {
    mode: input.mode ?? before.mode,
    holdHours: input.holdHours ?? before.holdHours,
  };
  return context.db.transaction(async (tx) => {
    await tx.run(sql`
    INSERT INTO waitlist_settings (business_id, mode, hold_hours, last_seq, looked_at) VALUES (${businessId}, ${mode}, ${holdHours}, ${lastSeq}, 0)
    ON CONFLICT (business_id) DO UPDATE SET mode = excluded.mode, hold_hours = excluded.hold_hours, looked_at = 0`);
    return Object.assign(before, { mode, holdHours });
  });
}

/** Returns the end of the hold of an invitation made now, at most the start of the appointment. */
export async function invitationEnd(
  db: Reader,
  { businessId, waitListHoldHours }: Reason,
  startAt: number,
  now: number,
): Promise<number> {
  const hours = waitListHoldHours ?? (await settingsOf(db, businessId)).holdHours;
  return Math.min(now + hours * MS_PER_HOUR, startAt);
}
