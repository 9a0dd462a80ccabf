import { isStaffSide, Role, type Member } from '../../context';
import { and, FALSE, isOneOf, or, sql, TRUE, type Sql } from '../../db/sql';
import { parseGlobalIds } from '../../graphql/global-id';
import { defineList } from '../../graphql/relations/list';
import { OrderDirection } from '../../graphql/connection';
import { defineRepository, type Repository } from '../../graphql/relations/repository';
import { reasons } from '../reasons/reason.list';
import { resources } from '../resources/resource.list';
import { staff } from '../staff/staff.list';
import { DateOverride } from './date-override.entity';
import type { DateOverrideFilter, SchedulePeriodFilter } from './schedule.inputs';
import { OWNERS, parseOwnerId, type OwnerColumns, type OwnerType } from './hours-owner';
import { SchedulePeriod } from './schedule-period.entity';

type OwnerColumn = (property: keyof OwnerColumns) => Sql;
type Column = (property: keyof OwnerColumns | 'businessId' | 'rowId' | 'locationId') => Sql;

/**
 * Condition for hours at the locations of a location super user: those that name one of them, and
 * those of the staff, resources and reasons visible to the viewer that name none.
 */
function atOwnLocations(viewer: Member, column: Column): Sql {
  const ofVisible = (source: Repository<any>, property: keyof OwnerColumns): Sql =>
    sql`EXISTS (SELECT 1 FROM ${source.from('own')} WHERE ${source.visible(viewer, 'own')} AND ${source.table.column('own', 'rowId')} = ${column(property)})`;
  return or([
    isOneOf(column('ofLocationId'), viewer.locationIds),
    isOneOf(column('locationId'), viewer.locationIds),
    and([
      sql`${column('locationId')} IS NULL`,
      or([
        ofVisible(staff, 'staffId'),
        ofVisible(resources, 'resourceId'),
        ofVisible(reasons, 'ofReasonId'),
      ]),
    ]),
  ]);
}

/**
 * Staff users see all hours except those of colleagues, location super users those at their
 * locations. Clients and the public see hours of locations.
 */
function visible(viewer: Member, column: Column): Sql {
  if (viewer.role === Role.LOCATION_SUPER_USER) return atOwnLocations(viewer, column);
  if (viewer.role === Role.STAFF_USER)
    return viewer.staffId === null
      ? FALSE
      : sql`(${column('staffId')} IS NULL OR ${column('staffId')} = ${viewer.staffId})`;
  if (isStaffSide(viewer)) return TRUE;
  return sql`EXISTS (SELECT 1 FROM location AS open WHERE open.business_id = ${column('businessId')} AND open.id = ${column('ofLocationId')} AND open.active = ${true})`;
}

/**
 * Hours of a location that are limited to a reason are visible to staff only, since the reason may
 * not be online.
 */
export const schedulePeriods = defineRepository(SchedulePeriod, (viewer, column) =>
  isStaffSide(viewer)
    ? visible(viewer, column)
    : sql`${visible(viewer, column)} AND ${column('reasonId')} IS NULL`,
);
export const dateOverrides = defineRepository(DateOverride, visible);

function ownerCondition(ids: readonly string[], column: OwnerColumn): Sql {
  const owners = ids.map((id, index) => parseOwnerId(id, ['filter', 'ownerIds', String(index)]));
  const of = (type: OwnerType): Sql =>
    isOneOf(
      column(OWNERS[type]),
      owners.filter((owner) => owner.type === type).map(({ id }) => id),
    );
  return or([...new Set(owners.map(({ type }) => type))].map(of));
}

function common(
  type: 'SchedulePeriod' | 'DateOverride',
  { ids, ownerIds, locationIds }: Partial<DateOverrideFilter>,
  column: Column,
): Sql[] {
  const places = locationIds && parseGlobalIds('Location', locationIds, ['filter', 'locationIds']);
  return [
    ...(ids ? [isOneOf(column('rowId'), parseGlobalIds(type, ids, ['filter', 'ids']))] : []),
    ...(ownerIds ? [ownerCondition(ownerIds, column)] : []),
    ...(places
      ? [or([isOneOf(column('locationId'), places), isOneOf(column('ofLocationId'), places)])]
      : []),
  ];
}

export const schedulePeriodList = defineList<SchedulePeriod, SchedulePeriodFilter>({
  source: schedulePeriods,
  orders: { VALID_FROM: ['validFrom'] },
  defaultOrder: { field: 'VALID_FROM', direction: OrderDirection.ASC },
  filter: (filter, column) => [
    ...common('SchedulePeriod', filter, column),
    ...(filter.reasonIds
      ? [
          isOneOf(
            column('reasonId'),
            parseGlobalIds('Reason', filter.reasonIds, ['filter', 'reasonIds']),
          ),
        ]
      : []),
    ...(filter.from
      ? [sql`(${column('validTo')} IS NULL OR ${column('validTo')} >= ${filter.from})`]
      : []),
    ...(filter.to ? [sql`${column('validFrom')} <= ${filter.to}`] : []),
  ],
});

export const dateOverrideList = defineList<DateOverride, DateOverrideFilter>({
  source: dateOverrides,
  orders: { DATE: ['date'] },
  defaultOrder: { field: 'DATE', direction: OrderDirection.ASC },
  filter: (filter, column) => [
    ...common('DateOverride', filter, column),
    ...(filter.from ? [sql`${column('date')} >= ${filter.from}`] : []),
    ...(filter.to ? [sql`${column('date')} <= ${filter.to}`] : []),
  ],
});
