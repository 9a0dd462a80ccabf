import { registerEnumType } from 'type-graphql';
import type { DomainError } from './errors';

/** Rules of the business that forbid a change. */
export enum BusinessRule {
  ROLE = 'ROLE',
  STATUS = 'STATUS',
  HAS_BEGUN = 'HAS_BEGUN',
  HOLD_EXPIRED = 'HOLD_EXPIRED',
  MOVES_NOT_ALLOWED = 'MOVES_NOT_ALLOWED',
  COURSE = 'COURSE',
  REASON_INACTIVE = 'REASON_INACTIVE',
  CLIENT_CANNOT_BOOK = 'CLIENT_CANNOT_BOOK',
  NOT_ONLINE = 'NOT_ONLINE',
}
registerEnumType(BusinessRule, {
  name: 'BusinessRule',
  description: 'A rule of the business that forbids a change.',
  valuesConfig: {
    ROLE: { description: "The viewer's role may not do this." },
    STATUS: { description: 'The status of the appointment does not permit it.' },
    HAS_BEGUN: { description: 'The appointment has begun: only staff may do this.' },
    HOLD_EXPIRED: { description: 'The hold has expired.' },
    MOVES_NOT_ALLOWED: {
      description: 'Clients cannot move appointments for this reason (RescheduleType NOT_ALLOWED).',
    },
    COURSE: { description: 'Sessions of a course cannot be exchanged.' },
    REASON_INACTIVE: { description: 'The reason can no longer be booked.' },
    CLIENT_CANNOT_BOOK: {
      description: 'The client is blacklisted or deleted. Only staff read this value.',
    },
    NOT_ONLINE: { description: 'Only the business can do this: contact it.' },
  },
});

/** A rule that forbids a change, and the error with which a command reports it. */
export interface Refusal {
  readonly rule: BusinessRule;
  readonly error: () => DomainError;
}

/** @throws DomainError of the refusal */
export function enforce(refusal: Refusal | null): void {
  if (refusal) throw refusal.error();
}
