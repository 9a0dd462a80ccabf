import type { Tx } from '../../../db/database';
import { findOne, update } from '../../../db/table';
import type { JobContext, JobHandler, Outcome } from '../../../jobs/handler';
import type { Job } from '../../../jobs/job.entity';
import { MS_PER_MINUTE } from '../../../lib/time-zone';
import { systemOf } from '../../appointments/holds/expire-holds';
import { MessageKind } from '../../clients/message-kind';
import { Message, MessageState } from '../message.entity';
import { MessageChannel } from '../message-types';
import { PermanentDeliveryError, type Transports } from '../transports/transport';
import type { Recorder } from './enqueue-messages';
import {
  outgoingMessageOf,
  VoidReason,
  type OutgoingMessage,
  type SendingServices,
} from './outgoing-message';
import { SEND } from './queue';

/** Spans about a day. A longer outage of a mail server needs an operator. */
const RETRY_DELAYS = [1, 5, 15, 60, 120, 300, 480, 600].map((minutes) => minutes * MS_PER_MINUTE);
const MAX_DETAIL = 1_000;

/**
 * Returns a recorder that renders messages without a transport while they are planned, in batches.
 * Reminders are rendered when due.
 */
export const recorderOf =
  (services: SendingServices): Recorder =>
  (businessId) => {
    const context = services.contextOf(systemOf(businessId));
    return async (message, event) => {
      const transport =
        message.channel === MessageChannel.EMAIL ? services.carriers.email : services.carriers.sms;
      if (transport || message.kind === MessageKind.REMINDER) return null;
      const outgoing = await outgoingMessageOf(context, services, message, event);
      return outgoing instanceof VoidReason
        ? { state: MessageState.VOID, detail: outgoing.why }
        : { state: MessageState.RECORDED, sentAt: context.now(), ...contentColumnsOf(outgoing) };
    };
  };

const contentColumnsOf = ({
  content: { language, subject, text, html },
  to,
  invitation,
}: OutgoingMessage): Partial<Message> => ({
  detail: null,
  sentTo: to,
  language,
  subject,
  text,
  html,
  invitation: invitation?.content ?? null,
});

/** Job that renders and sends a message, or voids it if it is obsolete. */
export const sendMessages = (services: SendingServices): JobHandler => ({
  kind: SEND,
  retryDelays: RETRY_DELAYS,

  async run(job: Job, { now, signal }: JobContext): Promise<Outcome | void> {
    const context = { ...services.contextOf(systemOf(job.businessId)), now };
    const message = await findOne(context.db, Message, {
      businessId: job.businessId,
      rowId: (job.payload as { messageId: number }).messageId,
    });
    // A FAILED message is sent when an operator retries its job.
    if (message?.state !== MessageState.PLANNED && message?.state !== MessageState.FAILED) return;
    const outgoing = await outgoingMessageOf(context, services, message);
    if (outgoing instanceof VoidReason)
      return {
        result: 'DONE',
        record: (tx) => settle(tx, message, { state: MessageState.VOID, detail: outgoing.why }),
      };
    try {
      const sent = await transmit(services.carriers, message, outgoing, signal);
      return {
        result: 'DONE',
        record: (tx) =>
          settle(tx, message, {
            state: sent ? MessageState.SENT : MessageState.RECORDED,
            sentAt: now(),
            ...contentColumnsOf(outgoing),
          }),
      };
    } catch (error) {
      if (signal.aborted) throw error;
      const why = (error as Error).message;
      if (error instanceof PermanentDeliveryError) return { result: 'DEAD', error: why };
      return {
        result: 'RETRY',
        error: why,
        record: (tx) => settle(tx, message, { detail: truncate(why) }, MessageState.PLANNED),
      };
    }
  },

  onDead: (tx, { businessId, payload }, error) =>
    settle(
      tx,
      { businessId, rowId: (payload as { messageId: number }).messageId },
      { state: MessageState.FAILED, detail: truncate(error) },
      MessageState.PLANNED,
    ),
});

const truncate = (text: string): string =>
  [...text.replaceAll('\0', '').toWellFormed()].slice(0, MAX_DETAIL).join('');

async function settle(
  tx: Tx,
  { businessId, rowId }: Pick<Message, 'businessId' | 'rowId'>,
  changes: Partial<Message>,
  from?: MessageState,
): Promise<void> {
  await update(tx, Message, { businessId, rowId, ...(from ? { state: from } : {}) }, changes);
  const { state } = changes;
  if (state) tx.afterCommit(() => tx.signals.messageSettled.emit(state));
}

/** Sends a message. Returns false if its channel has no transport. */
async function transmit(
  { email, sms }: Transports,
  { channel, businessId, rowId, createdAt }: Message,
  { content, from, name, to, invitation }: OutgoingMessage,
  signal: AbortSignal,
): Promise<boolean> {
  const id = `${businessId}.${rowId}.${createdAt.toString(36)}`;
  if (channel === MessageChannel.SMS) {
    await sms?.({ messageId: id, to, text: content.text }, signal);
    return sms !== null;
  }
  const messageId = `<${id}@${from.address.split('@').at(-1)}>`;
  await email?.(
    {
      messageId,
      from,
      to: { name, address: to },
      subject: content.subject ?? '',
      text: content.text,
      html: content.html ?? '',
      invitation,
    },
    signal,
  );
  return email !== null;
}
