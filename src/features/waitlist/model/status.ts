import { registerEnumType } from 'type-graphql';

export enum WaitlistStatus {
  WAITING = 'WAITING',
  INVITED = 'INVITED',
  BOOKED = 'BOOKED',
  EXPIRED = 'EXPIRED',
  REMOVED = 'REMOVED',
}
registerEnumType(WaitlistStatus, {
  name: 'WaitlistStatus',
  description: 'The status of a waitlist entry.',
  valuesConfig: {
    WAITING: {
      description:
        'Waiting for a place, also after another client claimed the place of an invitation.',
    },
    INVITED: {
      description: 'A place is held until invitationExpiresAt for the first entry that claims it.',
    },
    BOOKED: { description: 'Booked. The appointment is in appointment.' },
    EXPIRED: {
      description:
        'The invitation was not claimed in time, or all requested times are in the past.',
    },
    REMOVED: { description: 'Removed by the client or by staff.' },
  },
});

export enum WaitlistKind {
  TIMES = 'TIMES',
  FIRST_AVAILABLE = 'FIRST_AVAILABLE',
  SESSION = 'SESSION',
}
registerEnumType(WaitlistKind, {
  name: 'WaitlistKind',
  description: 'The kind of place that an entry requests.',
  valuesConfig: {
    TIMES: { description: 'One of the given start times.' },
    FIRST_AVAILABLE: { description: 'The first time that becomes free in a range of days.' },
    SESSION: { description: 'Seats in a full session of a class.' },
  },
});

export enum WaitlistMode {
  OFF = 'OFF',
  NEXT = 'NEXT',
  ALL = 'ALL',
}
registerEnumType(WaitlistMode, {
  name: 'WaitlistMode',
  description: 'The automatic invitation when a time becomes free.',
  valuesConfig: {
    OFF: { description: 'No automatic invitations. Staff invite.' },
    NEXT: {
      description:
        'Invites the oldest suitable entry, then the next one if the invitation is not claimed.',
    },
    ALL: { description: 'Invites all suitable entries. The first claim wins.' },
  },
});

/** Statuses in which staff may invite an entry. An expired invitation can be repeated. */
export const INVITABLE: readonly WaitlistStatus[] = [
  WaitlistStatus.WAITING,
  WaitlistStatus.EXPIRED,
];
