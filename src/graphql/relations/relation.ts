import { memberOf, type Context, type Member } from '../../context';
import { join, keysOf, raw, sql, TRUE, type Sql } from '../../db/sql';
import { tableOf } from '../../db/table';
import type { FieldReads } from './column-field';
import type { List, ParentCondition } from './list';
import type { ListArgs } from './list-sql';
import { defineLoader, groupByKey } from './loader';
import type { Page, PageEdge } from '../connection';
import type { Connection, Edge, Membership, Relation } from './edge';
import type { Repository } from './repository';
import { rowsetOf, type Rowset, type TenantRow } from './rowset';

/**
 * Relations are made by these functions only. One relation serves the loaders (one statement a
 * level) and the planner (tables and columns of a join). `relationField` and `connectionField` make
 * it a field.
 */

type Tenant = Pick<TenantRow, 'businessId'>;

type KeyTo<P> = { [K in keyof P]-?: P[K] extends number | null ? K : never }[keyof P] & string;

/**
 * Relation to the row that `key` names. Readable if its parent is visible; null if the key is
 * null.
 */
export function toOne<P extends Tenant, T extends TenantRow>(
  key: KeyTo<P>,
  target: Repository<T>,
): Edge<P, T | null> {
  const relation: Relation = { kind: 'toOne', key, target, by: 'rowId' };
  const referFrom = (type: string): void =>
    target.referredBy(
      type,
      (_member, column, alias) => sql`${column(key)} = ${target.table.column(alias, 'rowId')}`,
    );
  const follow = (row: P, context: Context): Promise<T | null> | null => {
    const id = row[key] as number | null;
    return id === null ? null : target.findById(context, id);
  };
  return Object.assign(follow, { relation, referFrom });
}

/** `isFew` as in ParentTie. Defaults to false. */
interface Several {
  readonly isFew?: boolean;
}

/** Relation to pages of the visible rows whose `column` names the parent. */
export function toMany<P extends TenantRow, T extends TenantRow, F>(
  list: List<T, F>,
  column: KeyTo<T>,
  several: Several = {},
): Connection<P, T, F> {
  return toManyWhere(
    list,
    (alias, parent) => sql`${list.source.table.column(alias, column)} = ${parent}`,
    several,
  );
}

/** Relation to pages of the visible rows for which a condition on the parent's id holds. */
export function toManyWhere<P extends TenantRow, T extends TenantRow, F>(
  list: List<T, F>,
  tie: ParentCondition,
  { isFew = false }: Several = {},
): Connection<P, T, F> {
  const below = list.below({ tie, isFew });
  const follow = (row: P, context: Context, args: ListArgs<F>): Page<T> =>
    below(context, row.rowId, args);
  return Object.assign(follow, { relation: { kind: 'toMany', list, tie } as const });
}

/** The connection, with a node that is computed from these columns of each row. */
export const withNodes = <P, T extends object, F, N, K extends keyof T & string>(
  connection: Connection<P, T, F>,
  reads: readonly K[],
  nodeOf: (row: Pick<T, K>, context: Context) => N,
): Connection<P, N, F> => {
  const derive = nodeOf as NonNullable<FieldReads['derive']>;
  return Object.assign(
    (row: P, context: Context, args: ListArgs<F>) =>
      connection(row, context, args).map((node) => nodeOf(node, context)),
    { relation: { ...connection.relation, node: { properties: reads, derive } } as Relation },
  );
};

/** The connection, with edges that carry what `complete` adds to them. */
export const withEdges = <P, T, F>(
  connection: Connection<P, T, F>,
  complete: (
    row: P,
    context: Context,
    edges: readonly PageEdge<T>[],
  ) => Promise<readonly PageEdge<T>[]>,
): Connection<P, T, F> =>
  Object.assign(
    (row: P, context: Context, args: ListArgs<F>) =>
      connection(row, context, args).withEdges((edges) => complete(row, context, edges)),
    { relation: connection.relation },
  );

/** A link table: its column of the parent, and its column of the related row. */
interface Link<L> {
  readonly entity: new () => L;
  readonly from: keyof L & string;
  readonly to: keyof L & string;
}

/** Relation to pages of the visible rows that a link table connects to the parent. */
export function toManyThrough<P extends TenantRow, T extends TenantRow, F, L extends object>(
  list: List<T, F>,
  { entity: link, from: fromColumn, to: toColumn }: Link<L>,
): Connection<P, T, F> {
  const tie: ParentCondition = (alias, parent) => {
    const links = tableOf(link as new () => L & TenantRow);
    const column = (property: string) => links.column('l', property as never);
    const { table } = list.source;
    return sql`EXISTS (SELECT 1 FROM ${raw(`"${links.name}" AS "l"`)} WHERE ${column('businessId')} = ${table.column(alias, 'businessId')}
      AND ${column(toColumn)} = ${table.column(alias, 'rowId')} AND ${column(fromColumn)} = ${parent})`;
  };
  return toManyWhere(list, tie);
}

/** The maximum number of links that inputs allow. */
const MAX_LINKED = 500;

/** Selects the related rows and their order. */
interface Which<T> {
  /** Maximum number of rows. Defaults to MAX_LINKED. */
  readonly limit?: number;
  readonly order?: readonly (keyof T & string)[];
  where?(member: Member, column: (property: keyof T & string) => Sql, alias: string): Sql;
  /**
   * Whether a viewer who sees the parent may read the row: its summary at least. Defaults to false.
   */
  readonly refers?: boolean;
}

/** Relation to the few rows whose `column` names the parent. Readable like a to-one relation. */
export function toFew<P extends TenantRow, T extends Tenant>(
  entity: new () => T,
  column: KeyTo<T>,
  {
    order,
    where,
    limit = MAX_LINKED,
  }: Which<T> & { readonly order: readonly (keyof T & string)[] },
): Edge<P, T[]> {
  const target = rowsetOf(entity);
  const of = (alias: string) => (property: keyof T & string) =>
    target.table.column(alias, property);
  return toFewRelation(target, {
    order,
    limit,
    from: target.from,
    where: (alias, parent, member) =>
      sql`${of(alias)('businessId')} = ${member.businessId} AND ${of(alias)(column)} = ${parent} AND ${where?.(member, of(alias), alias) ?? TRUE}`,
  });
}

/**
 * Relation to the few rows that a link table connects to the parent, ordered by id by default.
 * Readable like a to-one relation.
 */
export function toManyVia<P extends TenantRow, T extends TenantRow, L extends object>(
  { entity: link, from: fromColumn, to: toColumn }: Link<L>,
  target: Repository<T>,
  { order = ['rowId'], where, limit = MAX_LINKED, refers = false }: Which<T> = {},
): Edge<P, T[]> {
  const of = (alias: string) => (property: keyof T & string) =>
    target.table.column(alias, property);
  const linked = (alias: string) => (property: string) =>
    tableOf(link as new () => L & TenantRow).column(`l${alias}`, property as never);
  const referFrom = (type: string): void =>
    target.referredBy(
      type,
      (member, column, alias) => sql`EXISTS (SELECT 1 FROM ${rowsetOf(link).from(`l${alias}`)}
      WHERE ${linked(alias)('businessId')} = ${column('businessId')} AND ${linked(alias)(fromColumn)} = ${column('rowId')}
        AND ${linked(alias)(toColumn)} = ${of(alias)('rowId')}) AND ${where?.(member, of(alias), alias) ?? TRUE}`,
    );
  const edge = toFewRelation<P, T>(target, {
    order,
    limit,
    refers,
    from: (alias) => sql`${rowsetOf(link).from(`l${alias}`)} JOIN ${target.from(alias)}
      ON ${of(alias)('businessId')} = ${linked(alias)('businessId')} AND ${of(alias)('rowId')} = ${linked(alias)(toColumn)}`,
    where: (alias, parent, member) =>
      sql`${linked(alias)('businessId')} = ${member.businessId} AND ${linked(alias)(fromColumn)} = ${parent} AND ${where?.(member, of(alias), alias) ?? TRUE}`,
  });
  return refers ? Object.assign(edge, { referFrom }) : edge;
}

/** The first row of a relation to several; null if there is none. */
export const firstOf = <P, T>(edge: Edge<P, T[]>): Edge<P, T | null> =>
  Object.assign(async (row: P, context: Context) => (await edge(row, context))[0] ?? null, {
    relation: edge.relation,
  });

function toFewRelation<P extends TenantRow, T extends object>(
  target: Rowset<T>,
  among: Membership,
): Edge<P, T[]> {
  const relation: Relation = { kind: 'some', target, among };
  const load = defineLoader(async (context: Context, ids: readonly number[]) => {
    const order = join(among.order.map((property) => target.table.ordered('a', property as never)));
    const rows = await context.db.all(sql`
      SELECT * FROM (
        SELECT k.key AS "parentKey", ${target.table.select('a')}, row_number() OVER (PARTITION BY k.key ORDER BY ${order}) AS "nth"
        FROM ${keysOf(ids)} CROSS JOIN ${among.from('a')} WHERE ${among.where('a', raw('k.key'), memberOf(context))}
      ) AS r WHERE "nth" <= ${among.limit} ORDER BY "parentKey", "nth"`);
    return groupByKey(ids, rows, (row) => row.parentKey as number).map((group) =>
      group.map((row) => target.table.hydrate(row)),
    );
  });
  return Object.assign((row: P, context: Context) => load(context).load(row.rowId), { relation });
}
