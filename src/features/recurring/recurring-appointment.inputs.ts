import { IsOptional, Max, Min } from 'class-validator';
import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { DateTime, LocalDateTime } from '../../graphql/scalars';
import { Text } from '../../graphql/inputs/text-validators';
import { MAX_MINUTES } from '../../lib/appointment-times';
import { AppointmentChanges } from '../appointments/changes/inputs';
import { ConflictPolicy } from './recurring-appointment.type';

export enum RecurrenceScope {
  THIS = 'THIS',
  THIS_AND_FOLLOWING = 'THIS_AND_FOLLOWING',
  ALL = 'ALL',
}
registerEnumType(RecurrenceScope, {
  name: 'RecurrenceScope',
  description:
    'Which appointments of a series. What has begun, is no longer PENDING or OPEN, or was moved alone stays as it is unless it is the one that is named.',
  valuesConfig: {
    THIS: { description: 'The one that is named.' },
    THIS_AND_FOLLOWING: { description: 'It and those after it.' },
    ALL: { description: 'All that are still to come.' },
  },
});

const INCLUDE_MOVED = 'Those that were moved alone as well.';
const NAMED = 'The appointment of the series that is meant; may be left out for ALL.';

@InputType({
  description:
    'What is said of the appointments, as in updateAppointment, and when they take place. The id is that of the series.',
})
export class UpdateRecurringAppointmentInput extends AppointmentChanges {
  @Field(() => RecurrenceScope) scope!: RecurrenceScope;
  @Field(() => ID, { nullable: true, description: `${NAMED} Needed where they move.` })
  appointmentId?: string | null;
  @Field(() => DateTime, {
    nullable: true,
    description:
      'When the one that is named is to start; the others move by as much on the wall clock.',
  })
  start?: number | null;
  @Field(() => LocalDateTime, {
    nullable: true,
    description: 'The same on the wall clock of the series.',
  })
  localStart?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Length in minutes; omitted, the length stays. For staff.',
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_MINUTES)
  durationMinutes?: number | null;

  @Field(() => ID, { nullable: true, description: 'Somebody else serves.' }) staffId?:
    string | null;
  @Field(() => ID, { nullable: true, description: 'Somewhere else.' }) locationId?: string | null;
  @Field({ defaultValue: false, description: 'As in createAppointment.' })
  override override!: boolean;
  @Field({ defaultValue: false, description: INCLUDE_MOVED }) includeMoved!: boolean;
  @Field(() => ConflictPolicy, { defaultValue: ConflictPolicy.ALL_OR_NOTHING })
  onConflict!: ConflictPolicy;
}

@InputType({ description: 'The id is that of the series.' })
export class CancelRecurringAppointmentInput {
  @Field(() => ID) id!: string;
  @Field(() => RecurrenceScope) scope!: RecurrenceScope;
  @Field(() => ID, { nullable: true, description: NAMED }) appointmentId?: string | null;
  @Field(() => String, { nullable: true, description: 'Why, in words.' })
  @Text({ max: 2000 })
  reason?: string | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'False: the client is not told. True unless given. For staff.',
  })
  notifyClient?: boolean | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'False: those who serve are not told. True unless given. For staff.',
  })
  notifyStaff?: boolean | null;
  @Field({ defaultValue: false, description: INCLUDE_MOVED }) includeMoved!: boolean;
  @Field(() => Int, {
    nullable: true,
    description: 'Refuses when somebody changed the series since: VERSION_CONFLICT.',
  })
  expectedVersion?: number | null;
}
