import { requireStaff, Role, type Context, type Member } from '../../context';
import { DomainError, ErrorCode } from '../../errors';
import type { Reader } from '../../shared/db/database';
import { isOneOf, sql } from '../../shared/db/sql';
import { anyGlobalId, toGlobalId } from '../../shared/global-id';
import type { Source, TenantRow } from '../../shared/source';
import { clients } from '../clients/client.source';
import { locations } from '../locations/location.source';
import type { LogEvent } from '../log/event.entity';
import type { Admit } from '../log/tail';
import { reasons } from '../reasons/reason.source';
import { resources } from '../resources/resource.source';
import { staff } from '../staff/staff.source';
import { ChangeType, type ChangeFilter } from './change.type';

const SOURCES = { Client: clients, Location: locations, Reason: reasons, Resource: resources, Staff: staff } as unknown as Readonly<Record<string, Source<TenantRow>>>;
const TYPES = new Set<string>(Object.values(ChangeType));

/** What a change was from and to can hold what a client may not read: it is for staff. */
export const reader = (context: Context): Member => requireStaff(context);

/**
 * The changes of rows that the viewer's lists show at this moment, and that pass the filter.
 * @throws DomainError BAD_USER_INPUT for the id of something else.
 */
export function admitFor(db: Reader, member: Member, filter: ChangeFilter | null | undefined): Admit {
  const types = filter?.types ? new Set<string>(filter.types) : TYPES;
  const ids = filter?.ids ? new Set(filter.ids.map(checked)) : null;
  const wanted = ({ type, entityType, entityId }: LogEvent) => types.has(type) && TYPES.has(type) && (!ids || ids.has(toGlobalId(entityType, entityId)));
  return async (events) => {
    const passing = events.filter(wanted);
    if (!passing.length || member.role === Role.ADMINISTRATOR) return passing;
    const visible = new Map<string, Set<number>>();
    for (const type of new Set(passing.map(({ entityType }) => entityType))) {
      visible.set(type, await visibleOf(db, member, SOURCES[type] as Source<TenantRow>, passing.filter(({ entityType }) => entityType === type).map(({ entityId }) => entityId)));
    }
    return passing.filter(({ entityType, entityId }) => visible.get(entityType)?.has(entityId));
  };
}

async function visibleOf(db: Reader, member: Member, source: Source<TenantRow>, ids: readonly number[]): Promise<Set<number>> {
  const id = source.table.column('a', 'rowId');
  const rows = await db.all<{ id: number }>(sql`SELECT ${id} AS id FROM ${source.from('a')} WHERE ${source.visible(member, 'a')} AND ${isOneOf(id, [...new Set(ids)])}`);
  return new Set(rows.map((row) => row.id));
}

function checked(given: string, index: number): string {
  const path = ['filter', 'ids', String(index)];
  const { type, id } = anyGlobalId(given, path);
  if (!Object.hasOwn(SOURCES, type)) throw new DomainError(ErrorCode.BAD_USER_INPUT, `Changes are of ${Object.keys(SOURCES).join(', ')}, not of ${type}.`, { path });
  return toGlobalId(type, id);
}
