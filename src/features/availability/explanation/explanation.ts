import { IsOptional, Max, Min } from 'class-validator';
import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Node } from '../../../graphql/node';
import { DateTime } from '../../../graphql/scalars';
import { ClassSchedule } from '../../classes/class-schedule.entity';
import { CourseSet } from '../../classes/course-set.entity';
import { Resource } from '../../resources/resource.entity';
import { Staff } from '../../staff/staff.entity';
import { AvailabilityRule } from '../engine/rules';
import { AvailableTime, WishInput } from '../graphql/availability';

@InputType({ description: 'The time whose availability to explain.' })
export class ExplainAvailabilityInput extends WishInput {
  @Field(() => DateTime, { description: 'Start of the time to explain.' }) start!: number;
  @Field(() => ID, {
    nullable: true,
    description: 'Appointment to move there. Its own claims or seats do not count.',
  })
  appointmentId?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Number of seats in a class or a course. Defaults to 1.',
  })
  @IsOptional()
  @Min(1)
  @Max(10_000)
  seats?: number | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Session of a class. Selects one of several that start at the same time.',
  })
  classScheduleId?: string | null;
  @Field(() => ID, {
    nullable: true,
    description: 'Run of a course. Selects one of several that start at the same time.',
  })
  courseSetId?: string | null;
}

export enum AvailabilityChangeKind {
  START = 'START',
  DURATION = 'DURATION',
  SEATS = 'SEATS',
  OVERRIDE = 'OVERRIDE',
}
registerEnumType(AvailabilityChangeKind, {
  name: 'AvailabilityChangeKind',
  description: 'Kind of a change that would make a time bookable.',
  valuesConfig: {
    START: { description: 'An earlier or later start.' },
    DURATION: { description: 'A shorter length.' },
    SEATS: { description: 'Fewer seats.' },
    OVERRIDE: { description: 'A booking with override, because no change within two weeks helps.' },
  },
});

@ObjectType({
  simpleResolvers: true,
  description: 'Change that would make a time bookable.',
})
export class AvailabilityChange {
  @Field(() => AvailabilityChangeKind, { description: 'What to change in the request.' })
  kind!: AvailabilityChangeKind;
  @Field(() => DateTime, { description: 'Start of the appointment after the change.' })
  start!: number;
  @Field(() => Int, { description: 'Length of the appointment after the change, in minutes.' })
  durationMinutes!: number;
  @Field(() => Float, { description: 'Difference from the requested time, in minutes.' })
  minutes!: number;
  @Field(() => Int, {
    nullable: true,
    description: 'Number of seats in a class or a course. Null for other types.',
  })
  seats?: number | null;
  @Field(() => ClassSchedule, {
    nullable: true,
    description: 'Session of a class to book. Null for other types.',
  })
  classSchedule?: ClassSchedule | null;
  @Field(() => CourseSet, {
    nullable: true,
    description: 'Run of a course to book. Null for other types.',
  })
  courseSet?: Promise<CourseSet> | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'Rule that refuses a time, with the rows that it comes from.',
})
export class AvailabilityRefusal {
  @Field(() => AvailabilityRule, { description: 'The rule that refuses the time.' })
  rule!: AvailabilityRule;
  @Field({ description: 'Sentence that states the reason and the remedy.' }) message!: string;
  @Field(() => Node, {
    nullable: true,
    description:
      'Row that the rule comes from: a staff member, location, reason, resource, date ' +
      'override or session.',
  })
  row!: Node | null;
  @Field(() => [Resource], { description: 'Resources without enough free units.' })
  resources!: Resource[];
  /** Conflicting appointments and sessions of classes. Shown only to viewers who may see them. */
  appointmentIds!: readonly number[];
}

@ObjectType({
  simpleResolvers: true,
  description: 'Result for one candidate: whether the time can be booked, and if not, why.',
})
export class ExplainedCandidate {
  @Field(() => Staff, { description: 'Candidate. For a class or a course, its leader.' })
  staff!: Staff;
  @Field(() => ClassSchedule, {
    nullable: true,
    description: 'Session of the class that the candidate leads then. Null for other types.',
  })
  classSchedule?: ClassSchedule | null;
  @Field(() => CourseSet, {
    nullable: true,
    description: 'Run of the course that the candidate starts then. Null for other types.',
  })
  courseSet?: Promise<CourseSet> | null;
  @Field(() => Int, {
    nullable: true,
    description: 'Free seats in the session, or in every session of the run. Null for other types.',
  })
  seatsLeft?: number | null;
  @Field({ description: 'Whether the time can be booked with this candidate.' }) bookable!: boolean;
  @Field(() => [AvailabilityRefusal], {
    description:
      'All rules that refuse the time, the broader ones first. Empty if it can be booked.',
  })
  refusals!: AvailabilityRefusal[];
  @Field(() => AvailabilityChange, {
    nullable: true,
    description:
      'Smallest change that makes the time bookable. Null if it is bookable, or if nothing ' +
      'within two weeks helps.',
  })
  smallestChange!: AvailabilityChange | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'Explanation of why a time is offered or refused.',
})
export class AvailabilityExplanation {
  @Field(() => DateTime, { description: 'Start of the explained time.' }) start!: number;
  @Field(() => DateTime, { description: 'End of the explained time.' }) end!: number;
  @Field({ description: 'Whether the time can be booked with any of the candidates.' })
  bookable!: boolean;
  @Field(() => [ExplainedCandidate], {
    description: 'Each combination of staff and location that was considered.',
  })
  candidates!: ExplainedCandidate[];
  @Field(() => [AvailableTime], {
    description: 'Nearest offered times within two weeks: at most three before and three after.',
  })
  nearestTimes!: AvailableTime[];
}
