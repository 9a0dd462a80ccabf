import { renderCalendar } from '../../../lib/icalendar/calendar';
import { AppointmentStatus } from '../../appointments/model/status';
import { eventOf } from '../../calendar/calendar-event';
import { MessageKind } from '../../clients/message-kind';
import type { Email } from '../transports/transport';
import type { Facts, Links, Recipient } from '../content/template-data';
import { MessageAudience } from '../message.kinds';

const METHODS: Partial<Record<MessageKind, 'REQUEST' | 'CANCEL'>> = {
  [MessageKind.CONFIRMATION]: 'REQUEST',
  [MessageKind.CHANGE]: 'REQUEST',
  [MessageKind.CANCELLATION]: 'CANCEL',
};

/** What the reader's calendar takes over: null for messages that change nothing in it. Whoever left an appointment has it cancelled, whatever others have. */
export function invitationOf(
  kind: MessageKind,
  facts: Facts,
  recipient: Recipient & { email: string },
  organizer: string,
  { manageUrl }: Links,
): Email['invitation'] {
  const method = METHODS[kind];
  if (!method) return null;
  const { appointment, others, business, client, location, reason } = facts;
  const ofStaff = recipient.audience === MessageAudience.STAFF && client;
  // REQUEST and CANCEL are of one event each; several are published, and nobody is asked to answer (RFC 5546, 3.2).
  const sent = others.length ? 'PUBLISH' : method;
  const events = [appointment, ...others].map((one) =>
    eventOf(one, {
      summary: ofStaff ? `${client.fullName}: ${reason.reasonDesc}` : reason.reasonDesc,
      location: one.address ?? location.locationName,
      url: one.meetingUrl ?? (one === appointment ? manageUrl : null),
      organizer: { name: business.name, email: organizer },
      ...(sent === 'PUBLISH'
        ? {}
        : { attendees: [{ name: recipient.name, email: recipient.email }] }),
      ...(method === 'CANCEL'
        ? { status: 'CANCELLED' as const }
        : one.status === AppointmentStatus.OPEN
          ? { status: 'CONFIRMED' as const }
          : {}),
    }),
  );
  return { method: sent, content: renderCalendar({ method: sent, events }) };
}
