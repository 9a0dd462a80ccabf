import { ArrayMaxSize, ArrayMinSize, IsOptional, Max, Min, ValidateNested } from 'class-validator';
import { Field, ID, InputType, Int } from 'type-graphql';
import { DateTime, LocalDate } from '../../graphql/scalars';
import { OneOf } from '../../graphql/inputs/one-of';
import { Text } from '../../graphql/inputs/text-validators';
import { TimeRangeInput } from '../schedules/schedule.inputs';

const MAX_TIMES = 20;
const MAX_RANGES = 7;
const MAX_SEATS = 1_000;

@InputType({
  description: 'The first time that becomes free on some days, in the time zone of the location.',
})
export class WaitlistDaysInput {
  @Field(() => LocalDate, { description: 'First requested day.' }) from!: string;
  @Field(() => LocalDate, { description: 'Last requested day, inclusive.' }) to!: string;
  @Field(() => [TimeRangeInput], {
    nullable: true,
    description: 'Time ranges in which the start must lie. Omitted or empty for any time of day.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_RANGES)
  @ValidateNested()
  timesOfDay?: TimeRangeInput[] | null;
}

@InputType({ description: 'Seats of a full session of a class.' })
export class WaitlistSessionInput {
  @Field(() => ID, { description: 'Id of a full session of a class.' }) classScheduleId!: string;
  @Field(() => Int, { defaultValue: 1, description: 'Requested seats of the session.' })
  @Min(1)
  @Max(MAX_SEATS)
  seats!: number;
}

@InputType()
abstract class WishForTime {
  @Field(() => [DateTime], {
    nullable: true,
    description: `Requested starts, maximum ${MAX_TIMES}.`,
  })
  @IsOptional()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_TIMES)
  times?: number[] | null;
  @Field(() => WaitlistDaysInput, {
    nullable: true,
    description: 'The first time that becomes free on some days.',
  })
  @IsOptional()
  @ValidateNested()
  days?: WaitlistDaysInput | null;
}

@OneOf()
@InputType({
  description:
    'The place that a client waits for: one of some times, the first time that becomes free on ' +
    'some days, or seats of a session.',
})
export class WaitlistWishInput extends WishForTime {
  @Field(() => WaitlistSessionInput, {
    nullable: true,
    description: 'Seats of a full session of a class.',
  })
  @IsOptional()
  @ValidateNested()
  session?: WaitlistSessionInput | null;
}

@OneOf()
@InputType({
  description:
    'The place that a client waits for, in place of the former one. The session of an entry is ' +
    'fixed: only its seats can change.',
})
export class UpdateWaitlistWishInput extends WishForTime {
  @Field(() => Int, {
    nullable: true,
    description: 'Requested seats, for an entry of kind SESSION.',
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_SEATS)
  seats?: number | null;
}

@InputType({ description: 'A waitlist entry, and the secret that its caller generated.' })
export class WaitlistEntrySecretInput {
  @Field(() => ID, { description: 'Id of the entry.' }) id!: string;
  @Field(() => String, { description: 'Secret given to joinWaitlist.' })
  @Text({ min: 16, max: 200 })
  claimSecret!: string;
}

@OneOf()
@InputType({
  description:
    'A waitlist entry, and the proof that the caller may act for it: its id if the caller may see ' +
    'the entry, its id with the secret, or its token.',
})
export class WaitlistEntryIdentifierInput {
  @Field(() => ID, { nullable: true, description: 'Id of an entry that the caller may see.' })
  id?: string | null;
  @Field(() => WaitlistEntrySecretInput, {
    nullable: true,
    description: 'Id of the entry, with the secret given to joinWaitlist.',
  })
  @IsOptional()
  @ValidateNested()
  withSecret?: WaitlistEntrySecretInput | null;
  @Field(() => String, {
    nullable: true,
    description: 'Token in the claimUrl of the entry. Valid with any key of the business.',
  })
  @Text({ min: 1, max: 200 })
  token?: string | null;
}
