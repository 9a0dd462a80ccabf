import { IsOptional, Max, Min } from 'class-validator';
import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { DateTime, LocalDateTime } from '../../graphql/scalars';
import { Text } from '../../graphql/inputs/text-validators';
import { MAX_MINUTES } from '../../lib/appointment-times';
import { AppointmentChanges } from '../appointments/changes/inputs';
import { ConflictPolicy } from './series-payloads';
import { CancellationReason } from '../status-reasons/status-reasons';

export enum RecurrenceScope {
  THIS = 'THIS',
  THIS_AND_FOLLOWING = 'THIS_AND_FOLLOWING',
  ALL = 'ALL',
}
registerEnumType(RecurrenceScope, {
  name: 'RecurrenceScope',
  description:
    'The affected appointments of a series. Appointments that have begun, are neither PENDING ' +
    'nor OPEN, or were moved individually are excluded, except the given one.',
  valuesConfig: {
    THIS: { description: 'The given appointment.' },
    THIS_AND_FOLLOWING: { description: 'The given appointment and later ones.' },
    ALL: { description: 'All future appointments.' },
  },
});

const INCLUDE_MOVED = 'Whether appointments that were moved individually are included.';
const NAMED = 'Id of the given appointment. Optional for ALL.';

@InputType({
  description:
    'Changed fields and times of appointments of a series. Omitted fields keep their value; ' +
    'null clears a field. The id is that of the series.',
})
export class UpdateRecurringAppointmentInput extends AppointmentChanges {
  @Field(() => RecurrenceScope) scope!: RecurrenceScope;
  @Field(() => ID, { nullable: true, description: `${NAMED} Required with start or localStart.` })
  appointmentId?: string | null;
  @Field(() => DateTime, {
    nullable: true,
    description:
      'New start of the given appointment. The others move by the same difference in ' +
      'wall-clock time.',
  })
  start?: number | null;
  @Field(() => LocalDateTime, {
    nullable: true,
    description:
      'New start of the given appointment as wall-clock time of the series, as an alternative ' +
      'to start.',
  })
  localStart?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'New length in minutes. Staff only.',
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_MINUTES)
  durationMinutes?: number | null;

  @Field(() => ID, { nullable: true, description: 'New staff member.' }) staffId?: string | null;
  @Field(() => ID, { nullable: true, description: 'New location.' }) locationId?: string | null;
  @Field({
    defaultValue: false,
    description:
      'Whether to write despite occupied times. Requires role: ADMINISTRATOR or ' +
      'LOCATION_SUPER_USER.',
  })
  override override!: boolean;
  @Field({ defaultValue: false, description: INCLUDE_MOVED }) includeMoved!: boolean;
  @Field(() => ConflictPolicy, { defaultValue: ConflictPolicy.ALL_OR_NOTHING })
  onConflict!: ConflictPolicy;
}

@InputType({
  description: 'Cancellation of appointments of a series. The id is that of the series.',
})
export class CancelRecurringAppointmentInput {
  @Field(() => ID) id!: string;
  @Field(() => RecurrenceScope) scope!: RecurrenceScope;
  @Field(() => ID, { nullable: true, description: NAMED }) appointmentId?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'Note recorded in the history and sent in messages.',
  })
  @Text({ max: 2000 })
  note?: string | null;
  @Field(() => CancellationReason, { nullable: true, description: 'Reason for the cancellation.' })
  reason?: CancellationReason | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether to notify the client. Defaults to true. Staff only.',
  })
  notifyClient?: boolean | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether to notify staff. Defaults to true. Staff only.',
  })
  notifyStaff?: boolean | null;
  @Field({ defaultValue: false, description: INCLUDE_MOVED }) includeMoved!: boolean;
  @Field(() => Int, {
    nullable: true,
  })
  expectedVersion?: number | null;
}
