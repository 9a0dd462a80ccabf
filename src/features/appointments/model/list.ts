import { Role } from '../../../context';
import { FALSE, isOneOf, or, sql, TRUE, type Sql } from '../../../db/sql';
import { parseGlobalIds } from '../../../graphql/global-id';
import { defineList } from '../../../graphql/relations/list';
import { OrderDirection } from '../../../graphql/connection';
import { defineRepository } from '../../../graphql/relations/repository';
import { MS_PER_DAY, MS_PER_HOUR } from '../../../lib/time-zone';
import { Appointment } from './appointment.entity';
import { whereInGroups } from '../../memberships/member-ids';
import { branchesOfStaff, isHelpedBy, type StartBounds } from '../../staff/served-appointments';
import type { AppointmentFilter } from './filter';
import { branchesOfGroups } from './group-branches';
import { isLookup, lookupConditions } from './lookups';
import { APPOINTMENT_ORDERS, boundedSort } from './orders';
import { checkSubStatuses } from '../sub-statuses/own-sub-statuses';

/** Condition for appointments that the staff serve as main or additional staff. */
const servedBy = (
  column: (property: keyof Appointment & string) => Sql,
  businessId: number,
  staffIds: readonly number[],
): Sql =>
  or([isOneOf(column('staffId'), staffIds), isHelpedBy(column('rowId'), businessId, staffIds)]);

export const appointments = defineRepository(Appointment, (viewer, column) => {
  switch (viewer.role) {
    case Role.ADMINISTRATOR:
      return TRUE;
    case Role.LOCATION_SUPER_USER:
      return isOneOf(column('locationId'), viewer.locationIds);
    case Role.STAFF_USER:
      return viewer.staffId === null
        ? FALSE
        : servedBy(column, viewer.businessId, [viewer.staffId]);
    case Role.CLIENT:
      return isOneOf(column('clientId'), viewer.clientIds);
    case Role.GUEST:
      return sql`${column('rowId')} = ${viewer.appointmentId as number} AND ${
        // A hold may have no client yet.
        viewer.clientId === null
          ? sql`${column('clientId')} IS NULL`
          : sql`${column('clientId')} = ${viewer.clientId}`
      }`;
    case Role.PUBLIC:
      return FALSE;
  }
});

/** A local day starts at most 14 hours before and at most 12 hours after the same day in UTC. */
const EAST = 14 * MS_PER_HOUR;
const WEST = 12 * MS_PER_HOUR;
const utcMidnight = (date: string): number => Date.parse(`${date}T00:00:00Z`);

/**
 * Bounds the index range of a window of local days by instants, from the start of the longest
 * appointment that could reach into it.
 */
const startsWithin =
  ({ from, to }: Partial<AppointmentFilter>, businessId: number): StartBounds =>
  (startAt) => [
    ...(from
      ? [
          sql`${startAt} >= ${utcMidnight(from) - EAST} - (SELECT longest_ms FROM business WHERE id = ${businessId})`,
        ]
      : []),
    ...(to ? [sql`${startAt} < ${utcMidnight(to) + MS_PER_DAY + WEST}`] : []),
  ];

/** Condition for appointments that overlap local days of their location, by dates. */
const within = (
  filter: Partial<AppointmentFilter>,
  column: (property: keyof Appointment & string) => Sql,
  businessId: number,
): Sql[] => [
  ...(filter.from ? [sql`${column('locationEndDate')} >= ${filter.from}`] : []),
  ...(filter.to ? [sql`${column('locationStartDate')} <= ${filter.to}`] : []),
  ...startsWithin(filter, businessId)(column('startAt')),
];

/** Condition for appointments that an invoicing system has yet to invoice. */
const invoiceConditions = (
  { uninvoiced }: Partial<AppointmentFilter>,
  column: (property: keyof Appointment & string) => Sql,
): Sql[] =>
  uninvoiced
    ? [
        sql`${column('invoiceReference')} IS NULL`,
        sql`${column('status')} NOT IN ('CANCELLED', 'DELETED')`,
      ]
    : [];

/** Time off is never invoiced. */
function timeOffConditions(
  { excludeTimeOff, onlyTimeOff, uninvoiced }: Partial<AppointmentFilter>,
  column: (property: keyof Appointment & string) => Sql,
): Sql[] {
  const personal = sql`EXISTS (SELECT 1 FROM reason WHERE reason.business_id = ${column('businessId')} AND reason.id = ${column('reasonId')}
    AND reason.reason_type = 'PERSONAL')`;
  return [
    ...(excludeTimeOff || uninvoiced ? [sql`NOT ${personal}`] : []),
    ...(onlyTimeOff ? [personal] : []),
  ];
}

const staffIdsOf = ({ staffIds }: Partial<AppointmentFilter>): number[] | null =>
  staffIds ? parseGlobalIds('Staff', staffIds, ['filter', 'staffIds']) : null;

const IDS = {
  ids: ['Appointment', 'rowId'],
  clientIds: ['Client', 'clientId'],
  locationIds: ['Location', 'locationId'],
  reasonIds: ['Reason', 'reasonId'],
  classScheduleIds: ['ClassSchedule', 'classScheduleId'],
  couponIds: ['Coupon', 'couponId'],
  packageSoldIds: ['PackageSold', 'packageSoldId'],
  recurringAppointmentIds: ['RecurringAppointment', 'recurringAppointmentId'],
} as const;

/** Orders that an index of the business has. Others sort the rows of the filter. */
const IN_ORDER = new Set(['START', 'CREATED_AT', 'MODIFIED_AT', 'STATUS']);

export const appointmentList = defineList<Appointment, AppointmentFilter>({
  source: appointments,
  orders: APPOINTMENT_ORDERS,
  boundedSort,
  defaultOrder: { field: 'START', direction: OrderDirection.ASC },
  check: (context, { subStatuses }) =>
    checkSubStatuses(context, subStatuses, ['filter', 'subStatuses']),
  sorts: (filter, order) => isLookup(filter, order) || !IN_ORDER.has(order),
  branches(filter, { businessId, role, staffId }) {
    const served = role === Role.STAFF_USER ? staffId !== null && [staffId] : staffIdsOf(filter);
    return served && served.length > 0
      ? branchesOfStaff(businessId, served, startsWithin(filter, businessId))
      : branchesOfGroups(filter, businessId);
  },
  filter(filter, column, _alias, member) {
    const { businessId } = member;
    const conditions = [
      ...whereInGroups(filter, 'locationGroupIds', businessId, column('locationId')),
      ...whereInGroups(filter, 'reasonGroupIds', businessId, column('reasonId')),
      ...within(filter, column, businessId),
      ...lookupConditions(filter, column, member),
    ];
    for (const [name, [type, property]] of Object.entries(IDS) as [
      keyof typeof IDS,
      (typeof IDS)[keyof typeof IDS],
    ][]) {
      const ids = filter[name];
      if (ids)
        conditions.push(isOneOf(column(property), parseGlobalIds(type, ids, ['filter', name])));
    }
    const staffIds = staffIdsOf(filter);
    if (staffIds) conditions.push(servedBy(column, businessId, staffIds));
    if (filter.resourceIds) {
      conditions.push(sql`EXISTS (SELECT 1 FROM appointment_resource AS taken WHERE taken.business_id = ${column('businessId')}
        AND taken.appointment_id = ${column('rowId')} AND ${isOneOf(sql`taken.resource_id`, parseGlobalIds('Resource', filter.resourceIds, ['filter', 'resourceIds']))})`);
    }
    if (filter.statuses) conditions.push(isOneOf(column('status'), filter.statuses));
    if (!filter.statuses && !filter.subStatuses && !filter.includeDeleted)
      conditions.push(sql`${column('status')} <> 'DELETED'`);
    if (filter.subStatuses) conditions.push(isOneOf(column('subStatusCode'), filter.subStatuses));
    conditions.push(...invoiceConditions(filter, column), ...timeOffConditions(filter, column));
    return conditions;
  },
});
