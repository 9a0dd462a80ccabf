import { Field, ObjectType } from 'type-graphql';
import { DateTime } from '../../graphql/scalars';
import { UserError } from '../../graphql/payload';
import { ClassSchedule } from './class-schedule.entity';
import { CourseSet } from './course-set.entity';

/** A conflict of a session: its leader or its room is not free. */
export interface SessionConflict {
  readonly startAt: number;
  readonly endAt: number;
  readonly staffId: number | null;
  readonly resourceId: number | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'A session whose leader or room is not free at the time.',
})
export class ClassScheduleConflict {
  constructor(readonly conflict: SessionConflict) {
    this.start = conflict.startAt;
    this.end = conflict.endAt;
  }

  @Field(() => DateTime, { description: 'Start of the session that cannot be held.' })
  start: number;
  @Field(() => DateTime, { description: 'End of the session that cannot be held.' }) end: number;
}

@ObjectType({ simpleResolvers: true })
export class CreateClassSchedulePayload {
  @Field(() => [ClassSchedule], {
    nullable: true,
    description: 'Created sessions, by start. Null if the input was rejected.',
  })
  classSchedules!: ClassSchedule[] | null;
  @Field(() => [ClassScheduleConflict], {
    description: 'Sessions whose leader or room is not free.',
  })
  conflicts!: ClassScheduleConflict[];
  @Field(() => [UserError], { description: 'Errors of the input. Empty on success.' })
  userErrors!: UserError[];
}

@ObjectType({ simpleResolvers: true })
export class CreateCourseSetPayload {
  @Field(() => CourseSet, {
    nullable: true,
    description: 'The created set. Null if the input was rejected.',
  })
  courseSet!: CourseSet | null;
  @Field(() => [ClassScheduleConflict], {
    description: 'Sessions whose leader or room is not free.',
  })
  conflicts!: ClassScheduleConflict[];
  @Field(() => [UserError], { description: 'Errors of the input. Empty on success.' })
  userErrors!: UserError[];
}
