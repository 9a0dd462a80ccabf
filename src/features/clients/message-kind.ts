import { registerEnumType } from 'type-graphql';

/** The reason for a message. Defined with clients, because clients opt out by kind. */
export enum MessageKind {
  CONFIRMATION = 'CONFIRMATION',
  CHANGE = 'CHANGE',
  CANCELLATION = 'CANCELLATION',
  NO_SHOW = 'NO_SHOW',
  THANK_YOU = 'THANK_YOU',
  REMINDER = 'REMINDER',
  WAITLIST_INVITATION = 'WAITLIST_INVITATION',
  STAFF_CONFIRMATION_REQUEST = 'STAFF_CONFIRMATION_REQUEST',
}
registerEnumType(MessageKind, {
  name: 'MessageKind',
  description: 'The reason for a message about an appointment.',
  valuesConfig: {
    CANCELLATION: { description: 'The appointment was cancelled.' },
    CONFIRMATION: { description: 'The appointment was booked, confirmed by staff or reopened.' },
    CHANGE: {
      description: 'The time, the location or the staff member of the appointment changed.',
    },
    NO_SHOW: { description: 'The client did not come.' },
    THANK_YOU: { description: 'The appointment was completed.' },
    REMINDER: { description: 'The appointment starts soon.' },
    WAITLIST_INVITATION: { description: 'A place came free and is held for the client.' },
    STAFF_CONFIRMATION_REQUEST: {
      description: 'The appointment waits for confirmation by a staff member.',
    },
  },
});

export enum MessageCategory {
  BOOKING = 'BOOKING',
  REMINDER = 'REMINDER',
  FOLLOW_UP = 'FOLLOW_UP',
  WAITLIST = 'WAITLIST',
}
registerEnumType(MessageCategory, {
  name: 'MessageCategory',
  description: 'A group of message kinds from which a client can opt out.',
  valuesConfig: {
    BOOKING: { description: 'CONFIRMATION, CHANGE, CANCELLATION and STAFF_CONFIRMATION_REQUEST.' },
    REMINDER: { description: 'REMINDER.' },
    FOLLOW_UP: { description: 'NO_SHOW and THANK_YOU.' },
    WAITLIST: { description: 'WAITLIST_INVITATION.' },
  },
});

export const CATEGORY_OF: Readonly<Record<MessageKind, MessageCategory>> = {
  [MessageKind.CONFIRMATION]: MessageCategory.BOOKING,
  [MessageKind.CHANGE]: MessageCategory.BOOKING,
  [MessageKind.CANCELLATION]: MessageCategory.BOOKING,
  [MessageKind.STAFF_CONFIRMATION_REQUEST]: MessageCategory.BOOKING,
  [MessageKind.REMINDER]: MessageCategory.REMINDER,
  [MessageKind.NO_SHOW]: MessageCategory.FOLLOW_UP,
  [MessageKind.THANK_YOU]: MessageCategory.FOLLOW_UP,
  [MessageKind.WAITLIST_INVITATION]: MessageCategory.WAITLIST,
};
