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
  description: 'Where an entry of a waitlist stands.',
  valuesConfig: {
    WAITING: { description: 'For a place; also again, after somebody else was faster.' },
    INVITED: {
      description: 'A place is held until invitationExpiresAt, for the first who claims it.',
    },
    BOOKED: { description: 'The place was claimed: appointment is it.' },
    EXPIRED: {
      description:
        'The invitation was not claimed in time, or everything that was wished for has passed.',
    },
    REMOVED: { description: 'They left, or were taken off the list.' },
  },
});

export enum WaitlistKind {
  TIMES = 'TIMES',
  FIRST_AVAILABLE = 'FIRST_AVAILABLE',
  SESSION = 'SESSION',
}
registerEnumType(WaitlistKind, {
  name: 'WaitlistKind',
  description: 'What is waited for.',
  valuesConfig: {
    TIMES: { description: 'One of some times.' },
    FIRST_AVAILABLE: { description: 'The first time that comes free in a range of days.' },
    SESSION: { description: 'Seats in a session of a class that is full.' },
  },
});

export enum WaitlistMode {
  OFF = 'OFF',
  NEXT = 'NEXT',
  ALL = 'ALL',
}
registerEnumType(WaitlistMode, {
  name: 'WaitlistMode',
  description: "Who is invited without anybody's doing when a time comes free.",
  valuesConfig: {
    OFF: { description: 'Nobody: staff invite.' },
    NEXT: {
      description:
        'Whoever of those that it suits has waited longest; then the next, when they do not claim it.',
    },
    ALL: { description: 'All whom it suits: the first who claims it gets it.' },
  },
});

/** Of an entry that staff may invite: one whose invitation passed may get another. */
export const INVITABLE: readonly WaitlistStatus[] = [
  WaitlistStatus.WAITING,
  WaitlistStatus.EXPIRED,
];
