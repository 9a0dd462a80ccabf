import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Node } from '../../shared/node';
import { DateTime } from '../../shared/scalars';
import { Resource } from '../resources/resource.entity';
import { Staff } from '../staff/staff.entity';
import { AvailabilityRule } from './availability.rules';
import { AvailableTime, WishInput } from './availability.type';

@InputType()
export class ExplainAvailabilityInput extends WishInput {
  @Field(() => DateTime, { description: 'The time that is asked about.' }) start!: number;
  @Field(() => ID, { nullable: true, description: 'An appointment that would move there: its own time is not in the way.' }) appointmentId?: string | null;
}

export enum AvailabilityChangeKind {
  START = 'START',
  DURATION = 'DURATION',
  OVERRIDE = 'OVERRIDE',
}
registerEnumType(AvailabilityChangeKind, {
  name: 'AvailabilityChangeKind',
  description: 'What would have to change.',
  valuesConfig: {
    START: { description: 'It begins earlier or later.' },
    DURATION: { description: 'It is shorter.' },
    OVERRIDE: { description: 'Nothing near helps: book with override.' },
  },
});

@ObjectType({ simpleResolvers: true, description: 'A booking that would be accepted in place of the one that is not.' })
export class AvailabilityChange {
  @Field(() => AvailabilityChangeKind) kind!: AvailabilityChangeKind;
  @Field(() => DateTime) start!: number;
  @Field(() => Int) durationMinutes!: number;
  @Field(() => Float, { description: 'By how much it differs from what was asked for.' }) minutes!: number;
}

@ObjectType({ simpleResolvers: true, description: 'A rule that refuses a time.' })
export class AvailabilityRefusal {
  @Field(() => AvailabilityRule) rule!: AvailabilityRule;
  @Field({ description: 'A sentence that says what to do.' }) message!: string;
  @Field(() => Node, { nullable: true, description: 'Whose rule it is: a staff member, a location, a reason, a resource, the override of a day.' }) row!: Node | null;
  @Field(() => [Resource], { description: 'Of which there are not enough.' }) resources!: Resource[];
  /** What is in the way, sessions of classes as well; shown to those who may see it. */
  appointmentIds!: readonly number[];
}

@ObjectType({ simpleResolvers: true, description: 'Whether a time can be booked with somebody, and if not, why.' })
export class ExplainedCandidate {
  @Field(() => Staff) staff!: Staff;
  @Field() bookable!: boolean;
  @Field(() => [AvailabilityRefusal], { description: 'Every rule that refuses it, the broader ones first; empty where it can be booked.' }) refusals!: AvailabilityRefusal[];
  @Field(() => AvailabilityChange, { nullable: true, description: 'The least that would make it bookable; null where it is, and where nothing within two weeks does.' })
  smallestChange!: AvailabilityChange | null;
}

@ObjectType({ simpleResolvers: true, description: 'Why a time is offered, or not.' })
export class AvailabilityExplanation {
  @Field(() => DateTime) start!: number;
  @Field(() => DateTime) end!: number;
  @Field({ description: 'Whether it can be booked with any of the candidates.' }) bookable!: boolean;
  @Field(() => [ExplainedCandidate]) candidates!: ExplainedCandidate[];
  @Field(() => [AvailableTime], { description: 'The nearest that are offered, up to three before and three after, within two weeks.' }) nearestTimes!: AvailableTime[];
}
