import { Field, ObjectType } from 'type-graphql';
import { DateTime } from '../../graphql/scalars';
import { UserError } from '../../graphql/payload';
import { ClassSchedule } from './class-schedule.entity';
import { CourseSet } from './course-set.entity';

/** A session that finds its leader or its room taken. */
export interface Taken {
  readonly startAt: number;
  readonly endAt: number;
  readonly staffId: number | null;
  readonly resourceId: number | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'A session that could not be made: its leader or its room is taken at the time.',
})
export class ClassScheduleConflict {
  constructor(readonly taken: Taken) {
    this.start = taken.startAt;
    this.end = taken.endAt;
  }

  @Field(() => DateTime) start: number;
  @Field(() => DateTime) end: number;
}

@ObjectType({ simpleResolvers: true })
export class CreateClassSchedulePayload {
  @Field(() => [ClassSchedule], {
    nullable: true,
    description: 'What was made, by start. Null when it was refused.',
  })
  classSchedules!: ClassSchedule[] | null;
  @Field(() => [ClassScheduleConflict], { description: 'Everything that was in the way.' })
  conflicts!: ClassScheduleConflict[];
  @Field(() => [UserError], { description: 'Empty when it was done.' }) userErrors!: UserError[];
}

@ObjectType({ simpleResolvers: true })
export class CreateCourseSetPayload {
  @Field(() => CourseSet, { nullable: true, description: 'Null when it was refused.' })
  courseSet!: CourseSet | null;
  @Field(() => [ClassScheduleConflict], { description: 'Everything that was in the way.' })
  conflicts!: ClassScheduleConflict[];
  @Field(() => [UserError], { description: 'Empty when it was done.' }) userErrors!: UserError[];
}
