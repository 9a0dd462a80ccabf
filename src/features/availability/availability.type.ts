import { ArrayMaxSize, IsOptional, Max, Min } from 'class-validator';
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { DateTime, LocalDate } from '../../shared/scalars';
import { Zone } from '../../shared/text';
import { Location } from '../locations/location.entity';
import { RoundRobin } from '../locations/round-robin';
import { Reason } from '../reasons/reason.entity';
import { Staff } from '../staff/staff.entity';

export const MAX_DAYS = 62;

@InputType()
export class AvailabilityInput {
  @Field(() => ID) reasonId!: string;
  @Field(() => ID, { nullable: true, description: 'The primary one unless given.' }) locationId?: string | null;

  @Field(() => [ID], { nullable: true, description: 'Of whom times are wanted; everybody who serves the reason unless given.' })
  @IsOptional()
  @ArrayMaxSize(100)
  staffIds?: string[] | null;

  @Field(() => LocalDate, { description: 'First day, in the time zone asked for.' }) from!: string;
  @Field(() => LocalDate, { description: `Last day, itself included; at most ${MAX_DAYS} days.` }) to!: string;

  @Field(() => Int, { nullable: true, description: 'One of the lengths that the reason offers; staff may ask for any.' })
  @IsOptional() @Min(1) @Max(24 * 60)
  durationMinutes?: number | null;

  @Field(() => String, { nullable: true, description: 'IANA: whose days and texts; that of the location unless given.' })
  @Zone()
  timeZone?: string | null;

  @Field(() => Int, { nullable: true, description: 'Minutes east of UTC, in place of timeZone.' })
  @IsOptional() @Min(-14 * 60) @Max(14 * 60)
  tzOffset?: number | null;
}

@ObjectType({ simpleResolvers: true, description: 'Who could serve at a time.' })
export class AvailableUnit {
  @Field(() => Staff) staff!: Staff;
  @Field(() => Location) location!: Location;
  @Field(() => Reason) reason!: Reason;
  @Field(() => RoundRobin, { description: 'How somebody is chosen where the caller names nobody.' }) roundRobin!: RoundRobin;
}

@ObjectType({ simpleResolvers: true, description: 'A time that can be booked.' })
export class AvailableTime {
  @Field(() => DateTime) start!: number;
  @Field(() => DateTime) end!: number;
  @Field(() => Int) durationMinutes!: number;
  @Field({ description: 'The start as the viewer reads it.' }) text!: string;
  @Field(() => [AvailableUnit]) units!: AvailableUnit[];
}

@ObjectType({ simpleResolvers: true, description: 'What can be booked in a range of days.' })
export class Availability {
  @Field(() => [AvailableTime], { description: 'By their start.' }) availableTimes!: AvailableTime[];
  @Field(() => AvailableTime, { nullable: true }) firstAvailable!: AvailableTime | null;
  @Field(() => [LocalDate], { description: 'The days that have any, in the time zone asked for.' }) days!: string[];
}
