import { requireStaff, Role, type Context, type Member } from '../../context';
import { badValue, InputProblemCode } from '../../errors';
import type { Reader } from '../../db/database';
import { isOneOf, sql } from '../../db/sql';
import { anyGlobalId, partsOfKeyedId, toGlobalId } from '../../graphql/global-id';
import type { Repository } from '../../graphql/relations/repository';
import type { TenantRow } from '../../graphql/relations/rowset';
import { businesses } from '../businesses/business.list';
import { courseSets } from '../classes/class.list';
import { clients } from '../clients/client.list';
import { coupons } from '../coupons/coupon.list';
import { packages, packagesSold } from '../packages/package.list';
import { groups } from '../groups/group.list';
import { locations } from '../locations/location.list';
import type { LogEvent } from '../../log/event.entity';
import { changedNodeId } from '../../log/row-changes';
import type { EventFilter } from '../../log/log-subscription';
import { seen, type Match, type SeenEvent } from '../../log/visibility';
import { ReasonType } from '../reasons/reason-enums';
import { reasons } from '../reasons/reason.list';
import { resourceBundles, resources } from '../resources/resource.list';
import { staff } from '../staff/staff.list';
import { ChangeType, type ChangeFilter } from './change';

const SOURCES = {
  Business: businesses,
  Client: clients,
  Coupon: coupons,
  CourseSet: courseSets,
  Group: groups,
  Location: locations,
  Package: packages,
  PackageSold: packagesSold,
  Reason: reasons,
  Resource: resources,
  ResourceBundle: resourceBundles,
  Staff: staff,
} as unknown as Readonly<Record<string, Repository<TenantRow>>>;
/** Definitions of the business, which all staff see. */
const TO_ALL_STAFF = 'AppointmentSubStatus';
const TYPES = new Set<string>(Object.values(ChangeType));

/** Staff only: old and new values can contain fields that a client may not read. */
export const reader = (context: Context): Member => requireStaff(context);

/**
 * Decides which changes a viewer receives: those of rows that pass the filter and that the viewer's
 * lists show, before or after the event.
 * An event that changes what a scope depends on decides by its own values; for every other event
 * the lists as of now decide.
 * @throws DomainError BAD_USER_INPUT for the id of a type without changes.
 */
export function admitFor(
  db: Reader,
  member: Member,
  filter: ChangeFilter | null | undefined,
): EventFilter<SeenEvent> {
  const types = filter?.types ? new Set<string>(filter.types) : TYPES;
  const ids = filter?.ids ? new Set(filter.ids.map(canonicalId)) : null;
  const isIncluded = (event: LogEvent) =>
    types.has(event.type) && TYPES.has(event.type) && (!ids || ids.has(changedNodeId(event)));
  return async (events) => {
    const passing = events.filter(isIncluded);
    const visible =
      passing.length && member.role !== Role.ADMINISTRATOR
        ? await visibleRows(db, member, passing)
        : null;
    return passing.flatMap((event) => {
      const now =
        visible?.get(event.entityType)?.has(event.entityId) ?? member.role === Role.ADMINISTRATOR;
      const [before, after] = scopeChange(member, event) ?? [now, now];
      const match = (permitted: boolean): Match => ({ permitted, filtered: true });
      return (
        seen(event, event.type.endsWith('_CREATED') ? null : match(before), match(after)) ?? []
      );
    });
  };
}

/** Whether the viewer sees a row before and after an event that changes it. */
type ScopeChange = readonly [before: boolean, after: boolean];

/** Returns the scope change of an event; null if it changes nothing that a scope depends on. */
function scopeChange(member: Member, event: LogEvent): ScopeChange | null {
  if (member.role === Role.STAFF_USER && event.entityType === 'Reason')
    return reasonScopeChange(member, event);
  if (member.role === Role.LOCATION_SUPER_USER && event.entityType === 'Staff')
    return staffScopeChange(member, event);
  return null;
}

/** Returns the ids of a list before and after an event; null if it does not change them. */
function idsChanged(
  { type, changes, snapshot }: LogEvent,
  field: 'staffIds' | 'locationIds',
): readonly [readonly number[], readonly number[]] | null {
  const created = type.endsWith('_CREATED') ? snapshot[field] : null;
  return (changes[field] ?? (created ? [[], created] : null)) as [number[], number[]] | null;
}

function reasonScopeChange({ staffId }: Member, event: LogEvent): ScopeChange | null {
  const servers = idsChanged(event, 'staffIds');
  const sees = (ids: readonly number[]) =>
    event.snapshot.reasonType === ReasonType.PERSONAL ||
    (staffId !== null && ids.includes(staffId));
  return servers && [sees(servers[0]), sees(servers[1])];
}

function staffScopeChange({ locationIds }: Member, event: LogEvent): ScopeChange | null {
  const served = idsChanged(event, 'locationIds');
  const sees = (ids: readonly number[]) =>
    !ids.length || ids.some((id) => locationIds.includes(id));
  return served && [sees(served[0]), sees(served[1])];
}

async function visibleRows(
  db: Reader,
  member: Member,
  events: readonly LogEvent[],
): Promise<Map<string, Set<number>>> {
  const visible = new Map<string, Set<number>>();
  for (const type of new Set(events.map(({ entityType }) => entityType))) {
    const ids = events
      .filter(({ entityType }) => entityType === type)
      .map(({ entityId }) => entityId);
    const source = SOURCES[type];
    visible.set(type, source ? await visibleOf(db, member, source, ids) : new Set(ids));
  }
  return visible;
}

async function visibleOf(
  db: Reader,
  member: Member,
  source: Repository<TenantRow>,
  ids: readonly number[],
): Promise<Set<number>> {
  const id = source.table.column('a', 'rowId');
  const rows = await db.all<{ id: number }>(
    sql`SELECT ${id} AS id FROM ${source.from('a')} WHERE ${source.visible(member, 'a')} AND ${isOneOf(id, [...new Set(ids)])}`,
  );
  return new Set(rows.map((row) => row.id));
}

function canonicalId(globalId: string, index: number): string {
  const path = ['filter', 'ids', String(index)];
  if (partsOfKeyedId(globalId)?.type === TO_ALL_STAFF) return globalId;
  const { type, id } = anyGlobalId(globalId, path);
  if (!Object.hasOwn(SOURCES, type))
    throw badValue(
      InputProblemCode.NOT_ALLOWED,
      `${type} has no changes. Give ids of ${[TO_ALL_STAFF, ...Object.keys(SOURCES)].join(', ')}.`,
      path,
    );
  return toGlobalId(type, id);
}
