import { renderCalendar } from '../../../lib/icalendar/calendar';
import type { Appointment } from '../../appointments/model/appointment.entity';
import { AppointmentStatus } from '../../appointments/model/status';
import { eventOf } from '../../calendar/calendar-event';
import { MessageKind } from '../../clients/message-kind';
import type { Email } from '../transports/transport';
import type { RenderInput } from '../content/template-data';
import { MessageAudience } from '../message-types';

const METHODS: Partial<Record<MessageKind, 'REQUEST' | 'CANCEL'>> = {
  [MessageKind.CONFIRMATION]: 'REQUEST',
  [MessageKind.CHANGE]: 'REQUEST',
  [MessageKind.CANCELLATION]: 'CANCEL',
};

const ifOpen = ({ status }: Appointment): { status?: 'CONFIRMED' } =>
  status === AppointmentStatus.OPEN ? { status: 'CONFIRMED' } : {};

/**
 * Returns the iCalendar part of a message; null for kinds that change no calendar. A recipient
 * removed from an appointment receives a CANCEL.
 */
export function invitationOf(
  kind: MessageKind,
  { data, recipient, links: { manageUrl } }: RenderInput & { recipient: { email: string } },
  organizer: string,
): Email['invitation'] {
  const method = METHODS[kind];
  if (!method) return null;
  const { appointment, others, business, client, location, reason } = data;
  const ofStaff = recipient.audience === MessageAudience.STAFF && client;
  // REQUEST and CANCEL carry one event each. Several events are sent as PUBLISH, without attendees
  // (RFC 5546 3.2).
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
      ...(method === 'CANCEL' ? { status: 'CANCELLED' as const } : ifOpen(one)),
    }),
  );
  return { method: sent, content: renderCalendar({ method: sent, events }) };
}
