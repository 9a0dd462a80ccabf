import { ArrayMaxSize, IsOptional } from 'class-validator';
import { Extensions, Field, ID, InputType, ObjectType } from 'type-graphql';
import { isStaffSide, type Viewer } from '../../context';
import { toGlobalId } from '../../graphql/global-id';
import { DateTime } from '../../graphql/scalars';
import { PageInfo } from '../../graphql/connection';
import { Appointment } from '../appointments/model/appointment.entity';
import { BookingEventType, snapshotOf } from '../appointments/model/events';
import { AppointmentStatus } from '../appointments/model/status';
import { idsOf } from '../custom-fields/values/read';
import type { FieldValues } from '../custom-fields/values/field-value';
import type { LogEvent } from '../../log/event.entity';
import { EventVisibility } from '../../log/visibility';
import type { SeenBooking } from './event-subjects';

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
  simpleResolvers: true,
  description: 'A changed field with its values as text: global ids, and instants in RFC 3339.',
})
export class FieldChange {
  @Field() field!: string;
  @Field(() => String, { nullable: true }) from!: string | null;
  @Field(() => String, { nullable: true }) to!: string | null;
}

const TYPES: Readonly<Record<string, [field: string, type: string]>> = {
  locationIds: ['locations', 'Location'],
  locationId: ['location', 'Location'],
  reasonId: ['reason', 'Reason'],
  staffId: ['staff', 'Staff'],
  clientId: ['client', 'Client'],
  coordinatorStaffId: ['coordinatorStaff', 'Staff'],
  additionalStaffIds: ['additionalStaff', 'Staff'],
  blockedStaffIds: ['blockedStaff', 'Staff'],
  resourceIds: ['resources', 'Resource'],
  addOnReasonIds: ['addOnReasons', 'Reason'],
  appointmentId: ['appointment', 'Appointment'],
  recurringAppointmentId: ['recurringAppointment', 'RecurringAppointment'],
};
const FIELD_NAMES: Readonly<Record<string, string>> = {
  startAt: 'start',
  endAt: 'end',
  staffStartAt: 'staffStart',
  staffEndAt: 'staffEnd',
  subStatusCode: 'subStatus',
  timeZoneCode: 'timeZone',
  ownColor: 'color',
};
const FIELD_VALUES = 'fieldValues';
/** Columns that are redundant with other fields, or never change. */
const HIDDEN = new Set(['businessId', 'rowId', 'localStart', 'createdAt', 'createdBy']);

const isInstant = (field: string): boolean => field.endsWith('At');

function show(field: string, value: unknown): string | null {
  if (value === null || value === undefined) return null;
  const type = TYPES[field]?.[1];
  if (type)
    return [value]
      .flat()
      .map((id) => toGlobalId(type, id as number))
      .join(', ');
  if (typeof value === 'object') return JSON.stringify(value);
  return isInstant(field) ? new Date(value as number).toISOString() : String(value);
}

export const shown = (changes: LogEvent['changes']): FieldChange[] =>
  Object.entries(changes)
    .filter(([field]) => !HIDDEN.has(field))
    .flatMap(([field, [from, to]]) =>
      field === FIELD_VALUES
        ? fieldValueChanges(from as FieldValues, to as FieldValues)
        : [
            {
              field: TYPES[field]?.[0] ?? FIELD_NAMES[field] ?? field,
              from: show(field, from),
              to: show(field, to),
            },
          ],
    );

/** Returns one change for each custom field, named `fields.CustomField:5`. */
function fieldValueChanges(from: FieldValues, to: FieldValues): FieldChange[] {
  const ids = [...new Set([...idsOf(from), ...idsOf(to)])].sort((one, other) => one - other);
  return ids
    .filter((id) => from?.[id] !== to?.[id])
    .map((id) => ({
      field: `fields.${toGlobalId('CustomField', id)}`,
      from: from?.[id] ?? null,
      to: to?.[id] ?? null,
    }));
}

/**
 * Omits values of custom fields for clients: some fields are staff only, and the appointment
 * applies their visibility.
 */
const shownTo = (viewer: Viewer, changes: LogEvent['changes']): FieldChange[] =>
  shown(
    isStaffSide(viewer)
      ? changes
      : Object.fromEntries(Object.entries(changes).filter(([field]) => field !== FIELD_VALUES)),
  );

@ObjectType({
  simpleResolvers: true,
  description: 'One change of a booking, or of a waitlist entry.',
})
export class BookingNotification {
  constructor(
    { event, visibility, permitted, ofAppointment }: SeenBooking,
    private readonly viewer: Viewer,
  ) {
    this.cursor = event.cursor;
    this.type = event.type as BookingEventType;
    this.visibility = visibility;
    this.occurredAt = event.occurredAt;
    this.appointmentId = ofAppointment
      ? toGlobalId('Appointment', event.appointmentId as number)
      : null;
    this.appointment =
      ofAppointment && visibility !== EventVisibility.LEFT ? snapshotOf(event).appointment : null;
    this.waitlistEntryId = event.waitlistEntryId;
    // The viewer may not learn what happened to a booking when it left their scope, nor who changed
    // it.
    this.actor = permitted ? event.actor : null;
    this.reason = permitted ? event.reason : null;
    this.recorded = permitted ? event.changes : {};
  }

  private readonly recorded: LogEvent['changes'];
  /** Row id of the waitlist entry of the event. Read by the resolver of `waitlistEntry`. */
  readonly waitlistEntryId: number | null;

  @Field({ description: 'Position in the log. Give it as "after" to resume.' }) cursor: string;
  @Field(() => BookingEventType) type: BookingEventType;
  @Field(() => EventVisibility, {
    description:
      'Whether the booking matches the filter and the permissions of the viewer, before and ' +
      'after this change. Never null.',
  })
  visibility: EventVisibility;
  @Field(() => DateTime) occurredAt: number;
  @Field(() => String, {
    nullable: true,
    description:
      'Name of the actor; WebClient for a client. Null if the viewer may no longer see the ' +
      'booking.',
  })
  actor: string | null;
  @Field(() => String, {
    nullable: true,
    description:
      'Reason given by the actor. Null without one, and if the viewer may no longer see the ' +
      'booking.',
  })
  reason: string | null;

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

  @Field(() => [FieldChange], {
    description:
      'Changed fields. Empty for CREATED, and if the viewer may no longer see the booking.',
  })
  get changes(): FieldChange[] {
    return shownTo(this.viewer, this.recorded);
  }
}

@ObjectType({ simpleResolvers: true, description: 'A change of an appointment.' })
export class HistoryEntry {
  static readonly reads = [
    'type',
    'occurredAt',
    'actor',
    'reason',
    'changes',
    'snapshot',
  ] as const satisfies readonly (keyof LogEvent)[];

  constructor(event: Pick<LogEvent, (typeof HistoryEntry.reads)[number]>, viewer: Viewer) {
    this.type = event.type as BookingEventType;
    this.occurredAt = event.occurredAt;
    this.actor = event.actor;
    this.reason = event.reason;
    this.changes = shownTo(viewer, event.changes);
    const initial = [null, event.snapshot.subStatusCode];
    const [from, to] =
      event.changes.subStatusCode ??
      (event.type === BookingEventType.CREATED ? initial : [null, null]);
    this.fromSubStatus = from as string | null;
    this.toSubStatus = to as string | null;
  }

  @Field(() => BookingEventType) type: BookingEventType;
  @Field(() => DateTime) occurredAt: number;
  @Field({ description: 'Name of the actor. WebClient for a client.' }) actor: string;
  @Field(() => String, { nullable: true, description: 'Reason given by the actor.' }) reason:
    string | null;
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
  @Field(() => [FieldChange]) changes: FieldChange[];
}

@ObjectType({ simpleResolvers: true })
export class BookingNotificationConnection {
  @Field(() => [BookingNotification], { description: 'Oldest first.' })
  nodes!: BookingNotification[];
  @Field(() => PageInfo) pageInfo!: PageInfo;
}
