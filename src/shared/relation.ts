import { memberOf, type Context } from '../context';
import { isOneOf, raw, sql } from './db/sql';
import { tableOf } from './db/table';
import type { List, ListArgs, Tie } from './list';
import { defineLoader, groupByKey } from './loader';
import type { Page } from './page';
import { declare } from './relations';
import type { Source, TenantRow } from './source';

/**
 * Relations are declared by these functions and nowhere else: what a field needs (a dataloader, one statement a level) and what reading
 * ahead needs (which column of which table leads where) come from one declaration.
 */

type KeyTo<P> = { [K in keyof P]-?: P[K] extends number | null ? K : never }[keyof P] & string;

/** The row that `key` names. Whoever sees the row that holds the key sees this one; null where the key is null. */
export function toOne<P extends TenantRow, T extends TenantRow>(coordinate: string, key: KeyTo<P>, target: Source<T>) {
  declare(coordinate, { kind: 'toOne', key, target });
  return (row: P, context: Context): Promise<T | null> | null => {
    const id = row[key] as number | null;
    return id === null ? null : target.granted(context, id);
  };
}

/** Pages of the rows whose `column` names this one, to the viewer's eyes. */
export function toMany<P extends TenantRow, T extends TenantRow, F>(coordinate: string, list: List<T, F>, column: KeyTo<T>) {
  const tie: Tie = (alias, parent) => sql`${list.source.table.column(alias, column)} = ${parent}`;
  declare(coordinate, { kind: 'toMany', list, tie });
  const below = list.below(tie);
  return (row: P, context: Context, args: ListArgs<F>): Page<T> => below(context, row.rowId, args);
}

/** Pages of the rows that a table of pairs links to this one, to the viewer's eyes. */
export function toManyThrough<P extends TenantRow, T extends TenantRow, F, L extends object>(
  coordinate: string, list: List<T, F>, link: new () => L, fromColumn: keyof L & string, toColumn: keyof L & string,
) {
  const tie: Tie = (alias, parent) => {
    const links = tableOf(link as new () => L & TenantRow);
    const column = (property: string) => links.column('l', property as never);
    const { table } = list.source;
    return sql`EXISTS (SELECT 1 FROM ${raw(`"${links.name}" AS "l"`)} WHERE ${column('businessId')} = ${table.column(alias, 'businessId')}
      AND ${column(toColumn)} = ${table.column(alias, 'rowId')} AND ${column(fromColumn)} = ${parent})`;
  };
  declare(coordinate, { kind: 'toMany', list, tie });
  const below = list.below(tie);
  return (row: P, context: Context, args: ListArgs<F>): Page<T> => below(context, row.rowId, args);
}

export const MAX_LINKED = 200;

/** The few rows that a table of pairs links to this one, in the order of their ids. Granted like an edge to one. */
export function through<P extends TenantRow, T extends TenantRow, L extends object>(
  coordinate: string, link: new () => L, fromColumn: keyof L & string, toColumn: keyof L & string, target: Source<T>,
) {
  declare(coordinate, { kind: 'through', link, fromColumn, toColumn, target });
  const load = defineLoader(async (context: Context, ids: readonly number[]) => {
    const links = tableOf(link as new () => L & TenantRow);
    const column = (property: string) => links.column('l', property as never);
    const rows = await context.db.all(sql`
      SELECT ${column(fromColumn)} AS "parentKey", ${target.table.select('a')}
      FROM ${raw(`"${links.name}" AS "l"`)}
      JOIN ${target.from('a')} ON ${target.table.column('a', 'businessId')} = ${column('businessId')} AND ${target.table.column('a', 'rowId')} = ${column(toColumn)}
      WHERE ${column('businessId')} = ${memberOf(context).businessId} AND ${isOneOf(column(fromColumn), ids)}
      ORDER BY ${target.table.column('a', 'rowId')} LIMIT ${MAX_LINKED * ids.length}`);
    return groupByKey(ids, rows, (row) => row.parentKey as number).map((group) => group.map((row) => target.table.hydrate(row)));
  });
  return (row: P, context: Context): Promise<T[]> => load(context).load(row.rowId);
}
