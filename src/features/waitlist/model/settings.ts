import { newRow } from '../../../db/new-row';
import { memberOf, requireRole, Role, type Context } from '../../../context';
import { changesOf, refuseNull } from '../../../lib/patch';
import type { Reader } from '../../../db/database';
import { findOne } from '../../../db/table';
import { saveVersion } from '../../../db/versions';
import { MS_PER_HOUR } from '../../../lib/time-zone';
import { headOf } from '../../../log/log.service';
import type { Reason } from '../../reasons/reason.entity';
import { WaitlistSettings } from './waitlist-settings.entity';
import type { UpdateWaitlistSettingsInput } from '../waitlist.inputs';
import { WaitlistMode } from './status';

const DEFAULTS = { mode: WaitlistMode.OFF, holdHours: 24, lastSeq: 0, lookedAt: 0, version: 0 };

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
  const lastSeq = await headOf(context.db, businessId);
  const changes = { ...changesOf(input, ['mode', 'holdHours']), lookedAt: 0 };
  return context.db.transaction(async (tx) => {
    await saveVersion<WaitlistSettings>(
      tx,
      WaitlistSettings,
      { businessId },
      {
        row: newRow(WaitlistSettings, {
          businessId,
          version: 1,
          mode: input.mode ?? DEFAULTS.mode,
          holdHours: input.holdHours ?? DEFAULTS.holdHours,
          lastSeq,
          lookedAt: 0,
        }),
        changes: changes as Partial<WaitlistSettings>,
        expectedVersion: input.expectedVersion,
      },
    );
    return settingsOf(tx, businessId);
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
