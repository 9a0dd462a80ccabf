import { requireRole, Role, type Context } from '../../context';
import { changesOf, refuseNull } from '../../lib/patch';
import type { Reader } from '../../db/database';
import { find, insertIgnoringConflicts, update } from '../../db/table';
import { Business } from '../businesses/business.entity';
import { businessOf } from '../businesses/business.loaders';
import { MessageKind } from '../clients/message-kind';
import { MessageSetting } from './message.entity';
import { isMessageType, MESSAGE_TYPES, noSuchMessage, type MessageType } from './message.kinds';
import type { UpdateMessageSettingsInput } from './message.inputs';
import { MessageSettings } from './message.type';

/** Every e-mail; of SMS, those that somebody asked for: reminders, by their hours, and invitations from the waitlist. */
const onUnlessSaid = ({ channel, kind }: MessageType): boolean =>
  channel === 'EMAIL' || kind === MessageKind.REMINDER || kind === MessageKind.WAITLIST_INVITATION;

const nameOf = ({ kind, channel, audience }: MessageType): string =>
  `${kind} ${channel} ${audience}`;

/** Which messages a business wants to be sent. */
export async function switchesOf(
  db: Reader,
  businessId: number,
): Promise<(type: MessageType) => boolean> {
  const said = new Map(
    (await find(db, MessageSetting, { businessId })).map((setting) => [
      nameOf(setting),
      setting.enabled,
    ]),
  );
  return (type) => said.get(nameOf(type)) ?? onUnlessSaid(type);
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
  return shown(business, isOn);
}

const shown = (business: Business, isOn: (type: MessageType) => boolean): MessageSettings =>
  Object.assign(new MessageSettings(), changesOf(business, HOURS), {
    messages: MESSAGE_TYPES.map((type) => ({ ...type, enabled: isOn(type) })),
  });

/** What is planned already stays planned; hours are those of appointments made from now on. @throws DomainError BAD_USER_INPUT for a message that there is not. */
export async function updateSettings(
  context: Context,
  input: UpdateMessageSettingsInput,
): Promise<MessageSettings> {
  const { businessId } = requireRole(context, Role.ADMINISTRATOR);
  refuseNull(input, [...HOURS, 'messages']);
  const given = input.messages ?? [];
  given.forEach((type, index) => {
    if (!isMessageType(type))
      throw noSuchMessage(type, ['input', 'messages', String(index), 'kind']);
  });
  const business = await businessOf(context);
  const hours = changesOf(input, HOURS) as Partial<Business>;
  return context.db.transaction(async (tx) => {
    await update(tx, Business, { rowId: businessId }, hours);
    for (const { kind, channel, audience, enabled } of given) {
      const key = { businessId, kind, channel, audience };
      await insertIgnoringConflicts(tx, MessageSetting, [{ ...key, enabled }]);
      await update(tx, MessageSetting, key, { enabled });
    }
    return shown(Object.assign(business, hours), await switchesOf(tx, businessId));
  });
}
