import type { GraphQLResolveInfo } from 'graphql';
import { memberOf, type Context, type Member } from '../context';
import { edgesAhead, joinAhead } from './ahead';
import { and, byDialect, join, keysOf, raw, sql, type Sql, type SqlValue } from './db/sql';
import { defineLoaders, groupByKey } from './loader';
import { encodeCursor, OrderDirection, Page, toWindow, type PageArgs, type Window } from './page';
import type { Source, TenantRow } from './source';

export interface ListArgs<F> extends PageArgs {
  filter?: F | null;
  orderBy?: { field: string; direction: OrderDirection } | null;
  /** The field being resolved: what it selects is read ahead. */
  info?: GraphQLResolveInfo;
}

export interface List<E extends TenantRow, F> {
  readonly source: Source<E>;
  /** One row by id, to the viewer's eyes, with what the field selects beside it. */
  one(context: Context, id: number, info: GraphQLResolveInfo): Promise<E | null>;
  /** A page of all that the viewer sees. */
  page(context: Context, args: ListArgs<F>): Page<E>;
  /** The same below a parent, by a column that holds the parent's id: one statement however many parents ask. */
  below(column: keyof E & string): (context: Context, parentId: number, args: ListArgs<F>) => Page<E>;
  /** The same where a condition on a row's alias ties it to `k.key`, the parent's id. */
  belowWhere(tie: (alias: string) => Sql): (context: Context, parentId: number, args: ListArgs<F>) => Page<E>;
  /** The tenant, the scope and the filter: for whoever counts or groups these rows in another way. */
  where(member: Member, filter: F | null | undefined, alias: string): Sql;
}

interface ListSpec<E extends TenantRow, F> {
  source: Source<E>;
  /** By name, the columns to order by; the id follows. None may be null, and an index should lead with them. */
  orders: Readonly<Record<string, readonly (keyof E & string)[]>>;
  defaultOrder: { field: string; direction: OrderDirection };
  /** The conditions of a filter. Must hold for an absent one too. */
  filter(given: Partial<F>, column: (property: keyof E & string) => Sql, alias: string, member: Member): readonly Sql[];
}

interface Plan<F> { field: string; direction: OrderDirection; window: Window; filter: F | null; ahead: readonly string[] }

export function defineList<E extends TenantRow, F extends object>(spec: ListSpec<E, F>): List<E, F> {
  const { source } = spec;
  const columnsOf = (field: string) => [...(spec.orders[field] ?? []), 'rowId' as keyof E & string];

  const where = (member: Member, filter: F | null | undefined, alias: string): Sql =>
    and([source.visible(member, alias), ...spec.filter(filter ?? {}, (property) => source.table.column(alias, property), alias, member)]);

  const plan = (args: ListArgs<F>): Plan<F> => {
    const { field, direction } = args.orderBy ?? spec.defaultOrder;
    return { field, direction, window: toWindow(args, field), filter: args.filter ?? null, ahead: args.info ? edgesAhead(args.info, typeName()) : [] };
  };

  /** Compares whole tuples, which both databases answer from an index. */
  const beyond = (values: readonly unknown[], columns: readonly Sql[], ascending: boolean): Sql =>
    sql`(${join(columns)}) ${raw(ascending ? '>' : '<')} (${join(values.map((value) => sql`${value as SqlValue}`))})`;

  const windowed = (member: Member, { field, direction, window, filter }: Plan<F>, alias: string, parent?: Sql) => {
    const columns = columnsOf(field).map((property) => source.table.ordered(alias, property));
    const ascending = direction === OrderDirection.ASC;
    const conditions = [where(member, filter, alias)];
    if (parent) conditions.push(parent);
    if (window.after) conditions.push(beyond(window.after, columns, ascending));
    if (window.before) conditions.push(beyond(window.before, columns, !ascending));
    const order = raw(ascending === window.backward ? ' DESC' : ' ASC');
    return {
      where: and(conditions),
      tail: sql`ORDER BY ${join(columns.map((column) => sql`${column}${order}`))} LIMIT ${window.limit + 1}${window.offset ? sql` OFFSET ${window.offset}` : raw('')}`,
    };
  };

  const toPage = (made: Plan<F>, read: () => Promise<readonly E[]>, count: () => Promise<number>): Page<E> =>
    new Page(made.window, read, count, (row) => encodeCursor(made.field, columnsOf(made.field).map((property) => row[property])));

  const typeName = () => source.table.entity.name;
  const ofRow = (property: string) => source.table.column('a', property as keyof E & string);

  /** Rows by a statement that names them `a`, and whatever is read ahead with them. */
  async function read(context: Context, edges: readonly string[], rest: Sql): Promise<E[]> {
    const ahead = joinAhead(typeName(), edges, ofRow);
    const rows = await context.db.all(sql`SELECT ${source.table.select('a')}${ahead.select} FROM ${source.from('a')}${ahead.joins} WHERE ${rest}`);
    ahead.keep(context, rows);
    return rows.map((row) => source.table.hydrate(row));
  }

  return {
    source, where,

    async one(context, id, info) {
      const [row] = await read(context, edgesAhead(info, typeName()), sql`${source.visible(memberOf(context), 'a')} AND ${ofRow('rowId')} = ${id}`);
      return row ?? null;
    },

    page(context, args) {
      const made = plan(args);
      return toPage(
        made,
        async () => {
          const part = windowed(memberOf(context), made, 'a');
          return read(context, made.ahead, sql`${part.where} ${part.tail}`);
        },
        async () => {
          const [row] = await context.db.all<{ count: number }>(sql`
            SELECT count(*) AS count FROM ${source.from('a')} WHERE ${where(memberOf(context), made.filter, 'a')}`);
          return row?.count ?? 0;
        },
      );
    },

    below: (column) => belowWhere((alias) => sql`${source.table.column(alias, column)} = k.key`),
    belowWhere,
  };

  function belowWhere(tie: (alias: string) => Sql) {
    const rows = defineLoaders(async (context: Context, made: Plan<F>, parents: readonly number[]) => {
      const member = memberOf(context);
      const outer = windowed(member, made, 'a', tie('a'));
      const inner = windowed(member, made, 'b', tie('b'));
      const [ofJoined, ofSqlite] = [joinAhead(typeName(), made.ahead, (property) => raw(`r."${property}"`)), joinAhead(typeName(), made.ahead, ofRow)];
      const found = await context.db.all(byDialect({
        postgres: sql`
          SELECT k.key AS "parentKey", r.*${ofJoined.select} FROM ${keysOf(parents)}
          CROSS JOIN LATERAL (SELECT ${source.table.select('a')} FROM ${source.from('a')} WHERE ${outer.where} ${outer.tail}) AS r${ofJoined.joins}`,
        // SQLite has no LATERAL; a limited subquery that depends on the key does the same, from the same index.
        sqlite: sql`
          SELECT k.key AS "parentKey", ${source.table.select('a')}${ofSqlite.select} FROM ${keysOf(parents)}
          CROSS JOIN ${source.from('a')}${ofSqlite.joins}
          WHERE "a".rowid IN (SELECT "b".rowid FROM ${source.from('b')} WHERE ${inner.where} ${inner.tail})`,
      }));
      ofJoined.keep(context, found);
      const groups = groupByKey(parents, found, (row) => row.parentKey as number);
      return groups.map((group) => inOrder(group.map((row) => source.table.hydrate(row)), made));
    });
    const counts = defineLoaders(async (context: Context, filter: F | null, parents: readonly number[]) => {
      const found = await context.db.all<{ key: number; count: number }>(sql`
        SELECT k.key AS key, (
          SELECT count(*) FROM ${source.from('a')}
          WHERE ${where(memberOf(context), filter, 'a')} AND ${tie('a')}
        ) AS count FROM ${keysOf(parents)}`);
      const byKey = new Map(found.map((row) => [row.key, row.count]));
      return parents.map((parent) => byKey.get(parent) ?? 0);
    });
    return (context: Context, parentId: number, args: ListArgs<F>): Page<E> => {
      const made = plan(args);
      return toPage(made, () => rows(context, made).load(parentId), () => counts(context, made.filter).load(parentId));
    };
  }

  /** A join promises no order across its rows: each parent's few are put in order here. */
  function inOrder(rows: E[], { field, direction, window }: Plan<F>): E[] {
    const properties = columnsOf(field);
    const sign = (direction === OrderDirection.ASC) === window.backward ? -1 : 1;
    return rows.sort((one, other) => {
      for (const property of properties) {
        const [left, right] = [one[property], other[property]];
        if (left !== right) return (left < right ? -1 : 1) * sign;
      }
      return 0;
    });
  }
}
