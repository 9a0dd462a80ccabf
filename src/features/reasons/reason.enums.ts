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
  valuesConfig: {
    PERSONAL: { description: 'Time off and private time: blocks, and clients never see it.' },
  },
});

export enum ReasonStatus {
  ACTIVE = 'ACTIVE',
  DEACTIVE = 'DEACTIVE',
  DELETED = 'DELETED',
}
registerEnumType(ReasonStatus, { name: 'ReasonStatus' });

export enum SlotAlignment {
  WINDOW = 'WINDOW',
  CLOCK = 'CLOCK',
}
registerEnumType(SlotAlignment, {
  name: 'SlotAlignment',
  description: 'Where the times that are offered begin.',
  valuesConfig: {
    WINDOW: { description: 'At the start of working hours, and so on by the step.' },
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
  description: 'The stretch of local days that a quota is for. Weeks begin on Monday.',
});

export enum WorkSchedule {
  ALL_LOCATIONS = 'ALL_LOCATIONS',
  SELECTED_LOCATIONS = 'SELECTED_LOCATIONS',
  CUSTOM_SCHEDULE = 'CUSTOM_SCHEDULE',
}
registerEnumType(WorkSchedule, {
  name: 'WorkSchedule',
  description: 'Where and when a reason is offered.',
  valuesConfig: {
    ALL_LOCATIONS: { description: 'Wherever and whenever those who serve it work.' },
    SELECTED_LOCATIONS: { description: 'At the active ones of serviceLocations.' },
    CUSTOM_SCHEDULE: { description: 'In hours of its own: schedulePeriods and dateOverrides.' },
  },
});

export enum RescheduleType {
  STRICT = 'STRICT',
  FLEXIBLE = 'FLEXIBLE',
  NOT_ALLOWED = 'NOT_ALLOWED',
}
registerEnumType(RescheduleType, {
  name: 'RescheduleType',
  description: 'How far a client may move an appointment alone.',
  valuesConfig: {
    STRICT: { description: 'To another time with the same staff member and location.' },
    FLEXIBLE: { description: 'To any time, staff member and location that offers the reason.' },
    NOT_ALLOWED: { description: 'Not at all.' },
  },
});
