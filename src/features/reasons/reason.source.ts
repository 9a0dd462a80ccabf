import { Role } from '../../context';
import { FALSE, isOneOf, or, sql, TRUE, type Sql } from '../../shared/db/sql';
import { parseGlobalIds } from '../../shared/global-id';
import { withinRange } from '../../shared/instant-range';
import { defineList } from '../../shared/list';
import { OrderDirection } from '../../shared/page';
import { containsWords } from '../../shared/search';
import { defineSource } from '../../shared/source';
import { Reason, ReasonStatus, ReasonType } from './reason.entity';
import type { ReasonFilter } from './reason.inputs';

type Column = (property: keyof Reason & string) => Sql;

/** Those assigned to one of the staff, by a test on the reason's columns. */
const servedBy = (column: Column, staffIds: readonly number[]): Sql => sql`EXISTS (
  SELECT 1 FROM service_staff AS s WHERE s.business_id = ${column('businessId')} AND s.reason_id = ${column('rowId')} AND s.active = ${true}
    AND ${isOneOf(sql`s.staff_id`, staffIds)})`;

/** Clients and the public see what can be booked online; a staff user their own reasons, and time off. */
export const reasons = defineSource(Reason, (viewer, column) => {
  switch (viewer.role) {
    case Role.ADMINISTRATOR:
    case Role.LOCATION_SUPER_USER: return TRUE;
    case Role.STAFF_USER: return viewer.staffId === null
      ? FALSE
      : or([servedBy(column, [viewer.staffId]), sql`${column('reasonType')} = ${ReasonType.PERSONAL}`]);
    default: return sql`${column('status')} = ${ReasonStatus.ACTIVE} AND ${column('allowOnline')} = ${true} AND ${column('reasonType')} <> ${ReasonType.PERSONAL}`;
  }
});

const UNLESS_ASKED_FOR = [ReasonType.ADDON, ReasonType.PERSONAL];

export const reasonList = defineList<Reason, ReasonFilter>({
  source: reasons,
  queries: { one: 'reason', page: 'reasons' },
  orders: { SORT_WEIGHT: ['sortWeight'], NAME: ['reasonDesc'] },
  defaultOrder: { field: 'SORT_WEIGHT', direction: OrderDirection.ASC },
  filter(given, column) {
    const conditions: Sql[] = [];
    const ids = (name: 'ids' | 'excludeIds' | 'staffIds', type: string) => parseGlobalIds(type, given[name] as string[], ['filter', name]);
    if (given.ids) conditions.push(isOneOf(column('rowId'), ids('ids', 'Reason')));
    if (given.excludeIds) conditions.push(sql`NOT ${isOneOf(column('rowId'), ids('excludeIds', 'Reason'))}`);
    if (given.staffIds) conditions.push(servedBy(column, ids('staffIds', 'Staff')));
    if (given.types) conditions.push(isOneOf(column('reasonType'), given.types));
    if (given.excludeTypes) conditions.push(sql`NOT ${isOneOf(column('reasonType'), given.excludeTypes)}`);
    if (!given.types && !given.ids) conditions.push(sql`NOT ${isOneOf(column('reasonType'), UNLESS_ASKED_FOR)}`);
    conditions.push(isOneOf(column('status'), given.statuses ?? [ReasonStatus.ACTIVE]));
    if (given.createdBetween) conditions.push(...withinRange(column('createdAt'), given.createdBetween));
    if (given.modifiedBetween) conditions.push(...withinRange(column('modifiedAt'), given.modifiedBetween));
    if (given.search) {
      const searched = sql`lower(${column('reasonDesc')} || ' ' || coalesce(${column('internalName')}, '') || ' ' || coalesce(${column('reasonDetail')}, ''))`;
      conditions.push(...containsWords(searched, given.search));
    }
    return conditions;
  },
});
