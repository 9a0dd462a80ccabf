import { IsOptional, Max, Min } from 'class-validator';
import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Node } from '../../../graphql/node';
import { DateTime } from '../../../graphql/scalars';
import { ClassSchedule } from '../../classes/class-schedule.entity';
import { CourseSet } from '../../classes/course-set.entity';
import { Resource } from '../../resources/resource.entity';
import { Staff } from '../../staff/staff.entity';
import { AvailabilityRule } from '../engine/rules';
import { AvailableTime, WishInput } from '../graphql/availability.type';

@InputType()
export class ExplainAvailabilityInput extends WishInput {
  @Field(() => DateTime, { description: 'The time that is asked about.' }) start!: number;
  @Field(() => ID, {
    nullable: true,
    description:
      'An appointment that would move there: its own time, or its seats, are not in the way.',
  })
  appointmentId?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Of a class or a course: how many are wanted; 1 unless given.',
  })
  @IsOptional()
  @Min(1)
  @Max(10_000)
  seats?: number | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Of a class: the session that is meant, where several begin at once.',
  })
  classScheduleId?: string | null;
  @Field(() => ID, {
    nullable: true,
    description: 'Of a course: the run that is meant, where several begin at once.',
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
  description: 'What would have to change.',
  valuesConfig: {
    START: { description: 'It begins earlier or later.' },
    DURATION: { description: 'It is shorter.' },
    SEATS: { description: 'Fewer come.' },
    OVERRIDE: { description: 'Nothing near helps: book with override.' },
  },
});

@ObjectType({
  simpleResolvers: true,
  description: 'A booking that would be accepted in place of the one that is not.',
})
export class AvailabilityChange {
  @Field(() => AvailabilityChangeKind) kind!: AvailabilityChangeKind;
  @Field(() => DateTime) start!: number;
  @Field(() => Int) durationMinutes!: number;
  @Field(() => Float, { description: 'By how much its time differs from what was asked for.' })
  minutes!: number;
  @Field(() => Int, {
    nullable: true,
    description: 'Of a class or a course: for how many; null for everything else.',
  })
  seats?: number | null;
  @Field(() => ClassSchedule, {
    nullable: true,
    description: 'Of a class: the session to be booked.',
  })
  classSchedule?: ClassSchedule | null;
  @Field(() => CourseSet, { nullable: true, description: 'Of a course: the run to be booked.' })
  courseSet?: Promise<CourseSet> | null;
}

@ObjectType({ simpleResolvers: true, description: 'A rule that refuses a time.' })
export class AvailabilityRefusal {
  @Field(() => AvailabilityRule) rule!: AvailabilityRule;
  @Field({ description: 'A sentence that says what to do.' }) message!: string;
  @Field(() => Node, {
    nullable: true,
    description:
      'Whose rule it is: a staff member, a location, a reason, a resource, the override of a day, a session.',
  })
  row!: Node | null;
  @Field(() => [Resource], { description: 'Of which there are not enough.' })
  resources!: Resource[];
  /** What is in the way, sessions of classes as well; shown to those who may see it. */
  appointmentIds!: readonly number[];
}

@ObjectType({
  simpleResolvers: true,
  description: 'Whether a time can be booked with somebody, and if not, why.',
})
export class ExplainedCandidate {
  @Field(() => Staff, { description: 'Of a class or a course: who leads it.' }) staff!: Staff;
  @Field(() => ClassSchedule, {
    nullable: true,
    description: 'Of a class: the session that they lead then.',
  })
  classSchedule?: ClassSchedule | null;
  @Field(() => CourseSet, {
    nullable: true,
    description: 'Of a course: the run that they begin then.',
  })
  courseSet?: Promise<CourseSet> | null;
  @Field(() => Int, {
    nullable: true,
    description: 'Free in that session, or in all of the run; null for everything else.',
  })
  seatsLeft?: number | null;
  @Field() bookable!: boolean;
  @Field(() => [AvailabilityRefusal], {
    description:
      'Every rule that refuses it, the broader ones first; empty where it can be booked.',
  })
  refusals!: AvailabilityRefusal[];
  @Field(() => AvailabilityChange, {
    nullable: true,
    description:
      'The least that would make it bookable; null where it is, and where nothing within two weeks does.',
  })
  smallestChange!: AvailabilityChange | null;
}

@ObjectType({ simpleResolvers: true, description: 'Why a time is offered, or not.' })
export class AvailabilityExplanation {
  @Field(() => DateTime) start!: number;
  @Field(() => DateTime) end!: number;
  @Field({ description: 'Whether it can be booked with any of the candidates.' })
  bookable!: boolean;
  @Field(() => [ExplainedCandidate]) candidates!: ExplainedCandidate[];
  @Field(() => [AvailableTime], {
    description:
      'The nearest that are offered, up to three before and three after, within two weeks.',
  })
  nearestTimes!: AvailableTime[];
}
