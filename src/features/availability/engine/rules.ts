import { registerEnumType } from 'type-graphql';

/** Rules that may refuse a time. The codes are stable. */
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
  description: 'Rule that refuses a time.',
  valuesConfig: {
    REASON_INACTIVE: { description: 'The reason can no longer be booked.' },
    REASON_NOT_ONLINE: { description: 'The reason can be booked by staff only.' },
    REASON_NOT_AT_LOCATION: { description: 'The reason is not offered at this location.' },
    LOCATION_INACTIVE: { description: 'The location takes no appointments.' },
    CLIENT_CANNOT_BOOK: { description: 'The client is blacklisted, or has been deleted.' },
    SCREENING: {
      description: 'The screening question is unanswered, or the answer does not pass.',
    },
    STAFF_INACTIVE: { description: 'The staff member takes no appointments.' },
    STAFF_NOT_ASSIGNED: { description: 'The staff member does not serve this reason.' },
    STAFF_NOT_AT_LOCATION: { description: 'The staff member does not work at this location.' },
    NOTICE: { description: 'The start is in the past or too soon.' },
    HORIZON: { description: 'The start is too far ahead.' },
    LOCATION_CLOSED: { description: 'The location is closed for all or part of the time.' },
    REASON_NOT_OFFERED: { description: 'The time is outside the hours of the reason.' },
    STAFF_NOT_WORKING: {
      description: 'The time is outside the working hours of the staff member.',
    },
    NOT_ALIGNED: { description: 'The start is between two offered times.' },
    STAFF_TAKEN: {
      description: 'The staff member has another appointment then, including buffers.',
    },
    RESOURCE_TAKEN: { description: 'A resource that the reason needs is in use or closed.' },
    NO_SESSION: { description: 'No session of the class or course starts then.' },
    SEATS_TAKEN: { description: 'The class or course has fewer free seats than requested.' },
    QUOTA_REACHED: { description: 'The quota is used up.' },
  },
});
