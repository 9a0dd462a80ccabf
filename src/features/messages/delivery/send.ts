import type { Context, Member } from '../../../context';
import { findOne, update } from '../../../db/table';
import { MS_PER_HOUR, MS_PER_MINUTE } from '../../../lib/time-zone';
import { Appointment } from '../../appointments/model/appointment.entity';
import { snapshotOf } from '../../appointments/model/events';
import { systemOf } from '../../appointments/holds/expire-holds';
import { AppointmentStatus } from '../../appointments/model/status';
import { eventsOfBatch, BATCH_CHANGED } from '../../appointments/model/batch-event';
import { CATEGORY_OF, MessageKind } from '../../clients/message-kind';
import { clients } from '../../clients/client.list';
import type { JobContext, JobHandler, Outcome } from '../../../jobs/handler';
import type { Job } from '../../../jobs/job.entity';
import { LogEvent } from '../../../log/event.entity';
import { manageUrlOf } from '../../manage-links/manage-token';
import { staff as staffSource } from '../../staff/staff.list';
import { claimUrlOf } from '../../waitlist/invitations/claim-token';
import type { WaitlistEntry } from '../../waitlist/model/waitlist-entry.entity';
import { entryFromJson } from '../../waitlist/model/events';
import { PermanentDeliveryError, type Transports, type Email } from '../transports/transport';
import { Message, MessageState } from '../message.entity';
import {
  clientRecipient,
  loadTemplateData,
  staffRecipient,
  currentSubjectOf,
  type TemplateData,
  type Links,
  type Recipient,
  type MessageSubject,
} from '../content/template-data';
import { invitationOf } from './invitation';
import { MessageAudience, MessageChannel } from '../message-types';
import { eventsForReader, reminders } from './messages-for-event';
import type { Recorder } from './enqueue-messages';
import { SEND } from './queue';
import { render, type MessageContent } from '../content/render';

/** Spans about a day. A longer outage of a mail server needs an operator. */
const RETRY_DELAYS = [1, 5, 15, 60, 120, 300, 480, 600].map((minutes) => minutes * MS_PER_MINUTE);
const MAX_REMINDER_DELAY_MS = MS_PER_HOUR;
const MAX_DETAIL = 1_000;

export interface SendingServices {
  readonly carriers: Transports;
  readonly contextOf: (member: Member) => Context;
}

/**
 * Returns a recorder that renders messages without a transport while they are planned, in batches.
 * Reminders are rendered when due.
 */
export const recorderOf =
  (services: SendingServices): Recorder =>
  (businessId) => {
    const context = services.contextOf(systemOf(businessId));
    return async (message, event) => {
      const carrier =
        message.channel === MessageChannel.EMAIL ? services.carriers.email : services.carriers.sms;
      if (carrier || message.kind === MessageKind.REMINDER) return null;
      const letter = await outgoingMessageOf(context, services, message, event);
      return letter instanceof VoidReason
        ? { state: MessageState.VOID, detail: letter.why }
        : { state: MessageState.RECORDED, sentAt: context.now(), ...contentColumnsOf(letter) };
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
    const letter = await outgoingMessageOf(context, services, message);
    if (letter instanceof VoidReason)
      return {
        result: 'DONE',
        record: (tx) => settle(tx, message, { state: MessageState.VOID, detail: letter.why }),
      };
    try {
      const sent = await transmit(services.carriers, message, letter, signal);
      return {
        result: 'DONE',
        record: (tx) =>
          settle(tx, message, {
            state: sent ? MessageState.SENT : MessageState.RECORDED,
            sentAt: now(),
            ...contentColumnsOf(letter),
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

type Tx = Parameters<typeof update>[0];

async function settle(
  tx: Tx,
  { businessId, rowId }: Pick<Message, 'businessId' | 'rowId'>,
  changes: Partial<Message>,
  from?: MessageState,
): Promise<void> {
  await update(tx, Message, { businessId, rowId, ...(from ? { state: from } : {}) }, changes);
}

/** The reason for not sending a message. */
class VoidReason {
  constructor(readonly why: string) {}
}

interface OutgoingMessage {
  readonly content: MessageContent;
  readonly from: Email['from'];
  readonly name: string;
  readonly to: string;
  readonly invitation: Email['invitation'];
}

/** Renders a message for its recipient from current data, or returns why it is not to be sent. */
async function outgoingMessageOf(
  context: Context,
  services: SendingServices,
  message: Message,
  event?: LogEvent,
): Promise<OutgoingMessage | VoidReason> {
  const { kind, channel, audience } = message;
  const subject = await subjectOf(context, message, event);
  if (subject instanceof VoidReason) return subject;
  const facts = await loadTemplateData(context, subject);
  const recipient = await recipientOf(context, message, facts);
  if (recipient instanceof VoidReason) return recipient;
  const to = channel === MessageChannel.EMAIL ? recipient.email : recipient.phone;
  if (!to || (channel === MessageChannel.SMS && !/^\+\d+$/.test(to)))
    return new VoidReason(
      channel === MessageChannel.EMAIL
        ? 'There is no e-mail address.'
        : 'There is no phone number with its country code.',
    );
  const links: Links = {
    manageUrl:
      audience === MessageAudience.CLIENT
        ? manageUrlOf(context.links, facts.appointment, context.now())
        : null,
    claimUrl: subject.entry ? claimUrlOf(context.links, subject.entry) : null,
  };
  const content = await render(context, { kind, channel, audience }, facts, recipient, links);
  const { mailFrom } = services.carriers;
  const invitation =
    channel === MessageChannel.EMAIL
      ? invitationOf(kind, facts, { ...recipient, email: to }, mailFrom, links)
      : null;
  return {
    content,
    to,
    name: recipient.name,
    from: { name: facts.business.name, address: mailFrom },
    invitation,
  };
}

/** The subject of a message, and the waitlist entry of an invitation. */
interface SendSubject extends MessageSubject {
  readonly entry?: WaitlistEntry;
}

/**
 * Returns the current appointment for a reminder that still applies, and the appointment after the
 * event for other kinds.
 */
async function subjectOf(
  context: Context,
  message: Message,
  loadedEvent?: LogEvent,
): Promise<SendSubject | VoidReason> {
  if (message.kind === MessageKind.REMINDER) return reminderSubjectOf(context, message);
  const event =
    loadedEvent ??
    (await findOne(context.db, LogEvent, { businessId: message.businessId, seq: message.seq }));
  if (!event) return new VoidReason('The log no longer contains the event.');
  if (event.type === BATCH_CHANGED) {
    const [first, ...others] = eventsForReader(message, await eventsOfBatch(context.db, event)).map(
      snapshotOf,
    );
    return first
      ? { ...first, others: others.map(({ appointment }) => appointment) }
      : new VoidReason('The log no longer contains the event.');
  }
  if (message.kind !== MessageKind.WAITLIST_INVITATION) return snapshotOf(event);
  const entry = entryFromJson(event.snapshot.waitlistEntry as Record<string, unknown>);
  return (entry.invitationExpiresAt ?? 0) <= context.now()
    ? new VoidReason('The invitation has expired.')
    : { ...snapshotOf(event), entry };
}

async function reminderSubjectOf(
  context: Context,
  message: Message,
): Promise<SendSubject | VoidReason> {
  const { businessId, appointmentId: rowId, dueAt } = message;
  const appointment = await findOne(context.db, Appointment, { businessId, rowId });
  if (appointment?.status !== AppointmentStatus.OPEN)
    return new VoidReason('The appointment does not take place.');
  const subject = await currentSubjectOf(context, appointment);
  const due = reminders(subject, () => true).some(
    (one) =>
      one.channel === message.channel &&
      one.audience === message.audience &&
      one.recipientId === message.recipientId &&
      one.dueAt === dueAt,
  );
  if (!due) return new VoidReason('The appointment has changed since.');
  return context.now() > dueAt + MAX_REMINDER_DELAY_MS
    ? new VoidReason('It could not be sent in time.')
    : subject;
}

async function recipientOf(
  context: Context,
  { audience, channel, kind, recipientId }: Message,
  facts: TemplateData,
): Promise<Recipient | VoidReason> {
  if (audience === MessageAudience.STAFF) {
    const person = await staffSource.findById(context, recipientId);
    return person?.active
      ? staffRecipient(facts, person)
      : new VoidReason('The staff member is inactive.');
  }
  const client = await clients.findById(context, recipientId);
  if (!client || client.deleted) return new VoidReason('The client has been deleted.');
  const excluded =
    channel === MessageChannel.EMAIL &&
    (client.excludedEmailTemplates.includes(kind) ||
      client.excludedEmailCategories.includes(CATEGORY_OF[kind]));
  if (excluded) return new VoidReason('The client does not want these e-mails.');
  if (
    channel === MessageChannel.SMS &&
    kind === MessageKind.WAITLIST_INVITATION &&
    !client.allowWaitListText
  )
    return new VoidReason('The client has not agreed to these SMS.');
  return clientRecipient(facts, client);
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
