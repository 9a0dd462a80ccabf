import { memberOf, type Context, type Member } from '../../context';
import { DomainError, ErrorCode } from '../../errors';
import { and, byDialect, join, keysOf, raw, sql, type Sql, type SqlValue } from '../../db/sql';
import type { TableColumn } from '../../db/table';
import { defineLoaders, groupByKey } from './loader';
import {
  encodeCursor,
  OrderDirection,
  Page,
  toWindow,
  type Order,
  type PageArgs,
  type Window,
} from '../connection';
import { idsOfFirst, isAmong, type Branch, type Branches } from './branches';
import type { Repository, TenantRow } from './repository';

export interface ListArgs<F> extends PageArgs {
  filter?: F | null;
  orderBy?: { field: string; direction: OrderDirection } | null;
}

export interface List<E extends TenantRow, F> {
  readonly source: Repository<E>;
  /**
   * Returns a page of all visible rows.
   * @throws DomainError UNAUTHENTICATED, FORBIDDEN: see `authorise`
   */
  page(context: Context, args: ListArgs<F>): Page<E>;
  /** Returns a page of the rows below a parent, with one statement for all parents. */
  below(tie: ParentCondition): (context: Context, parentId: number, args: ListArgs<F>) => Page<E>;
  /**
   * Returns the viewer if its role may see rows of this list.
   * @throws DomainError UNAUTHENTICATED; FORBIDDEN, since an empty page would mean that there are none
   */
  authorise(context: Context): Member;
  /**
   * Resolves once the values of a filter are known to be valid; null if there is nothing to look
   * up. Rejects with BAD_USER_INPUT.
   */
  check(context: Context, filter: F | null | undefined): Promise<void> | null;
  /** The conditions of tenant, scope and filter, for other aggregations of the same rows. */
  where(member: Member, filter: Partial<F> | null | undefined, alias: string): Sql;
}

/** The condition that relates a row, by its alias, to a parent's id. */
export type ParentCondition = (alias: string, parent: Sql) => Sql;

/** The request for a page: what a resolver derives from its arguments, before anything is read. */
export class PageRequest {
  constructor(
    readonly list: List<any, any>,
    readonly order: string,
    readonly window: Window,
    readonly tie: ParentCondition | undefined,
    private readonly part: PartOf,
    /** Rejects if a value of the filter is invalid; null if there was nothing to look up. */
    readonly checked: Promise<void> | null,
  ) {}

  /**
   * Returns the conditions of the rows on the page, and their ordering columns in the window's
   * direction.
   */
  rows(
    member: Member,
    alias: string,
    parent?: Sql,
  ): { where: Sql; columns: readonly Sql[]; descending: boolean } {
    return this.part.rows(member, alias, parent && this.tie?.(alias, parent));
  }

  /** Returns the conditions of all rows of the list. */
  all(member: Member, alias: string, parent?: Sql): Sql {
    return and([
      this.part.all(member, alias),
      ...(parent && this.tie ? [this.tie(alias, parent)] : []),
    ]);
  }
}

interface PartOf {
  rows(
    member: Member,
    alias: string,
    tied?: Sql,
  ): { where: Sql; columns: readonly Sql[]; descending: boolean };
  all(member: Member, alias: string): Sql;
}

interface ListSpec<E extends TenantRow, F> {
  source: Repository<E>;
  /**
   * Ordering columns by the name of the order; the id follows. Columns must not be nullable, and
   * an index should lead with them.
   */
  orders: Readonly<Record<string, readonly (keyof E & string)[]>>;
  defaultOrder: { field: string; direction: OrderDirection };
  /** Looks up the values of a filter that only the database knows: see `List.check`. */
  check?(context: Context, given: Partial<F>): Promise<void> | null;
  /**
   * A part of the scope and the filter that is a union of branches; null if there is none. It
   * limits no row that they do not.
   */
  branches?(given: Partial<F>, member: Member): Branches | null;
  /** The conditions of a filter. Must hold for an absent one too. */
  filter(
    given: Partial<F>,
    column: (property: keyof E & string) => Sql,
    alias: string,
    member: Member,
  ): readonly Sql[];
}

/** The page size is literal text, because the database plans by it. */
export const tailOf = (
  columns: readonly Sql[],
  descending: boolean,
  limit: number,
  offset: number,
): Sql =>
  sql`ORDER BY ${join(columns.map((column) => sql`${column}${raw(descending ? ' DESC' : ' ASC')}`))} LIMIT ${raw(String(limit))}${offset ? sql` OFFSET ${offset}` : raw('')}`;

interface Loads<E> {
  read(): Promise<readonly E[]>;
  count(): Promise<number>;
}

/** A cursor belongs to one list and order; others refuse it. */
const orderName = ({ table }: Repository<any>, field: string): string =>
  `${table.entity.name}.${field}`;

interface Plan<F> {
  field: string;
  direction: OrderDirection;
  window: Window;
  filter: F | null;
}

export function defineList<E extends TenantRow, F extends object>(
  spec: ListSpec<E, F>,
): List<E, F> {
  const { source } = spec;
  const columnsOf = (field: string) => [...(spec.orders[field] ?? []), 'rowId' as keyof E & string];
  const orderOf = (field: string): Order => ({
    name: orderName(source, field),
    columns: columnsOf(field).map(
      (property) => source.table.byProperty.get(property) as TableColumn,
    ),
  });

  const authorise = (context: Context): Member => {
    const member = memberOf(context);
    if (!source.seesNone(member)) return member;
    throw new DomainError(
      ErrorCode.FORBIDDEN,
      `The role ${member.role} may not list objects of the type ${source.table.entity.name}.`,
    );
  };

  const branchesOf = (member: Member, filter: Partial<F> | null | undefined) =>
    spec.branches?.(filter ?? {}, member) ?? null;

  const where = (member: Member, filter: Partial<F> | null | undefined, alias: string): Sql => {
    const branches = branchesOf(member, filter);
    return and([...(branches ? [branches.all(alias)] : []), scoped(member, filter, alias)]);
  };

  const scoped = (member: Member, filter: Partial<F> | null | undefined, alias: string): Sql =>
    and([
      source.visible(member, alias),
      ...spec.filter(
        filter ?? {},
        (property) => source.table.column(alias, property),
        alias,
        member,
      ),
    ]);

  const plan = (args: ListArgs<F>): Plan<F> => {
    const { field, direction } = args.orderBy ?? spec.defaultOrder;
    return {
      field,
      direction,
      window: toWindow(args, orderOf(field)),
      filter: args.filter ?? null,
    };
  };

  /** Compares whole tuples, which both databases evaluate with an index. */
  const beyond = (values: readonly unknown[], columns: readonly Sql[], ascending: boolean): Sql =>
    sql`(${join(columns)}) ${raw(ascending ? '>' : '<')} (${join(values.map((value) => sql`${value as SqlValue}`))})`;

  const bounded = (
    member: Member,
    { field, direction, window, filter }: Plan<F>,
    alias: string,
    tied?: Sql,
  ) => {
    const columns = columnsOf(field).map((property) => source.table.ordered(alias, property));
    const ascending = direction === OrderDirection.ASC;
    const descending = ascending === window.backward;
    const inWindow = (compared: readonly Sql[]): Sql[] => [
      ...(window.after ? [beyond(window.after, compared, ascending)] : []),
      ...(window.before ? [beyond(window.before, compared, !ascending)] : []),
    ];
    // A parent's rows are few, and the index of the parent has them in order.
    const branches = tied ? null : branchesOf(member, filter);
    if (!branches?.orders.includes(field))
      return {
        where: and([
          (tied ? scoped : where)(member, filter, alias),
          ...(tied ? [tied] : []),
          ...inWindow(columns),
        ]),
        columns,
        descending,
      };
    const first = (branch: Branch, key: Sql): Sql => {
      const own = columnsOf(field).map((property) => branch.column('m', property));
      return sql`SELECT ${source.table.column('m', 'rowId')} AS id FROM ${branch.from('m')}
        WHERE ${and([branch.of('m', key), scoped(member, filter, 'm'), ...inWindow(own)])}
        ${tailOf(own, descending, window.limit + window.offset + 1, 0)}`;
    };
    const ofTenant = (own: string): Sql =>
      sql`${source.table.column(own, 'businessId')} = ${member.businessId}`;
    const ids = idsOfFirst(
      branches,
      first,
      (own) => sql`${source.from(own)} WHERE ${ofTenant(own)}`,
    );
    return {
      where: and([ofTenant(alias), isAmong(source.table.column(alias, 'rowId'), ids)]),
      // Without the sign SQLite takes the index on the order and looks each row of the business up
      // among the ids.
      columns: columns.map((column) =>
        byDialect({ postgres: column, sqlite: sql`${raw('+')}${column}` }),
      ),
      descending,
    };
  };

  const windowed = (member: Member, made: Plan<F>, alias: string, tied?: Sql) => {
    const { columns, descending, ...part } = bounded(member, made, alias, tied);
    return {
      ...part,
      tail: tailOf(columns, descending, made.window.limit + 1, made.window.offset),
    };
  };

  const check = (context: Context, filter: F | null | undefined) =>
    filter ? (spec.check?.(context, filter) ?? null) : null;

  const toPage = (
    context: Context,
    made: Plan<F>,
    { read, count }: Loads<E>,
    tie?: ParentCondition,
  ): Page<E> => {
    const checked = check(context, made.filter);
    // No error is reported if no field of the page is selected.
    checked?.catch(() => undefined);
    const valid = <T>(load: () => Promise<T>) => (checked ? () => checked.then(load) : load);
    const request = new PageRequest(
      list,
      orderName(source, made.field),
      made.window,
      tie,
      {
        rows: (member, alias, tied) => bounded(member, made, alias, tied),
        all: (member, alias) => where(member, made.filter, alias),
      },
      checked,
    );
    return new Page(
      made.window,
      valid(read),
      valid(count),
      (row) =>
        encodeCursor(
          orderName(source, made.field),
          columnsOf(made.field).map((property) => row[property]),
        ),
      request,
    );
  };

  const list: List<E, F> = {
    source,
    where,
    check,

    authorise,

    page(context, args) {
      authorise(context);
      const made = plan(args);
      return toPage(context, made, {
        async read() {
          const part = windowed(memberOf(context), made, 'a');
          const rows = await context.db.all(
            sql`SELECT ${source.table.select('a')} FROM ${source.from('a')} WHERE ${part.where} ${part.tail}`,
          );
          return rows.map((row) => {
            const found = source.table.hydrate(row);
            source.markVisible(context, found);
            return found;
          });
        },
        async count() {
          const [row] = await context.db.all<{ count: number }>(sql`
            SELECT count(*) AS count FROM ${source.from('a')} WHERE ${where(memberOf(context), made.filter, 'a')}`);
          return row?.count ?? 0;
        },
      });
    },

    below,
  };
  return list;

  function below(tie: ParentCondition) {
    const parent = raw('k.key');
    const rows = defineLoaders(
      async (context: Context, made: Plan<F>, parents: readonly number[]) => {
        const member = memberOf(context);
        const outer = windowed(member, made, 'a', tie('a', parent));
        const inner = windowed(member, made, 'b', tie('b', parent));
        const found = await context.db.all(
          byDialect({
            postgres: sql`
          SELECT k.key AS "parentKey", r.* FROM ${keysOf(parents)}
          CROSS JOIN LATERAL (SELECT ${source.table.select('a')} FROM ${source.from('a')} WHERE ${outer.where} ${outer.tail}) AS r`,
            // SQLite has no LATERAL; a limited correlated subquery uses the same index.
            sqlite: sql`
          SELECT k.key AS "parentKey", ${source.table.select('a')} FROM ${keysOf(parents)}
          CROSS JOIN ${source.from('a')}
          WHERE "a".rowid IN (SELECT "b".rowid FROM ${source.from('b')} WHERE ${inner.where} ${inner.tail})`,
          }),
        );
        const groups = groupByKey(parents, found, (row) => row.parentKey as number).map((group) =>
          group.map((row) => source.table.hydrate(row)),
        );
        for (const row of groups.flat()) source.markVisible(context, row);
        return groups.map((group) => inOrder(group, made));
      },
    );
    const counts = defineLoaders(
      async (context: Context, filter: F | null, parents: readonly number[]) => {
        const found = await context.db.all<{ key: number; count: number }>(sql`
        SELECT k.key AS key, (
          SELECT count(*) FROM ${source.from('a')}
          WHERE ${where(memberOf(context), filter, 'a')} AND ${tie('a', parent)}
        ) AS count FROM ${keysOf(parents)}`);
        const byKey = new Map(found.map((row) => [row.key, row.count]));
        return parents.map((parent) => byKey.get(parent) ?? 0);
      },
    );
    return (context: Context, parentId: number, args: ListArgs<F>): Page<E> => {
      const made = plan(args);
      const loads = {
        read: () => rows(context, made).load(parentId),
        count: () => counts(context, made.filter).load(parentId),
      };
      return toPage(context, made, loads, tie);
    };
  }

  /** Sorts the rows of one parent, because a join guarantees no order. */
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
