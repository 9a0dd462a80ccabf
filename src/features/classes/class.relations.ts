import { toMany, toOne } from '../../graphql/relations/relation';
import type { Location } from '../locations/location.entity';
import { locations } from '../locations/location.source';
import type { Reason } from '../reasons/reason.entity';
import { reasons } from '../reasons/reason.source';
import type { Resource } from '../resources/resource.entity';
import { resources } from '../resources/resource.source';
import type { Staff } from '../staff/staff.entity';
import { staff } from '../staff/staff.source';
import type { ClassSchedule } from './class-schedule.entity';
import type { ClassScheduleFilter, CourseSetFilter } from './class.inputs';
import { classScheduleList, classSchedules, courseSetList, courseSets } from './class.source';
import type { CourseSet } from './course-set.entity';

export const reasonOfSession = toOne<ClassSchedule, Reason>(
  'ClassSchedule.reason',
  'reasonId',
  reasons,
);
export const staffOfSession = toOne<ClassSchedule, Staff>('ClassSchedule.staff', 'staffId', staff);
export const locationOfSession = toOne<ClassSchedule, Location>(
  'ClassSchedule.location',
  'locationId',
  locations,
);
export const resourceOfSession = toOne<ClassSchedule, Resource>(
  'ClassSchedule.resource',
  'resourceId',
  resources,
);
export const courseSetOfSession = toOne<ClassSchedule, CourseSet>(
  'ClassSchedule.courseSet',
  'courseSetId',
  courseSets,
);
export const firstOfSeries = toOne<ClassSchedule, ClassSchedule>(
  'ClassSchedule.firstOfSeries',
  'firstOfSeriesId',
  classSchedules,
);

export const reasonOfSet = toOne<CourseSet, Reason>('CourseSet.reason', 'reasonId', reasons);
export const locationOfSet = toOne<CourseSet, Location>(
  'CourseSet.location',
  'locationId',
  locations,
);
export const sessionsOfSet = toMany<CourseSet, ClassSchedule, ClassScheduleFilter>(
  'CourseSet.sessions',
  classScheduleList,
  'courseSetId',
);

export const sessionsOfLocation = toMany<Location, ClassSchedule, ClassScheduleFilter>(
  'Location.classSchedules',
  classScheduleList,
  'locationId',
);
export const sessionsOfStaff = toMany<Staff, ClassSchedule, ClassScheduleFilter>(
  'Staff.classSchedules',
  classScheduleList,
  'staffId',
);
export const sessionsOfReason = toMany<Reason, ClassSchedule, ClassScheduleFilter>(
  'Reason.classSchedules',
  classScheduleList,
  'reasonId',
);
export const setsOfReason = toMany<Reason, CourseSet, CourseSetFilter>(
  'Reason.courseSets',
  courseSetList,
  'reasonId',
);
