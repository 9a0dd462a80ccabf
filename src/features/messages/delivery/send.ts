import type { Context, Member } from '../../../context';
import { findOne, update } from '../../../db/table';
import { MS_PER_HOUR, MS_PER_MINUTE } from '../../../lib/time-zone';
import { Appointment } from '../../appointments/model/appointment.entity';
import { snapshotOf } from '../../appointments/model/events';
import { systemOf } from '../../appointments/holds/expire-holds';
import { AppointmentStatus } from '../../appointments/model/status';
import { eventsOfBatch, BATCH_CHANGED } from '../../appointments/model/batch-event';
import { CATEGORY_OF, MessageKind } from '../../clients/message-kind';
import { clients } from '../../clients/client.source';
import type { JobContext, JobHandler, Outcome } from '../../../jobs/handler';
import type { Job } from '../../../jobs/job.entity';
import { LogEvent } from '../../../log/event.entity';
import { manageUrlOf } from '../../manage-links/manage-token';
import { staff as staffSource } from '../../staff/staff.source';
import { claimUrlOf } from '../../waitlist/invitations/claim-token';
import type { WaitlistEntry } from '../../waitlist/model/waitlist-entry.entity';
import { entryFromJson } from '../../waitlist/model/events';
import { Refused, type Transports, type Email } from '../transports/transport';
import { Message, MessageState } from '../message.entity';
import {
  clientRecipient,
  factsOf,
  staffRecipient,
  toldNow,
  type Facts,
  type Links,
  type Recipient,
  type Told,
} from '../content/template-data';
import { invitationOf } from './invitation';
import { MessageAudience, MessageChannel } from '../message.kinds';
import { concerning, reminders } from './messages-for-event';
import type { Recorder } from './enqueue-messages';
import { SEND } from './queue';
import { render, type MessageContent } from '../content/render';

/** About a day: a mail server that is down longer than that is somebody's work. */
const RETRY_DELAYS = [1, 5, 15, 60, 120, 300, 480, 600].map((minutes) => minutes * MS_PER_MINUTE);
const LATE_MS = MS_PER_HOUR;
const MAX_DETAIL = 1_000;

export interface SendingServices {
  readonly carriers: Transports;
  readonly contextOf: (member: Member) => Context;
}

/** Without a carrier there is nothing to wait for but the hour of a reminder: the message is written out where it is planned, many with one look. */
export const recorderOf =
  (services: SendingServices): Recorder =>
  (businessId) => {
    const context = services.contextOf(systemOf(businessId));
    return async (message, event) => {
      const carrier =
        message.channel === MessageChannel.EMAIL ? services.carriers.email : services.carriers.sms;
      if (carrier || message.kind === MessageKind.REMINDER) return null;
      const letter = await letterOf(context, services, message, event);
      return letter instanceof Void
        ? { state: MessageState.VOID, detail: letter.why }
        : { state: MessageState.RECORDED, sentAt: context.now(), ...writtenOf(letter) };
    };
  };

const writtenOf = ({
  content: { language, subject, text, html },
  to,
  invitation,
}: Letter): Partial<Message> => ({
  detail: null,
  sentTo: to,
  language,
  subject,
  text,
  html,
  invitation: invitation?.content ?? null,
});

/** Writes a message out and sends it, unless it is not to be sent any more. */
export const sendMessages = (services: SendingServices): JobHandler => ({
  kind: SEND,
  retryDelays: RETRY_DELAYS,

  async run(job: Job, { now, signal }: JobContext): Promise<Outcome | void> {
    const context = { ...services.contextOf(systemOf(job.businessId)), now };
    const message = await findOne(context.db, Message, {
      businessId: job.businessId,
      rowId: (job.payload as { messageId: number }).messageId,
    });
    // One that was given up goes out when its job is tried again.
    if (message?.state !== MessageState.PLANNED && message?.state !== MessageState.FAILED) return;
    const letter = await letterOf(context, services, message);
    if (letter instanceof Void)
      return {
        result: 'DONE',
        record: (tx) => settle(tx, message, { state: MessageState.VOID, detail: letter.why }),
      };
    try {
      const sent = await carry(services.carriers, message, letter, signal);
      return {
        result: 'DONE',
        record: (tx) =>
          settle(tx, message, {
            state: sent ? MessageState.SENT : MessageState.RECORDED,
            sentAt: now(),
            ...writtenOf(letter),
          }),
      };
    } catch (error) {
      if (signal.aborted) throw error;
      const why = (error as Error).message;
      if (error instanceof Refused) return { result: 'DEAD', error: why };
      return {
        result: 'RETRY',
        error: why,
        record: (tx) => settle(tx, message, { detail: cut(why) }, MessageState.PLANNED),
      };
    }
  },

  onDead: (tx, { businessId, payload }, error) =>
    settle(
      tx,
      { businessId, rowId: (payload as { messageId: number }).messageId },
      { state: MessageState.FAILED, detail: cut(error) },
      MessageState.PLANNED,
    ),
});

const cut = (text: string): string =>
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

/** Not to be sent: and why. */
class Void {
  constructor(readonly why: string) {}
}

interface Letter {
  readonly content: MessageContent;
  readonly from: Email['from'];
  readonly name: string;
  readonly to: string;
  readonly invitation: Email['invitation'];
}

/** What is sent, judged by how things stand at this moment. */
async function letterOf(
  context: Context,
  services: SendingServices,
  message: Message,
  known?: LogEvent,
): Promise<Letter | Void> {
  const { kind, channel, audience } = message;
  const told = await toldOf(context, message, known);
  if (told instanceof Void) return told;
  const facts = await factsOf(context, told);
  const recipient = await recipientOf(context, message, facts);
  if (recipient instanceof Void) return recipient;
  const to = channel === MessageChannel.EMAIL ? recipient.email : recipient.phone;
  if (!to || (channel === MessageChannel.SMS && !/^\+\d+$/.test(to)))
    return new Void(
      channel === MessageChannel.EMAIL
        ? 'There is no e-mail address.'
        : 'There is no phone number with its country code.',
    );
  const links: Links = {
    manageUrl:
      audience === MessageAudience.CLIENT
        ? manageUrlOf(context.links, facts.appointment, context.now())
        : null,
    claimUrl: told.entry ? claimUrlOf(context.links, told.entry) : null,
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

/** What a message tells of; of an invitation from the waitlist, with whose it is. */
interface Subject extends Told {
  readonly entry?: WaitlistEntry;
}

/** Of a reminder the appointment as it is, if the reminder is still one of its own; of anything else, as it was right after the change. */
async function toldOf(
  context: Context,
  message: Message,
  known?: LogEvent,
): Promise<Subject | Void> {
  if (message.kind === MessageKind.REMINDER) return reminded(context, message);
  const event =
    known ??
    (await findOne(context.db, LogEvent, { businessId: message.businessId, seq: message.seq }));
  if (!event) return new Void('The log no longer has what it tells of.');
  if (event.type === BATCH_CHANGED) {
    const [first, ...others] = concerning(message, await eventsOfBatch(context.db, event)).map(
      snapshotOf,
    );
    return first
      ? { ...first, others: others.map(({ appointment }) => appointment) }
      : new Void('The log no longer has what it tells of.');
  }
  if (message.kind !== MessageKind.WAITLIST_INVITATION) return snapshotOf(event);
  const entry = entryFromJson(event.snapshot.waitlistEntry as Record<string, unknown>);
  return (entry.invitationExpiresAt ?? 0) <= context.now()
    ? new Void('The invitation has ended.')
    : { ...snapshotOf(event), entry };
}

async function reminded(context: Context, message: Message): Promise<Subject | Void> {
  const { businessId, appointmentId: rowId, dueAt } = message;
  const appointment = await findOne(context.db, Appointment, { businessId, rowId });
  if (appointment?.status !== AppointmentStatus.OPEN)
    return new Void('The appointment does not take place.');
  const told = await toldNow(context, appointment);
  const due = reminders(told, () => true).some(
    (one) =>
      one.channel === message.channel &&
      one.audience === message.audience &&
      one.recipientId === message.recipientId &&
      one.dueAt === dueAt,
  );
  if (!due) return new Void('The appointment has changed since.');
  return context.now() > dueAt + LATE_MS ? new Void('It could not be sent in time.') : told;
}

async function recipientOf(
  context: Context,
  { audience, channel, kind, recipientId }: Message,
  facts: Facts,
): Promise<Recipient | Void> {
  if (audience === MessageAudience.STAFF) {
    const person = await staffSource.findById(context, recipientId);
    return person?.active ? staffRecipient(facts, person) : new Void('They do not serve any more.');
  }
  const client = await clients.findById(context, recipientId);
  if (!client || client.deleted) return new Void('The client has been deleted.');
  const excluded =
    channel === MessageChannel.EMAIL &&
    (client.excludedEmailTemplates.includes(kind) ||
      client.excludedEmailCategories.includes(CATEGORY_OF[kind]));
  if (excluded) return new Void('The client does not want these e-mails.');
  if (
    channel === MessageChannel.SMS &&
    kind === MessageKind.WAITLIST_INVITATION &&
    !client.allowWaitListText
  )
    return new Void('The client has not agreed to these SMS.');
  return clientRecipient(facts, client);
}

/** Answers whether there is something to carry it. */
async function carry(
  { email, sms }: Transports,
  { channel, businessId, rowId, createdAt }: Message,
  { content, from, name, to, invitation }: Letter,
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
