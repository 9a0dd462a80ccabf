import { registerEnumType } from 'type-graphql';

export enum ReasonType {
  SERVICE = 'SERVICE',
  CLASS = 'CLASS',
  COURSE = 'COURSE',
  ADDON = 'ADDON',
  PERSONAL = 'PERSONAL',
}
registerEnumType(ReasonType, {
  name: 'ReasonType',
  description: 'How a reason is booked.',
  valuesConfig: {
    ADDON: { description: 'Booked in addition to a service: adds its minutes and price.' },
    CLASS: { description: 'Sessions with seats.' },
    COURSE: { description: 'Runs of several sessions that are booked together.' },
    SERVICE: { description: "Appointments at a time of the client's choice." },
    PERSONAL: {
      description: 'Time off and private time. It occupies staff and is hidden from clients.',
    },
  },
});

export enum ReasonStatus {
  ACTIVE = 'ACTIVE',
  DEACTIVE = 'DEACTIVE',
  DELETED = 'DELETED',
}
registerEnumType(ReasonStatus, {
  name: 'ReasonStatus',
  description: 'The status of a reason.',
  valuesConfig: {
    ACTIVE: { description: 'The reason can be booked.' },
    DEACTIVE: { description: 'The reason cannot be booked. Its appointments stay.' },
    DELETED: {
      description: 'The reason is deleted. Lists omit it by default; its appointments stay.',
    },
  },
});

export enum SlotAlignment {
  WINDOW = 'WINDOW',
  CLOCK = 'CLOCK',
}
registerEnumType(SlotAlignment, {
  name: 'SlotAlignment',
  description: 'Rule that places the starts of offered times.',
  valuesConfig: {
    WINDOW: { description: 'At the start of working hours and at each step after it.' },
    CLOCK: { description: 'At multiples of the step on the local clock.' },
  },
});

export enum QuotaType {
  LIFETIME = 'LIFETIME',
  YEAR = 'YEAR',
  MONTH = 'MONTH',
  WEEK = 'WEEK',
  DAY = 'DAY',
}
registerEnumType(QuotaType, {
  name: 'QuotaType',
  description: 'Period of local days that a quota counts. Weeks begin on Monday.',
  valuesConfig: {
    DAY: { description: 'Each day.' },
    LIFETIME: { description: 'Without a period.' },
    MONTH: { description: 'Each calendar month.' },
    WEEK: { description: 'Each week.' },
    YEAR: { description: 'Each calendar year.' },
  },
});

export enum WorkSchedule {
  ALL_LOCATIONS = 'ALL_LOCATIONS',
  SELECTED_LOCATIONS = 'SELECTED_LOCATIONS',
  CUSTOM_SCHEDULE = 'CUSTOM_SCHEDULE',
}
registerEnumType(WorkSchedule, {
  name: 'WorkSchedule',
  description: 'Places and hours at which a reason is offered.',
  valuesConfig: {
    ALL_LOCATIONS: {
      description: 'At all locations, during the working hours of the staff who serve it.',
    },
    SELECTED_LOCATIONS: { description: 'At the active entries of serviceLocations.' },
    CUSTOM_SCHEDULE: { description: 'In its own hours: schedulePeriods and dateOverrides.' },
  },
});

export enum RescheduleType {
  STRICT = 'STRICT',
  FLEXIBLE = 'FLEXIBLE',
  NOT_ALLOWED = 'NOT_ALLOWED',
}
registerEnumType(RescheduleType, {
  name: 'RescheduleType',
  description: 'Limits on moving an appointment, for clients.',
  valuesConfig: {
    STRICT: { description: 'To another time with the same staff member at the same location.' },
    FLEXIBLE: { description: 'To any time, staff member and location that offers the reason.' },
    NOT_ALLOWED: { description: 'No move at all.' },
  },
});
