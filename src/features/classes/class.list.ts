import { Role, type Member } from '../../context';
import { FALSE, isOneOf, or, raw, sql, TRUE, type Sql } from '../../db/sql';
import { parseGlobalIds } from '../../graphql/global-id';
import { defineList } from '../../graphql/relations/list';
import { OrderDirection } from '../../graphql/connection';
import { defineRepository } from '../../graphql/relations/repository';
import { MS_PER_DAY, MS_PER_HOUR } from '../../lib/time-zone';
import { ClassSchedule, ClassScheduleStatus } from './class-schedule.entity';
import type { ClassScheduleFilter, CourseSetFilter } from './class.inputs';
import { CourseSet } from './course-set.entity';

type Column<E> = (property: keyof E & string) => Sql;

/**
 * Condition that the staff member serves the reason of a session or set. Reads tables, since only
 * ids are available.
 */
const ofOwnReason = (
  column: Column<Pick<ClassSchedule, 'businessId' | 'reasonId'>>,
  staffId: number,
): Sql => sql`EXISTS (
  SELECT 1 FROM service_staff AS serving WHERE serving.business_id = ${column('businessId')} AND serving.reason_id = ${column('reasonId')}
    AND serving.staff_id = ${staffId} AND serving.active = ${true})`;

const ofOnlineReason = (
  column: Column<Pick<ClassSchedule, 'businessId' | 'reasonId'>>,
): Sql => sql`EXISTS (
  SELECT 1 FROM reason AS offered WHERE offered.business_id = ${column('businessId')} AND offered.id = ${column('reasonId')}
    AND offered.status = 'ACTIVE' AND offered.allow_online = ${true})`;

/**
 * Sessions visible to a viewer: clients and the public see bookable ones, a staff user those they
 * lead and those of reasons they serve.
 */
function visibleTo(viewer: Member, column: Column<ClassSchedule>): Sql {
  switch (viewer.role) {
    case Role.ADMINISTRATOR:
      return TRUE;
    case Role.LOCATION_SUPER_USER:
      return isOneOf(column('locationId'), viewer.locationIds);
    case Role.STAFF_USER:
      return viewer.staffId === null
        ? FALSE
        : or([sql`${column('staffId')} = ${viewer.staffId}`, ofOwnReason(column, viewer.staffId)]);
    default:
      return sql`${column('status')} = ${ClassScheduleStatus.OPEN} AND ${ofOnlineReason(column)}`;
  }
}

export const classSchedules = defineRepository(ClassSchedule, visibleTo, {
  summary: [
    'start',
    'end',
    'timeZone',
    'time',
    'status',
    'reason',
    'location',
    'staff',
    'address',
    'capacity',
    'seatsLeft',
    'price',
    'version',
    'createdAt',
    'createdBy',
    'createdByName',
    'modifiedAt',
    'modifiedBy',
    'modifiedByName',
  ],
});

/** Condition that a set has a session that satisfies `condition`. */
const hasSession = (column: Column<CourseSet>, condition: Sql): Sql => sql`EXISTS (
  SELECT 1 FROM class_schedule AS session WHERE session.business_id = ${column('businessId')} AND session.course_set_id = ${column('rowId')} AND ${condition})`;

export const courseSets = defineRepository(
  CourseSet,
  (viewer, column) => {
    switch (viewer.role) {
      case Role.ADMINISTRATOR:
        return TRUE;
      case Role.LOCATION_SUPER_USER:
        return isOneOf(column('locationId'), viewer.locationIds);
      case Role.STAFF_USER:
        return viewer.staffId === null
          ? FALSE
          : or([
              hasSession(column, sql`session.staff_id = ${viewer.staffId}`),
              ofOwnReason(column, viewer.staffId),
            ]);
      default:
        return sql`${ofOnlineReason(column)} AND ${hasSession(column, sql`session.status = ${ClassScheduleStatus.OPEN}`)}`;
    }
  },
  {
    summary: [
      'version',
      'name',
      'start',
      'reason',
      'location',
      'seatsLeft',
      'price',
      'createdAt',
      'createdBy',
      'createdByName',
      'modifiedAt',
      'modifiedBy',
      'modifiedByName',
    ],
  },
);

/**
 * Local dates lie between 14 hours before and 12 hours after those of UTC, and no session is longer
 * than a day.
 */
const EARLIER = 14 * MS_PER_HOUR + MS_PER_DAY;
const LATER = 12 * MS_PER_HOUR + MS_PER_DAY;
const utcMidnight = (date: string): number => Date.parse(`${date}T00:00:00Z`);

/** Conditions of overlap with local days. Dates decide; instants bound the range of the index. */
const overlapsDays = (
  from: string | null | undefined,
  to: string | null | undefined,
  column: Column<ClassSchedule>,
): Sql[] => [
  ...(from
    ? [
        sql`${column('locationEndDate')} >= ${from}`,
        sql`${column('startAt')} >= ${utcMidnight(from) - EARLIER}`,
      ]
    : []),
  ...(to
    ? [
        sql`${column('locationStartDate')} <= ${to}`,
        sql`${column('startAt')} < ${utcMidnight(to) + LATER}`,
      ]
    : []),
];

const SESSION_IDS = {
  ids: ['ClassSchedule', 'rowId'],
  reasonIds: ['Reason', 'reasonId'],
  locationIds: ['Location', 'locationId'],
  staffIds: ['Staff', 'staffId'],
  resourceIds: ['Resource', 'resourceId'],
  courseSetIds: ['CourseSet', 'courseSetId'],
  firstOfSeriesIds: ['ClassSchedule', 'firstOfSeriesId'],
} as const;

export const classScheduleList = defineList<ClassSchedule, ClassScheduleFilter>({
  source: classSchedules,
  orders: { START: ['startAt'] },
  defaultOrder: { field: 'START', direction: OrderDirection.ASC },
  filter(filter, column) {
    const conditions = overlapsDays(filter.from, filter.to, column);
    for (const [name, [type, property]] of Object.entries(SESSION_IDS) as [
      keyof typeof SESSION_IDS,
      (typeof SESSION_IDS)[keyof typeof SESSION_IDS],
    ][]) {
      const ids = filter[name];
      if (ids)
        conditions.push(isOneOf(column(property), parseGlobalIds(type, ids, ['filter', name])));
    }
    if (filter.statuses) conditions.push(isOneOf(column('status'), filter.statuses));
    return conditions;
  },
});

export const courseSetList = defineList<CourseSet, CourseSetFilter>({
  source: courseSets,
  orders: { START: ['startAt'] },
  defaultOrder: { field: 'START', direction: OrderDirection.ASC },
  filter: ({ ids, reasonIds, locationIds, staffIds, from, to }, column) => [
    ...(ids ? [isOneOf(column('rowId'), parseGlobalIds('CourseSet', ids, ['filter', 'ids']))] : []),
    ...(reasonIds
      ? [isOneOf(column('reasonId'), parseGlobalIds('Reason', reasonIds, ['filter', 'reasonIds']))]
      : []),
    ...(locationIds
      ? [
          isOneOf(
            column('locationId'),
            parseGlobalIds('Location', locationIds, ['filter', 'locationIds']),
          ),
        ]
      : []),
    ...(staffIds
      ? [
          hasSession(
            column,
            isOneOf(
              raw('session.staff_id'),
              parseGlobalIds('Staff', staffIds, ['filter', 'staffIds']),
            ),
          ),
        ]
      : []),
    ...(from ? [hasSession(column, sql`session.location_end_date >= ${from}`)] : []),
    ...(to ? [hasSession(column, sql`session.location_start_date <= ${to}`)] : []),
  ],
});
