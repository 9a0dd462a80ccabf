import { registerEnumType } from 'type-graphql';
import { DomainError, ErrorCode } from '../../errors';
import { MessageKind } from '../clients/message-kind';

export enum MessageAudience {
  CLIENT = 'CLIENT',
  STAFF = 'STAFF',
}
registerEnumType(MessageAudience, {
  name: 'MessageAudience',
  description: 'Who is told: the client, or each staff member who serves.',
});

export enum MessageChannel {
  EMAIL = 'EMAIL',
  SMS = 'SMS',
}
registerEnumType(MessageChannel, { name: 'MessageChannel' });

/** What a message is one of: each has its templates and is on or off by itself. */
export interface MessageType {
  readonly kind: MessageKind;
  readonly channel: MessageChannel;
  readonly audience: MessageAudience;
}

const KINDS: Readonly<Record<MessageAudience, readonly MessageKind[]>> = {
  CLIENT: [
    MessageKind.CONFIRMATION,
    MessageKind.CHANGE,
    MessageKind.CANCELLATION,
    MessageKind.REMINDER,
    MessageKind.NO_SHOW,
    MessageKind.THANK_YOU,
    MessageKind.WAITLIST_INVITATION,
  ],
  STAFF: [
    MessageKind.CONFIRMATION,
    MessageKind.CHANGE,
    MessageKind.CANCELLATION,
    MessageKind.REMINDER,
    MessageKind.STAFF_CONFIRMATION_REQUEST,
  ],
};

/** Every message that there is: a client is not asked to confirm for staff, staff are not thanked for coming. */
export const MESSAGE_TYPES: readonly MessageType[] = Object.values(MessageChannel).flatMap(
  (channel) =>
    Object.values(MessageAudience).flatMap((audience) =>
      KINDS[audience].map((kind) => ({ kind, channel, audience })),
    ),
);

export const isMessageType = ({ kind, audience }: MessageType): boolean =>
  KINDS[audience].includes(kind);

export const noSuchMessage = (
  { kind, audience }: MessageType,
  path: readonly string[],
): DomainError =>
  new DomainError(ErrorCode.BAD_USER_INPUT, `There is no ${kind} for ${audience}.`, { path });
