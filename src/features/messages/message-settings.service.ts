import { changedRow, newRow } from '../../db/new-row';
import { requireRole, Role, type Context } from '../../context';
import { changesOf, refuseNull } from '../../lib/patch';
import type { Reader } from '../../db/database';
import { find, insertIgnoringConflicts, update } from '../../db/table';
import { updateVersion } from '../../db/versions';
import { appendRowChange } from '../../log/row-changes';
import { Business } from '../businesses/business.entity';
import { businessOf } from '../businesses/business.list';
import { MessageKind } from '../clients/message-kind';
import { MessageSetting } from './message.entity';
import { isMessageType, MESSAGE_TYPES, noSuchMessage, type MessageType } from './message-types';
import type { UpdateMessageSettingsInput } from './message.inputs';
import { MessageSettings } from './message-settings';

/**
 * Enables every e-mail by default. SMS are limited to reminders, which need hours, and waitlist
 * invitations, which need consent.
 */
const isOnByDefault = ({ channel, kind }: MessageType): boolean =>
  channel === 'EMAIL' || kind === MessageKind.REMINDER || kind === MessageKind.WAITLIST_INVITATION;

const nameOf = ({ kind, channel, audience }: MessageType): string =>
  `${kind} ${channel} ${audience}`;

/** Returns a predicate of the message types that a business has enabled. */
export async function switchesOf(
  db: Reader,
  businessId: number,
): Promise<(type: MessageType) => boolean> {
  const enabledByName = new Map(
    (await find(db, MessageSetting, { businessId })).map((setting) => [
      nameOf(setting),
      setting.enabled,
    ]),
  );
  return (type) => enabledByName.get(nameOf(type)) ?? isOnByDefault(type);
}

const HOURS = [
  'clientReminderHours',
  'staffReminderHours',
  'remindClientSmsHours',
  'remindStaffSmsHours',
] as const;

export async function settingsOf(context: Context): Promise<MessageSettings> {
  const { businessId } = requireRole(context, Role.ADMINISTRATOR);
  const [business, isOn] = await Promise.all([
    businessOf(context),
    switchesOf(context.db, businessId),
  ]);
  return settingsFrom(business, isOn);
}

const settingsFrom = (business: Business, isOn: (type: MessageType) => boolean): MessageSettings =>
  newRow(MessageSettings, {
    businessId: business.rowId,
    ...(changesOf(business, HOURS) as Pick<Business, (typeof HOURS)[number]>),
    version: business.messageSettingsVersion,
    messages: MESSAGE_TYPES.map((type) => ({ ...type, enabled: isOn(type) })),
  });

/**
 * Changes the settings. Planned messages are kept; hours apply to appointments created later.
 * @throws DomainError BAD_USER_INPUT for an unknown message type.
 */
export async function updateSettings(
  context: Context,
  input: UpdateMessageSettingsInput,
): Promise<MessageSettings> {
  const member = requireRole(context, Role.ADMINISTRATOR);
  const { businessId } = member;
  refuseNull(input, [...HOURS, 'messages']);
  const switches = input.messages ?? [];
  switches.forEach((type, index) => {
    if (!isMessageType(type))
      throw noSuchMessage(type, ['input', 'messages', String(index), 'kind']);
  });
  const business = await businessOf(context);
  const hours = changesOf(input, HOURS) as Partial<Business>;
  return context.db.transaction(async (tx) => {
    const after = changedRow(Business, business, hours);
    after.messageSettingsVersion = await updateVersion(
      tx,
      Business,
      { rowId: businessId },
      { changes: hours, expectedVersion: input.expectedVersion, column: 'messageSettingsVersion' },
    );
    const unit = { tx, member, now: context.now() };
    await appendRowChange(unit, { type: 'Business', before: business, after });
    for (const { kind, channel, audience, enabled } of switches) {
      const key = { businessId, kind, channel, audience };
      await insertIgnoringConflicts(tx, MessageSetting, [{ ...key, enabled }]);
      await update(tx, MessageSetting, key, { enabled });
    }
    return settingsFrom(after, await switchesOf(tx, businessId));
  });
}
