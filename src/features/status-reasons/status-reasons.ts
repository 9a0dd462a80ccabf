import { registerEnumType } from 'type-graphql';

export enum CancellationReason {
  CLIENT_REQUEST = 'CLIENT_REQUEST',
  CLIENT_ILLNESS = 'CLIENT_ILLNESS',
  STAFF_UNAVAILABLE = 'STAFF_UNAVAILABLE',
  LOCATION_UNAVAILABLE = 'LOCATION_UNAVAILABLE',
  LOW_ATTENDANCE = 'LOW_ATTENDANCE',
  WEATHER = 'WEATHER',
  PAYMENT = 'PAYMENT',
  DUPLICATE = 'DUPLICATE',
  OTHER = 'OTHER',
}
registerEnumType(CancellationReason, {
  name: 'CancellationReason',
  description: 'Reasons for which an appointment or a session is cancelled.',
  valuesConfig: {
    CLIENT_REQUEST: { description: 'The client no longer wants it, or has no time.' },
    CLIENT_ILLNESS: { description: 'The client is ill.' },
    STAFF_UNAVAILABLE: { description: 'The staff member cannot serve.' },
    LOCATION_UNAVAILABLE: { description: 'The location, room or equipment cannot be used.' },
    LOW_ATTENDANCE: { description: 'Too few seats of a session are taken.' },
    WEATHER: { description: 'The weather, or another event beyond control.' },
    PAYMENT: { description: 'A payment is missing or was refused.' },
    DUPLICATE: { description: 'Booked by mistake or twice.' },
    OTHER: { description: 'Another reason, which the note states.' },
  },
});

export enum NoShowReason {
  NO_CONTACT = 'NO_CONTACT',
  CANCELLED_LATE = 'CANCELLED_LATE',
  ARRIVED_LATE = 'ARRIVED_LATE',
  WRONG_TIME_OR_PLACE = 'WRONG_TIME_OR_PLACE',
  EMERGENCY = 'EMERGENCY',
  OTHER = 'OTHER',
}
registerEnumType(NoShowReason, {
  name: 'NoShowReason',
  description: 'Reasons for which a client did not attend.',
  valuesConfig: {
    NO_CONTACT: { description: 'The client did not come and sent no message.' },
    CANCELLED_LATE: { description: 'The client cancelled too late for the time to be offered.' },
    ARRIVED_LATE: { description: 'The client came too late to be served.' },
    WRONG_TIME_OR_PLACE: { description: 'The client went elsewhere or at another time.' },
    EMERGENCY: { description: 'Illness, accident or another emergency.' },
    OTHER: { description: 'Another reason, which the note states.' },
  },
});

export enum CompletionReason {
  SERVED = 'SERVED',
  SERVED_IN_PART = 'SERVED_IN_PART',
  SERVED_OTHERWISE = 'SERVED_OTHERWISE',
  OTHER = 'OTHER',
}
registerEnumType(CompletionReason, {
  name: 'CompletionReason',
  description: 'Reasons for which an appointment is complete.',
  valuesConfig: {
    SERVED: { description: 'The client was served as booked.' },
    SERVED_IN_PART: { description: 'The client was served in part, or left early.' },
    SERVED_OTHERWISE: { description: 'The client received another service than the booked one.' },
    OTHER: { description: 'Another reason, which the note states.' },
  },
});

/** A reason for the status that an appointment gets. */
export type StatusReason = CancellationReason | NoShowReason | CompletionReason;
