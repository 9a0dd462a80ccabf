import { Role } from '../../context';
import { and, byDialect, FALSE, isOneOf, or, raw, sql, TRUE, type Sql } from '../../db/sql';
import { parseGlobalIds } from '../../graphql/global-id';
import { withinRange } from '../../graphql/inputs/instant-range';
import { defineList } from '../../graphql/relations/list';
import { OrderDirection } from '../../graphql/connection';
import { containsWords } from '../../db/search';
import { defineRepository } from '../../graphql/relations/repository';
import { bookedIn } from './links/booked-reasons';
import { inGroups, whereInGroups } from '../memberships/member-ids';
import { Reason } from './reason.entity';
import { ReasonStatus, ReasonType, WorkSchedule } from './reason-enums';
import type { ReasonFilter } from './reason.filter';

type Column = (property: keyof Reason & string) => Sql;

/** A condition on an id of another table. Null matches any. */
type OnId = ((id: Sql) => Sql) | null;

const among =
  (ids: readonly number[]): OnId =>
  (id) =>
    isOneOf(id, ids);

const both = (one: OnId, other: OnId): OnId =>
  one && other ? (id) => and([one(id), other(id)]) : (one ?? other);

/** Condition for reasons that are assigned to one of the staff. */
const servedBy = (column: Column, staffIds: readonly number[]): Sql => sql`EXISTS (
  SELECT 1 FROM service_staff AS s WHERE s.business_id = ${column('businessId')} AND s.reason_id = ${column('rowId')} AND s.active = ${true}
    AND ${isOneOf(sql`s.staff_id`, staffIds)})`;

/**
 * Condition for reasons offered at one of the locations: not limited to other locations, and served
 * by staff of one of them or, as add-ons, assigned to no staff. Staff without locations serve at
 * all of them.
 */
const offeredAt = (column: Column, locationIds: readonly number[]): Sql =>
  or([
    sql`${column('reasonType')} = ${ReasonType.PERSONAL}`,
    and([
      sql`(${column('customWorkSchedule')} <> ${WorkSchedule.SELECTED_LOCATIONS} OR EXISTS (
      SELECT 1 FROM service_location AS o WHERE o.business_id = ${column('businessId')} AND o.reason_id = ${column('rowId')} AND o.active = ${true}
        AND ${isOneOf(raw('o.location_id'), locationIds)}))`,
      sql`(NOT EXISTS (
        SELECT 1 FROM service_staff AS s WHERE s.business_id = ${column('businessId')} AND s.reason_id = ${column('rowId')} AND s.active = ${true})
      OR EXISTS (
        SELECT 1 FROM service_staff AS s LEFT JOIN staff_location AS l ON l.business_id = s.business_id AND l.staff_id = s.staff_id
        WHERE s.business_id = ${column('businessId')} AND s.reason_id = ${column('rowId')} AND s.active = ${true}
          AND (l.staff_id IS NULL OR ${isOneOf(raw('l.location_id'), locationIds)})))`,
    ]),
  ]);

/**
 * Clients and the public see reasons that can be booked online. A staff user sees their own reasons
 * and time off.
 */
export const reasons = defineRepository(
  Reason,
  (viewer, column) => {
    switch (viewer.role) {
      case Role.ADMINISTRATOR:
        return TRUE;
      case Role.LOCATION_SUPER_USER:
        return offeredAt(column, viewer.locationIds);
      case Role.STAFF_USER:
        return viewer.staffId === null
          ? FALSE
          : or([
              servedBy(column, [viewer.staffId]),
              sql`${column('reasonType')} = ${ReasonType.PERSONAL}`,
            ]);
      default:
        return sql`${column('status')} = ${ReasonStatus.ACTIVE} AND ${column('allowOnline')} = ${true} AND ${column('reasonType')} <> ${ReasonType.PERSONAL}`;
    }
  },
  {
    summary: [
      'version',
      'reasonId',
      'reasonDesc',
      'reasonDetail',
      'internalDisplayName',
      'reasonType',
      'status',
      'active',
      'deleted',
      'personal',
      'business',
      'visitMinutes',
      'bufferBefore',
      'bufferAfter',
      'price',
      'currency',
      'depositAmount',
      'taxable',
      'color',
      'imageUrl',
      'emailInstructions',
      'emailInstructions2',
      'allowOnline',
      'allowPrePay',
      'allowWaitList',
      'customWorkSchedule',
      'requiresStaffConfirmation',
      'rescheduleType',
      'slotAlignment',
      'sortWeight',
      'createdAt',
      'modifiedAt',
      'modifiedBy',
      'modifiedByName',
    ],
  },
);

/**
 * Condition for hours, by alias, that have not ended: by the database's clock, one day late to
 * cover time zones west of UTC.
 */
const notOver = (alias: string): Sql => {
  const yesterday = byDialect({
    postgres: raw(`to_char((now() AT TIME ZONE 'UTC') - interval '1 day', 'YYYY-MM-DD')`),
    sqlite: raw(`date('now', '-1 day')`),
  });
  return sql`(${raw(`${alias}.valid_to`)} IS NULL OR ${raw(`${alias}.valid_to`)} >= ${yesterday})`;
};

const NOW = byDialect({
  postgres: raw(`CAST(extract(epoch FROM now()) * 1000 AS bigint)`),
  sqlite: raw(`CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)`),
});

/**
 * Condition for classes with a future session, and courses with a future run, at one of the
 * locations and led by one of the staff. Queries sessions by table name, since classes import
 * reasons.
 */
const sessionsAt = (column: Column, place: OnId, person: OnId): Sql => {
  const led = person ? sql` AND ${person(raw('x.staff_id'))}` : raw('');
  const at = (
    alias: string,
  ) => sql`EXISTS (SELECT 1 FROM location AS l WHERE l.business_id = ${column('businessId')}
      AND l.id = ${raw(`${alias}.location_id`)} AND l.active = ${true}${place ? sql` AND ${place(raw('l.id'))}` : raw('')})`;
  return or([
    and([
      sql`${column('reasonType')} = ${ReasonType.CLASS}`,
      sql`EXISTS (
      SELECT 1 FROM class_schedule AS x WHERE x.business_id = ${column('businessId')} AND x.reason_id = ${column('rowId')} AND x.start_at > ${NOW}
        AND x.course_set_id IS NULL AND x.status = 'OPEN'${led} AND ${at('x')})`,
    ]),
    and([
      sql`${column('reasonType')} = ${ReasonType.COURSE}`,
      sql`EXISTS (
      SELECT 1 FROM course_set AS c WHERE c.business_id = ${column('businessId')} AND c.reason_id = ${column('rowId')} AND c.start_at > ${NOW} AND ${at('c')}
        AND EXISTS (SELECT 1 FROM class_schedule AS x WHERE x.business_id = c.business_id AND x.course_set_id = c.id AND x.status = 'OPEN'${led}))`,
    ]),
  ]);
};

/**
 * Condition for services that are offered at one of the locations and served there, with working
 * hours, by one of the staff. Queries hours by table name, since schedules import reasons.
 */
const servicesAt = (column: Column, place: OnId, person: OnId): Sql =>
  and([
    sql`${column('reasonType')} = ${ReasonType.SERVICE}`,
    sql`EXISTS (SELECT 1 FROM location AS l WHERE l.business_id = ${column('businessId')} AND l.active = ${true} ${place ? sql`AND ${place(raw('l.id'))}` : raw('')}
    AND (${column('customWorkSchedule')} <> ${WorkSchedule.SELECTED_LOCATIONS} OR EXISTS (
      SELECT 1 FROM service_location AS o WHERE o.business_id = l.business_id AND o.reason_id = ${column('rowId')} AND o.location_id = l.id AND o.active = ${true}))
    AND (${column('customWorkSchedule')} <> ${WorkSchedule.CUSTOM_SCHEDULE} OR EXISTS (
      SELECT 1 FROM schedule_period AS own WHERE own.business_id = l.business_id AND own.of_reason_id = ${column('rowId')}
        AND (own.location_id IS NULL OR own.location_id = l.id) AND ${notOver('own')}))
    AND EXISTS (
      SELECT 1 FROM service_staff AS s
      JOIN staff AS p ON p.business_id = s.business_id AND p.id = s.staff_id AND p.active = ${true} AND p.accepts_appointments = ${true}
      JOIN staff_location AS at ON at.business_id = s.business_id AND at.staff_id = s.staff_id AND at.location_id = l.id
      JOIN schedule_period AS h ON h.business_id = s.business_id AND h.staff_id = s.staff_id AND (h.location_id IS NULL OR h.location_id = l.id)
        AND (h.reason_id IS NULL OR h.reason_id = s.reason_id) AND ${notOver('h')}
      WHERE s.business_id = l.business_id AND s.reason_id = ${column('rowId')} AND s.active = ${true} ${person ? sql`AND ${person(raw('s.staff_id'))}` : raw('')}))`,
  ]);

/** Condition for reasons that can be booked at one of the places with one of the people. */
export const bookableAt = (column: Column, place: OnId, person: OnId): Sql =>
  or([servicesAt(column, place, person), sessionsAt(column, place, person)]);

const linkedAs = (
  column: Column,
  from: 'reason_id' | 'add_on_id',
  to: 'reason_id' | 'add_on_id',
  ids: readonly number[],
): Sql => sql`EXISTS (
  SELECT 1 FROM reason_add_on AS o WHERE o.business_id = ${column('businessId')} AND ${raw(`o.${from}`)} = ${column('rowId')} AND ${isOneOf(raw(`o.${to}`), ids)})`;

const appointmentIdsOf = (ids: readonly string[]): number[] =>
  parseGlobalIds('Appointment', ids, ['filter', 'appointmentIds']);

const EXCLUDED_BY_DEFAULT = [ReasonType.ADDON, ReasonType.PERSONAL];

/** Conditions on the id of a reason and on the rows linked with it. */
function linkConditions(filter: Partial<ReasonFilter>, column: Column, businessId: number): Sql[] {
  const conditions: Sql[] = [];
  const ids = (
    name: 'ids' | 'excludeIds' | 'staffIds' | 'locationIds' | 'hasAddOnIds' | 'addOnsForIds',
    type: string,
  ) => parseGlobalIds(type, filter[name] as string[], ['filter', name]);
  if (filter.ids) conditions.push(isOneOf(column('rowId'), ids('ids', 'Reason')));
  if (filter.excludeIds)
    conditions.push(sql`NOT ${isOneOf(column('rowId'), ids('excludeIds', 'Reason'))}`);
  if (filter.staffIds) conditions.push(servedBy(column, ids('staffIds', 'Staff')));
  const inLocationGroups = inGroups(filter, 'locationGroupIds', businessId);
  conditions.push(...whereInGroups(filter, 'reasonGroupIds', businessId, column('rowId')));
  if (filter.locationIds || inLocationGroups || filter.workingOnly) {
    const named = filter.locationIds ? among(ids('locationIds', 'Location')) : null;
    const place = both(named, inLocationGroups);
    const person = filter.workingOnly && filter.staffIds ? among(ids('staffIds', 'Staff')) : null;
    conditions.push(bookableAt(column, place, person));
  }
  if (filter.hasAddOnIds)
    conditions.push(linkedAs(column, 'reason_id', 'add_on_id', ids('hasAddOnIds', 'Reason')));
  if (filter.addOnsForIds)
    conditions.push(linkedAs(column, 'add_on_id', 'reason_id', ids('addOnsForIds', 'Reason')));
  return conditions;
}

/** Conditions on type, status and waitlist. */
function kindConditions(filter: Partial<ReasonFilter>, column: Column): Sql[] {
  const conditions: Sql[] = [];
  if (filter.waitListOnly) conditions.push(sql`${column('allowWaitList')} = ${true}`);
  if (filter.types) conditions.push(isOneOf(column('reasonType'), filter.types));
  if (filter.excludeTypes)
    conditions.push(sql`NOT ${isOneOf(column('reasonType'), filter.excludeTypes)}`);
  if (!filter.types && !filter.ids && !filter.addOnsForIds)
    conditions.push(sql`NOT ${isOneOf(column('reasonType'), EXCLUDED_BY_DEFAULT)}`);
  conditions.push(isOneOf(column('status'), filter.statuses ?? [ReasonStatus.ACTIVE]));
  return conditions;
}

/** Conditions on the instants of creation and change, and on the text. */
function textConditions(filter: Partial<ReasonFilter>, column: Column): Sql[] {
  const conditions: Sql[] = [];
  if (filter.createdBetween)
    conditions.push(...withinRange(column('createdAt'), filter.createdBetween));
  if (filter.modifiedBetween)
    conditions.push(...withinRange(column('modifiedAt'), filter.modifiedBetween));
  if (filter.search) {
    const searched = sql`lower(${column('reasonDesc')} || ' ' || coalesce(${column('internalName')}, '') || ' ' || coalesce(${column('reasonDetail')}, ''))`;
    conditions.push(...containsWords(searched, filter.search));
  }
  return conditions;
}

export const reasonList = defineList<Reason, ReasonFilter>({
  source: reasons,
  orders: {
    SORT_WEIGHT: ['sortWeight'],
    NAME: ['reasonDesc'],
    CREATED_AT: ['createdAt'],
    MODIFIED_AT: ['modifiedAt'],
  },
  defaultOrder: { field: 'SORT_WEIGHT', direction: OrderDirection.ASC },
  filter: (filter, column, _alias, member) => [
    ...(filter.appointmentIds
      ? [bookedIn(column('rowId'), appointmentIdsOf(filter.appointmentIds), member)]
      : []),
    ...linkConditions(filter, column, member.businessId),
    ...kindConditions(filter, column),
    ...textConditions(filter, column),
  ],
});
