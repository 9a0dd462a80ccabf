import type { Context, Member } from '../../../context';
import { findOne } from '../../../db/table';
import { MS_PER_HOUR } from '../../../lib/time-zone';
import { LogEvent } from '../../../log/event.entity';
import { Appointment } from '../../appointments/model/appointment.entity';
import { eventsOfBatch, BATCH_CHANGED } from '../../appointments/model/batch-event';
import { snapshotOf } from '../../appointments/model/events';
import { AppointmentStatus } from '../../appointments/model/status';
import { clients } from '../../clients/client.list';
import { CATEGORY_OF, MessageKind } from '../../clients/message-kind';
import { manageUrlOf } from '../../manage-links/manage-token';
import { staff as staffSource } from '../../staff/staff.list';
import { claimUrlOf } from '../../waitlist/invitations/claim-token';
import { entryFromJson } from '../../waitlist/model/events';
import type { WaitlistEntry } from '../../waitlist/model/waitlist-entry.entity';
import { render, type MessageContent } from '../content/render';
import {
  clientRecipient,
  currentSubjectOf,
  loadTemplateData,
  staffRecipient,
  type Links,
  type MessageSubject,
  type Recipient,
  type TemplateData,
} from '../content/template-data';
import type { Message } from '../message.entity';
import { MessageAudience, MessageChannel } from '../message-types';
import type { Email, Transports } from '../transports/transport';
import { invitationOf } from './invitation';
import { eventsForReader } from './messages-for-event';
import { reminders } from './reminders';

const MAX_REMINDER_DELAY_MS = MS_PER_HOUR;

/** What rendering and sending a message need. */
export interface SendingServices {
  readonly carriers: Transports;
  readonly contextOf: (member: Member) => Context;
}

/** The reason for not sending a message. */
export class VoidReason {
  constructor(readonly why: string) {}
}

/** A rendered message and its addresses. */
export interface OutgoingMessage {
  readonly content: MessageContent;
  readonly from: Email['from'];
  readonly name: string;
  readonly to: string;
  readonly invitation: Email['invitation'];
}

/** Renders a message for its recipient from current data, or returns why it is not to be sent. */
export async function outgoingMessageOf(
  context: Context,
  services: SendingServices,
  message: Message,
  event?: LogEvent,
): Promise<OutgoingMessage | VoidReason> {
  const { kind, channel, audience } = message;
  const subject = await subjectOf(context, message, event);
  if (subject instanceof VoidReason) return subject;
  const data = await loadTemplateData(context, subject);
  const recipient = await recipientOf(context, message, data);
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
        ? manageUrlOf(context.links, data.appointment, context.now())
        : null,
    claimUrl: subject.entry ? claimUrlOf(context.links, subject.entry) : null,
  };
  const content = await render(context, { kind, channel, audience }, { data, recipient, links });
  const { mailFrom } = services.carriers;
  const invitation =
    channel === MessageChannel.EMAIL
      ? invitationOf(kind, { data, recipient: { ...recipient, email: to }, links }, mailFrom)
      : null;
  return {
    content,
    to,
    name: recipient.name,
    from: { name: data.business.name, address: mailFrom },
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
  data: TemplateData,
): Promise<Recipient | VoidReason> {
  if (audience === MessageAudience.STAFF) {
    const person = await staffSource.findById(context, recipientId);
    return person?.active
      ? staffRecipient(data, person)
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
  return clientRecipient(data, client);
}
