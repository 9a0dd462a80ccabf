import type { MessageType } from '../message-types';

/** A message to plan. */
export interface MessageDraft extends MessageType {
  readonly appointmentId: number;
  readonly recipientId: number;
  readonly offsetHours: number;
  readonly version: number;
  readonly seq: number;
  readonly dueAt: number;
  /** Ordering key: messages of a thread reach a recipient in the order of their events. */
  readonly thread: string;
}
