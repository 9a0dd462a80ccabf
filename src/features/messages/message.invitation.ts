import { renderCalendar } from '../../shared/icalendar/calendar';
import { AppointmentStatus } from '../appointments/appointment.status';
import { eventOf } from '../calendar/calendar-event';
import { MessageKind } from '../clients/message-kind';
import type { Email } from './carrier';
import type { Facts, Links, Recipient } from './message.facts';
import { MessageAudience } from './message.kinds';

const METHODS: Partial<Record<MessageKind, 'REQUEST' | 'CANCEL'>> = {
  [MessageKind.CONFIRMATION]: 'REQUEST', [MessageKind.CHANGE]: 'REQUEST', [MessageKind.CANCELLATION]: 'CANCEL',
};

/** What the reader's calendar takes over: null for messages that change nothing in it. Whoever left an appointment has it cancelled, whatever others have. */
export function invitationOf(kind: MessageKind, facts: Facts, recipient: Recipient & { email: string }, organizer: string, { manageUrl }: Links): Email['invitation'] {
  const method = METHODS[kind];
  if (!method) return null;
  const { appointment, business, client, location, reason } = facts;
  const ofStaff = recipient.audience === MessageAudience.STAFF && client;
  const event = eventOf(appointment, {
    summary: ofStaff ? `${client.fullName}: ${reason.reasonDesc}` : reason.reasonDesc, location: appointment.address ?? location.locationName,
    url: appointment.meetingUrl ?? manageUrl, organizer: { name: business.name, email: organizer }, attendees: [{ name: recipient.name, email: recipient.email }],
    ...(method === 'CANCEL' ? { status: 'CANCELLED' as const } : appointment.status === AppointmentStatus.OPEN ? { status: 'CONFIRMED' as const } : {}),
  });
  return { method, content: renderCalendar({ method, events: [event] }) };
}
