import { ArrayMaxSize, ArrayMinSize, IsOptional, Max, Min, ValidateNested } from 'class-validator';
import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { OrderDirection } from '../../graphql/connection';
import { DateTime, LocalDate } from '../../graphql/scalars';
import { Text } from '../../graphql/inputs/text-validators';
import { AppointmentClientInput } from '../appointments/booking/inputs';
import { FieldValuesInput, type FieldValueInput } from '../custom-fields/values/field-value.inputs';
import { TimeRangeInput } from '../schedules/schedule.inputs';
import { WaitlistMode, WaitlistStatus } from './model/status';

export enum WaitlistOrderField {
  CREATED_AT = 'CREATED_AT',
}
registerEnumType(WaitlistOrderField, { name: 'WaitlistOrderField' });

@InputType()
export class WaitlistOrder {
  @Field(() => WaitlistOrderField) field!: WaitlistOrderField;
  @Field(() => OrderDirection, { defaultValue: OrderDirection.ASC }) direction!: OrderDirection;
}

@InputType({ description: 'All conditions given must hold.' })
export class WaitlistFilter {
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) ids?: string[] | null;
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) reasonIds?:
    string[] | null;
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) locationIds?:
    string[] | null;
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) clientIds?:
    string[] | null;
  @Field(() => [ID], { nullable: true, description: 'For one of these sessions.' })
  @IsOptional()
  @ArrayMaxSize(500)
  classScheduleIds?: string[] | null;
  @Field(() => [WaitlistStatus], {
    nullable: true,
    description: 'WAITING and INVITED unless given.',
  })
  @IsOptional()
  @ArrayMaxSize(5)
  statuses?: WaitlistStatus[] | null;
}

const MAX_TIMES = 20;
const MAX_RANGES = 7;
const MAX_STAFF = 20;

@InputType()
export class JoinWaitlistInput {
  @Field(() => ID, { description: 'A reason that allows it.' }) reasonId!: string;
  @Field(() => ID, { nullable: true, description: 'The primary one unless given.' }) locationId?:
    string | null;
  @Field(() => ID, {
    nullable: true,
    description: 'Who waits. This or client; a client waits for itself.',
  })
  clientId?: string | null;
  @Field(() => AppointmentClientInput, { nullable: true })
  @IsOptional()
  @ValidateNested()
  client?: AppointmentClientInput | null;

  @Field(() => [DateTime], {
    nullable: true,
    description: `Starts that would suit, up to ${MAX_TIMES}. These, or fromDate and toDate, or classScheduleId.`,
  })
  @IsOptional()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_TIMES)
  times?: number[] | null;

  @Field(() => LocalDate, {
    nullable: true,
    description:
      'For the first time that comes free: the first day that would suit, at the location.',
  })
  fromDate?: string | null;
  @Field(() => LocalDate, { nullable: true, description: 'The last day, itself included.' })
  toDate?: string | null;

  @Field(() => [TimeRangeInput], {
    nullable: true,
    description: 'With fromDate and toDate: it starts within one of these.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_RANGES)
  @ValidateNested()
  timesOfDay?: TimeRangeInput[] | null;

  @Field(() => ID, { nullable: true, description: 'A session of a class that is full.' })
  classScheduleId?: string | null;
  @Field(() => Int, { nullable: true, description: 'How many seats in it; 1 unless given.' })
  @IsOptional()
  @Min(1)
  @Max(1_000)
  seats?: number | null;

  @Field(() => [ID], { nullable: true, description: 'Who may serve; anybody unless given.' })
  @IsOptional()
  @ArrayMaxSize(MAX_STAFF)
  staffIds?: string[] | null;
  @Field(() => String, {
    nullable: true,
    description: 'Required at a location of type VARIABLE, except for a session.',
  })
  @Text({ max: 500 })
  address?: string | null;
  @Field(() => String, { nullable: true }) @Text({ max: 2000, multiline: true }) note?:
    string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Made by you, 16 characters or more: whoever knows it may claim and leave. Publishable keys need one.',
  })
  @Text({ min: 16, max: 200 })
  claimSecret?: string | null;
}

@InputType()
export class BookFromWaitlistInput {
  @Field(() => ID, { description: 'The entry.' }) id!: string;
  @Field(() => ID, {
    nullable: true,
    description: 'Who serves; the session says it where they wait for one.',
  })
  staffId?: string | null;
  @Field(() => DateTime, {
    nullable: true,
    description: 'When; the session says it where they wait for one.',
  })
  start?: number | null;
  @FieldValuesInput('As in createAppointment.') fields?: FieldValueInput[] | null;
  @Field({ defaultValue: false, description: 'As in createAppointment.' }) override!: boolean;
}

/** Which entry, and why whoever asks may. */
@InputType()
abstract class OwnEntry {
  @Field(() => ID, { nullable: true, description: 'The entry. This or token.' }) id?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'With the id: the secret that it was joined with.',
  })
  @Text({ min: 16, max: 200 })
  claimSecret?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'What stands for {token} in its claimUrl. Any key of the business will do.',
  })
  @Text({ min: 1, max: 200 })
  token?: string | null;
}

@InputType()
export class LeaveWaitlistInput extends OwnEntry {}

@InputType()
export class RemoveWaitlistEntryInput {
  @Field(() => ID) id!: string;
  @Field(() => String, { nullable: true, description: 'Why, for the history.' })
  @Text({ max: 2000 })
  reason?: string | null;
}

@InputType()
export class InviteFromWaitlistInput {
  @Field(() => [ID], {
    description:
      'Who is invited: entries for one reason and location, or for one session. The first who claims the place gets it.',
  })
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  entryIds!: string[];

  @Field(() => ID, {
    nullable: true,
    description: 'Who would serve; the session says it where they wait for one.',
  })
  staffId?: string | null;
  @Field(() => DateTime, {
    nullable: true,
    description: 'When; the session says it where they wait for one.',
  })
  start?: number | null;
}

@InputType()
export class ClaimWaitlistInvitationInput extends OwnEntry {
  @FieldValuesInput('As in createAppointment.') fields?: FieldValueInput[] | null;
}

@InputType({ description: 'A field left out stays.' })
export class UpdateWaitlistSettingsInput {
  @Field(() => WaitlistMode, { nullable: true }) mode?: WaitlistMode | null;
  @Field(() => Int, { nullable: true, description: 'How long a place is held: 1 to 720.' })
  @IsOptional()
  @Min(1)
  @Max(720)
  holdHours?: number | null;
}
