import { registerEnumType } from 'type-graphql';

/** What a message is about. It stands with clients, because they say which ones they do not want. */
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
  description: 'What a message is about.',
  valuesConfig: {
    CONFIRMATION: { description: 'It is booked.' },
    CHANGE: {
      description: 'It takes place at another time, at another place or with somebody else.',
    },
    NO_SHOW: { description: 'The client did not come.' },
    THANK_YOU: { description: 'It was completed.' },
    REMINDER: { description: 'It will be, in some hours.' },
    WAITLIST_INVITATION: { description: 'A place came free and is held for the client.' },
    STAFF_CONFIRMATION_REQUEST: { description: 'It waits for a staff member to confirm it.' },
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
  description: 'Kinds of message that a client wants or does not want together.',
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
