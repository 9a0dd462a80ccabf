import { registerEnumType } from 'type-graphql';

/** What may refuse a time. Stable; branch on it. */
export enum AvailabilityRule {
  REASON_INACTIVE = 'REASON_INACTIVE',
  REASON_NOT_ONLINE = 'REASON_NOT_ONLINE',
  REASON_NOT_AT_LOCATION = 'REASON_NOT_AT_LOCATION',
  LOCATION_INACTIVE = 'LOCATION_INACTIVE',
  CLIENT_CANNOT_BOOK = 'CLIENT_CANNOT_BOOK',
  SCREENING = 'SCREENING',
  STAFF_INACTIVE = 'STAFF_INACTIVE',
  STAFF_NOT_ASSIGNED = 'STAFF_NOT_ASSIGNED',
  STAFF_NOT_AT_LOCATION = 'STAFF_NOT_AT_LOCATION',
  NOTICE = 'NOTICE',
  HORIZON = 'HORIZON',
  LOCATION_CLOSED = 'LOCATION_CLOSED',
  REASON_NOT_OFFERED = 'REASON_NOT_OFFERED',
  STAFF_NOT_WORKING = 'STAFF_NOT_WORKING',
  NOT_ALIGNED = 'NOT_ALIGNED',
  STAFF_TAKEN = 'STAFF_TAKEN',
  RESOURCE_TAKEN = 'RESOURCE_TAKEN',
  NO_SESSION = 'NO_SESSION',
  SEATS_TAKEN = 'SEATS_TAKEN',
  QUOTA_REACHED = 'QUOTA_REACHED',
}
registerEnumType(AvailabilityRule, {
  name: 'AvailabilityRule',
  description: 'What refuses a time.',
  valuesConfig: {
    REASON_INACTIVE: { description: 'The reason is no longer booked.' },
    REASON_NOT_ONLINE: { description: 'Only staff book the reason.' },
    REASON_NOT_AT_LOCATION: { description: 'The reason is not offered at this location.' },
    LOCATION_INACTIVE: { description: 'The location takes no appointments.' },
    CLIENT_CANNOT_BOOK: { description: 'The client is blacklisted, or has been deleted.' },
    SCREENING: {
      description:
        'The screening question has not been answered, or with an answer that does not pass.',
    },
    STAFF_INACTIVE: { description: 'They take no appointments.' },
    STAFF_NOT_ASSIGNED: { description: 'They do not serve this reason.' },
    STAFF_NOT_AT_LOCATION: { description: 'They do not work at this location.' },
    NOTICE: { description: 'Too soon, or past.' },
    HORIZON: { description: 'Too far ahead.' },
    LOCATION_CLOSED: { description: 'The location is closed for all or part of the time.' },
    REASON_NOT_OFFERED: { description: 'Outside the hours of the reason.' },
    STAFF_NOT_WORKING: { description: 'Outside their working hours.' },
    NOT_ALIGNED: { description: 'Between two of the times that are offered.' },
    STAFF_TAKEN: { description: 'They have something else then, buffers included.' },
    RESOURCE_TAKEN: { description: 'What the reason needs is in use or closed.' },
    NO_SESSION: { description: 'Of a class or a course: none begins then.' },
    SEATS_TAKEN: { description: 'Of a class or a course: fewer seats are left than are wanted.' },
    QUOTA_REACHED: { description: 'As many as the quota allows are booked.' },
  },
});
