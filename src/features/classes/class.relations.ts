import { IN_ZONE, ZonedPeriod, zonedPeriodOf } from '../../graphql/zoned-period';
import { sql } from '../../db/sql';
import { computedField, value, valueOf } from '../../graphql/relations/computed-field';
import { DateTime } from '../../graphql/scalars';
import { connectionOf } from '../../graphql/connection';
import { ClassScheduleOrder, CourseSetFilter, ClassScheduleFilter } from './class.inputs';
import { courseSetList, classScheduleList, classSchedules, courseSets } from './class.list';
import { CourseSet } from './course-set.entity';
import { relationField, connectionField } from '../../graphql/relations/relation-field';
import { Resource } from '../resources/resource.entity';
import { resources } from '../resources/resource.list';
import { Staff } from '../staff/staff.entity';
import { staff } from '../staff/staff.list';
import { ClassSchedule } from './class-schedule.entity';
import { toMany, toOne } from '../../graphql/relations/relation';
import { Location } from '../locations/location.entity';
import { locations } from '../locations/location.list';
import { Reason } from '../reasons/reason.entity';
import { reasons } from '../reasons/reason.list';

export const CourseSetConnection = connectionOf(CourseSet, 'CourseSet');

export const ClassScheduleConnection = connectionOf(ClassSchedule, 'ClassSchedule');

export const reasonOfSession = relationField(ClassSchedule, 'reason', toOne('reasonId', reasons), {
  type: () => Reason,
});
export const staffOfSession = relationField(ClassSchedule, 'staff', toOne('staffId', staff), {
  type: () => Staff,
  description: 'Leader of the session, whose time it occupies.',
});
export const locationOfSession = relationField(
  ClassSchedule,
  'location',
  toOne('locationId', locations),
  { type: () => Location },
);
export const resourceOfSession = relationField(
  ClassSchedule,
  'resource',
  toOne('resourceId', resources),
  { type: () => Resource, nullable: true, description: 'Room that the session occupies.' },
);
export const courseSetOfSession = relationField(
  ClassSchedule,
  'courseSet',
  toOne('courseSetId', courseSets),
  {
    type: () => CourseSet,
    nullable: true,
    description:
      'Run of a course to which the session belongs, and with which it is booked. Null for a ' +
      'class.',
  },
);
export const firstOfSeries = relationField(
  ClassSchedule,
  'firstOfSeries',
  toOne('firstOfSeriesId', classSchedules),
  {
    type: () => ClassSchedule,
    nullable: true,
    description:
      'First session of the series that was created together. Null for a single session.',
  },
);

export const reasonOfSet = relationField(CourseSet, 'reason', toOne('reasonId', reasons), {
  type: () => Reason,
});
/** The first start of the open sessions before any of them moved; 0 if none is open. */
const firstStartOfSet = value(
  courseSets,
  [],
  (_asking, column) => sql`(
  SELECT coalesce(min(coalesce(x.original_start_at, x.start_at)), 0) FROM class_schedule AS x
  WHERE x.business_id = ${column('businessId')} AND x.course_set_id = ${column('rowId')}
    AND x.status = 'OPEN')`,
);

export const originalStartOfSet = computedField(CourseSet, 'originalStart', {
  type: () => DateTime,
  nullable: true,
  description:
    'Start of the run before a session moved. Null if no move changed the start of the run.',
  reads: ['startAt'],
  across: [valueOf(firstStartOfSet)],
  compute: ({ startAt }, _context, first) => (first && first !== startAt ? first : null),
});

export const locationOfSet = relationField(CourseSet, 'location', toOne('locationId', locations), {
  type: () => Location,
});
export const sessionsOfSet = connectionField(
  CourseSet,
  'sessions',
  toMany(classScheduleList, 'courseSetId'),
  {
    type: () => ClassScheduleConnection,
    filter: () => ClassScheduleFilter,
    orderBy: () => ClassScheduleOrder,
    description: 'Sessions of the run, by start.',
  },
);

export const sessionsOfLocation = connectionField(
  Location,
  'classSchedules',
  toMany(classScheduleList, 'locationId'),
  {
    type: () => ClassScheduleConnection,
    filter: () => ClassScheduleFilter,
    orderBy: () => ClassScheduleOrder,
    description: 'Sessions at the location that are visible to the caller, by start.',
  },
);
export const sessionsOfStaff = connectionField(
  Staff,
  'classSchedules',
  toMany(classScheduleList, 'staffId'),
  {
    type: () => ClassScheduleConnection,
    filter: () => ClassScheduleFilter,
    orderBy: () => ClassScheduleOrder,
    description: 'Sessions led by the staff member that are visible to the caller, by start.',
  },
);
export const sessionsOfReason = connectionField(
  Reason,
  'classSchedules',
  toMany(classScheduleList, 'reasonId'),
  {
    type: () => ClassScheduleConnection,
    filter: () => ClassScheduleFilter,
    orderBy: () => ClassScheduleOrder,
    description: 'Sessions of a CLASS or COURSE that are visible to the caller, by start.',
  },
);
export const setsOfReason = connectionField(
  Reason,
  'courseSets',
  toMany(courseSetList, 'reasonId'),
  {
    type: () => CourseSetConnection,
    filter: () => CourseSetFilter,
    orderBy: () => ClassScheduleOrder,
    description:
      'Runs of a COURSE that are visible to the caller, by the start of their first session.',
  },
);

export const timeOfSession = computedField(ClassSchedule, 'time', {
  ...IN_ZONE,
  type: () => ZonedPeriod,
  description:
    'Time of the session for its clients, without buffers, in the zone of the location at the ' +
    'time of creation.',
  reads: ['startAt', 'endAt', 'timeZoneCode'],
  across: [],
  compute: (row) => zonedPeriodOf(row, row.timeZoneCode),
});
