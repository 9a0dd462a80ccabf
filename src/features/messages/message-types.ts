import { registerEnumType } from 'type-graphql';
import { badValue, InputProblemCode, type DomainError } from '../../errors';
import { MessageKind } from '../clients/message-kind';

export enum MessageAudience {
  CLIENT = 'CLIENT',
  STAFF = 'STAFF',
}
registerEnumType(MessageAudience, {
  name: 'MessageAudience',
  description: 'The recipients of a message: the client, or each staff member of the appointment.',
});

export enum MessageChannel {
  EMAIL = 'EMAIL',
  SMS = 'SMS',
}
registerEnumType(MessageChannel, {
  name: 'MessageChannel',
  description: 'The channel by which a message is sent.',
});

/** A type of message, with its own templates and its own setting. */
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

/** All valid message types: not every kind exists for both audiences. */
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
  badValue(InputProblemCode.NOT_AN_OPTION, `There is no ${kind} for ${audience}.`, path);
