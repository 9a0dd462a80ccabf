import { IsOptional, Max, Min } from 'class-validator';
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Decimal } from '../../lib/money';
import { DateTime, LocalDateTime } from '../../graphql/scalars';
import { Text, WebUrl } from '../../graphql/inputs/text-validators';
import { UserError } from '../../graphql/payload';
import { ClassSchedule } from '../classes/class-schedule.entity';
import { MAX_CAPACITY, MAX_MINUTES } from '../classes/class.inputs';
import { ClassScheduleConflict } from '../classes/class.type';

@InputType({
  description: 'A field left out stays, one set to null is cleared. Who has a seat moves along.',
})
export class UpdateClassScheduleInput {
  @Field(() => ID) id!: string;
  @Field(() => ID, { nullable: true, description: 'Somebody else leads it.' }) staffId?:
    string | null;
  @Field(() => ID, { nullable: true, description: 'Somewhere else.' }) locationId?: string | null;
  @Field(() => ID, { nullable: true, description: 'Another room; null for none.' }) resourceId?:
    string | null;
  @Field(() => DateTime, { nullable: true, description: 'Another time. This or localStart.' })
  start?: number | null;
  @Field(() => LocalDateTime, {
    nullable: true,
    description: 'The wall clock in the time zone of the location.',
  })
  localStart?: string | null;
  @Field(() => Int, {
    nullable: true,
    description: 'Length in minutes; omitted, the length stays.',
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_MINUTES)
  durationMinutes?: number | null;
  @Field(() => Int, { nullable: true, description: 'Never fewer seats than are taken.' })
  @IsOptional()
  @Min(1)
  @Max(MAX_CAPACITY)
  capacity?: number | null;
  @Field(() => Decimal, { nullable: true, description: 'Of seats booked from now on.' }) price?:
    string | null;
  @Field(() => String, { nullable: true }) @Text({ max: 500 }) address?: string | null;
  @Field(() => String, { nullable: true }) @WebUrl() meetingUrl?: string | null;
  @Field(() => String, { nullable: true, description: 'Why, for the history of each appointment.' })
  @Text({ max: 2000 })
  changeReason?: string | null;
  @Field(() => Int, {
    nullable: true,
    description: 'Refuses when somebody changed it since: VERSION_CONFLICT.',
  })
  expectedVersion?: number | null;
}

export enum ClassScheduleScope {
  THIS = 'THIS',
  THIS_AND_FOLLOWING = 'THIS_AND_FOLLOWING',
  ALL = 'ALL',
}
registerEnumType(ClassScheduleScope, {
  name: 'ClassScheduleScope',
  description: 'Which of the sessions that were made together.',
  valuesConfig: {
    THIS: { description: 'The one that is named.' },
    THIS_AND_FOLLOWING: { description: 'It and those after it.' },
    ALL: { description: 'It and all that have not begun.' },
  },
});

@InputType()
export class CancelClassScheduleInput {
  @Field(() => ID) id!: string;
  @Field(() => ClassScheduleScope, { defaultValue: ClassScheduleScope.THIS })
  scope!: ClassScheduleScope;
  @Field(() => String, { nullable: true, description: 'Why, for all who have a seat.' })
  @Text({ max: 2000 })
  reason?: string | null;
  @Field(() => Int, {
    nullable: true,
    description:
      'Of the one that is named. Refuses when somebody changed it since: VERSION_CONFLICT.',
  })
  expectedVersion?: number | null;
}

@ObjectType({ simpleResolvers: true })
export class UpdateClassSchedulePayload {
  @Field(() => ClassSchedule, { nullable: true, description: 'Null when it was refused.' })
  classSchedule!: ClassSchedule | null;
  @Field(() => [ClassScheduleConflict], { description: 'What was in the way.' })
  conflicts!: ClassScheduleConflict[];
  @Field(() => [UserError], { description: 'Empty when it was done.' }) userErrors!: UserError[];
}

@ObjectType({ simpleResolvers: true })
export class CancelClassSchedulePayload {
  @Field(() => [ClassSchedule], {
    nullable: true,
    description: 'By start. Null when it was refused.',
  })
  classSchedules!: ClassSchedule[] | null;
  @Field(() => Int, { description: 'Appointments that were cancelled with them.' })
  appointmentsCancelled!: number;
  @Field(() => [UserError], { description: 'Empty when it was done.' }) userErrors!: UserError[];
}
