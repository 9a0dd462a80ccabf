import { ArrayMaxSize, IsOptional } from 'class-validator';
import { Extensions, Field, ID, InputType, ObjectType } from 'type-graphql';
import type { Viewer } from '../../context';
import { toGlobalId } from '../../graphql/global-id';
import { Appointment } from '../appointments/model/appointment.entity';
import { BookingEventType, snapshotOf } from '../appointments/model/events';
import { AppointmentStatus } from '../appointments/model/status';
import type { LogEvent } from '../../log/event.entity';
import { EventVisibility } from '../../log/visibility';
import type { SeenBooking } from './event-subjects';
import { logConnectionOf, LoggedChange, READS } from './log-event';

const MAX_IDS = 200;

@ObjectType('BookingConditions', {
  simpleResolvers: true,
  description: 'Conditions on a booking. All non-null conditions must hold.',
})
@InputType('BookingConditionsInput', {
  description: 'Conditions on a booking that must all hold.',
})
export class BookingConditions {
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(MAX_IDS) appointmentIds?:
    string[] | null;
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(MAX_IDS) locationIds?:
    string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description:
      'Main or additional staff of an appointment; the staff that a waitlist entry requests.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_IDS)
  staffIds?: string[] | null;

  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(MAX_IDS) reasonIds?:
    string[] | null;
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(MAX_IDS) clientIds?:
    string[] | null;

  @Field(() => [AppointmentStatus], {
    nullable: true,
    description: 'Statuses of the appointment. A waitlist entry without an appointment has none.',
  })
  @IsOptional()
  @ArrayMaxSize(6)
  statuses?: AppointmentStatus[] | null;

  @Field(() => [String], {
    nullable: true,
    description:
      "Codes of sub-statuses, built in or the business's own. An unknown code is an error.",
  })
  @IsOptional()
  @ArrayMaxSize(50)
  subStatuses?: string[] | null;
}

@InputType({
  description:
    'Conditions on the booking, evaluated before and after each change, that must all hold.',
})
export class BookingNotificationFilter extends BookingConditions {
  @Field(() => [BookingEventType], {
    nullable: true,
    description:
      'Types of the events to receive. A booking that enters or leaves by an event of ' +
      'another type is not reported.',
  })
  @IsOptional()
  @ArrayMaxSize(20)
  types?: BookingEventType[] | null;
}

@ObjectType({
  implements: LoggedChange,
  simpleResolvers: true,
  description: 'One change of a booking, or of a waitlist entry.',
})
export class BookingNotification extends LoggedChange {
  constructor({ event, visibility, permitted, ofAppointment }: SeenBooking, viewer: Viewer) {
    // The viewer may not learn what happened to a booking when it left their scope, nor who changed
    // it.
    super(event, viewer, { cursor: event.cursor, permitted });
    this.type = event.type as BookingEventType;
    this.visibility = visibility;
    this.appointmentId = ofAppointment
      ? toGlobalId('Appointment', event.appointmentId as number)
      : null;
    this.appointment =
      ofAppointment && visibility !== EventVisibility.LEFT ? snapshotOf(event).appointment : null;
    this.waitlistEntryId = event.waitlistEntryId;
  }

  /** Row id of the waitlist entry of the event. Read by the resolver of `waitlistEntry`. */
  readonly waitlistEntryId: number | null;

  @Field(() => BookingEventType) type: BookingEventType;
  @Field(() => EventVisibility, {
    description:
      'Whether the booking matches the filter and the permissions of the viewer, before and ' +
      'after this change. Never null.',
  })
  visibility: EventVisibility;

  @Field(() => ID, {
    nullable: true,
    description:
      'Id of the appointment, present for every visibility. Null for a waitlist entry that ' +
      'has no appointment.',
  })
  appointmentId: string | null;

  @Field(() => Appointment, {
    nullable: true,
    description:
      'The appointment after this change. Its related objects have their current state. Null ' +
      'for LEFT, and for a waitlist entry that has no appointment.',
  })
  @Extensions({ decidedByEvent: true })
  appointment: Appointment | null;
}

@ObjectType({
  implements: LoggedChange,
  simpleResolvers: true,
  description: 'A change of an appointment.',
})
export class HistoryEntry extends LoggedChange {
  static readonly reads = [
    ...READS,
    'type',
    'snapshot',
  ] as const satisfies readonly (keyof LogEvent)[];

  constructor(event: Pick<LogEvent, (typeof HistoryEntry.reads)[number]>, viewer: Viewer) {
    super(event, viewer);
    this.type = event.type as BookingEventType;
    const initial = [null, event.snapshot.subStatusCode];
    const [from, to] =
      event.changes.subStatusCode ??
      (event.type === BookingEventType.CREATED ? initial : [null, null]);
    this.fromSubStatus = from as string | null;
    this.toSubStatus = to as string | null;
  }

  @Field(() => BookingEventType) type: BookingEventType;
  @Field(() => String, {
    nullable: true,
    description:
      'Code of the sub-status before the change. Null if it did not change, and for the ' +
      'first entry.',
  })
  fromSubStatus: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'Code of the sub-status after the change. Null if it did not change.',
  })
  toSubStatus: string | null;
}

export const BookingNotificationConnection = logConnectionOf(
  BookingNotification,
  'BookingNotification',
);
