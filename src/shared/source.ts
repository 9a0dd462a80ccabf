import type DataLoader from 'dataloader';
import { memberOf, type Context, type Member } from '../context';
import { DomainError, ErrorCode } from '../errors';
import { and, isOneOf, raw, sql, type Sql } from './db/sql';
import { tableOf, type Table } from './db/table';
import { alignByKey, defineLoader } from './loader';

/** A row with an id in a business: all of the main types. */
export interface TenantRow {
  businessId: number;
  rowId: number;
}

/** Rows of one kind. */
export interface Rowset<E> {
  readonly table: Table<E>;
  /** `FROM "appointment" AS "a"`, without the keyword. */
  from(alias: string): Sql;
}

/** Rows of one kind and who may see which of them. */
export interface Source<E extends TenantRow> extends Rowset<E> {
  /** The tenant and what of it the viewer may see: in every statement that starts from these rows. */
  visible(member: Member, alias: string): Sql;
  /** By id, to the viewer's eyes: null for what is not there, is another's, or is not to be seen. */
  find(context: Context, id: number): Promise<E | null>;
  /** @throws DomainError NOT_FOUND at `path`. */
  get(context: Context, id: number, path: readonly string[]): Promise<E>;
  /** By id within the viewer's business, whoever looks: for edges of a row that the viewer sees already. */
  granted(context: Context, id: number): Promise<E | null>;
  /** The same for what a foreign key names, and so is there. */
  referenced(context: Context, id: number): Promise<E>;
  /** Remembers a row that was read by other means, for edges that lead to it. */
  keep(context: Context, row: E): void;
  forget(context: Context, id: number): void;
}

/** Rows that are only ever reached from another, which says who may see them. */
export const rowsetOf = <E extends object>(entity: new () => E): Rowset<E> => ({
  get table() {
    return tableOf(entity);
  },
  from: (alias) => raw(`"${tableOf(entity).name}" AS "${alias}"`),
});

export function defineSource<E extends TenantRow>(
  entity: new () => E,
  scope: (member: Member, column: (property: keyof E & string) => Sql, alias: string) => Sql,
): Source<E> {
  let table: Table<E> | undefined;
  const lazyTable = () => (table ??= tableOf(entity));
  const from = (alias: string) => raw(`"${lazyTable().name}" AS "${alias}"`);
  const column = (property: keyof E & string) => lazyTable().column('a', property);
  const ofTenant = (member: Member, alias: string) => sql`${lazyTable().column(alias, 'businessId')} = ${member.businessId}`;
  const visible = (member: Member, alias: string) =>
    and([ofTenant(member, alias), scope(member, (property) => lazyTable().column(alias, property), alias)]);

  const byId = (where: (member: Member) => Sql) => defineLoader(async (context: Context, ids: readonly number[]) => {
    const member = memberOf(context);
    const rows = await context.db.all(sql`
      SELECT ${lazyTable().select('a')} FROM ${from('a')} WHERE ${where(member)} AND ${isOneOf(column('rowId'), ids)}`);
    const found = rows.map((row) => lazyTable().hydrate(row));
    // What the viewer may see anyway need not be read again for an edge that grants it.
    for (const row of found) unscoped(context).prime(row.rowId, row);
    return alignByKey(ids, found, (row) => row.rowId);
  });
  const unscoped: (context: Context) => DataLoader<number, E | null> = byId((member) => ofTenant(member, 'a'));
  const scoped = byId((member) => visible(member, 'a'));

  return {
    get table() {
      return lazyTable();
    },
    from, visible,
    find: (context, id) => scoped(context).load(id),
    granted: (context, id) => unscoped(context).load(id),
    async referenced(context, id) {
      const row = await unscoped(context).load(id);
      if (!row) throw new Error(`A foreign key names no ${entity.name}: ${id}.`);
      return row;
    },
    keep: (context, row) => void unscoped(context).prime(row.rowId, row),
    forget(context, id) {
      scoped(context).clear(id);
      unscoped(context).clear(id);
    },
    get(context, id, path) {
      const found = scoped(context).load(id).then((row) => {
        if (!row) throw new DomainError(ErrorCode.NOT_FOUND, `There is no ${entity.name} with this id, or your key may not see it.`, { path });
        return row;
      });
      // Whoever asks for several rows may fail over the id of another before it waits for this one: a refusal that nobody waits for ends the process.
      found.catch(() => undefined);
      return found;
    },
  };
}
