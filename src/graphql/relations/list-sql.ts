import type { Context, Member } from '../../context';
import { and, byDialect, join, raw, sql, type Sql, type SqlValue } from '../../db/sql';
import type { TableColumn } from '../../db/table';
import {
  encodeCursor,
  OrderDirection,
  toWindow,
  type Order,
  type PageArgs,
  type Window,
} from '../connection';
import { idsOfFirst, isAmong, type Branch, type Branches } from './branches';
import type { Repository } from './repository';
import type { TenantRow } from './rowset';

export interface ListArgs<F> extends PageArgs {
  filter?: F | null;
  orderBy?: { field: string; direction: OrderDirection } | null;
}

export interface ListSpec<E extends TenantRow, F> {
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
  /**
   * Whether an index of the filter finds few rows, which are then sorted. SQLite would read all
   * rows in their order instead.
   */
  sorts?(given: Partial<F>, order: string): boolean;
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

/** A cursor belongs to one list and order; others refuse it. */
export const orderName = ({ table }: Repository<any>, field: string): string =>
  `${table.entity.name}.${field}`;

/** The arguments of a page, with their defaults. */
export interface PagePlan<F> {
  readonly field: string;
  readonly direction: OrderDirection;
  readonly window: Window;
  readonly filter: F | null;
}

/** The rows of a page: their conditions, and their ordering columns in the window's direction. */
export interface PageRows {
  readonly where: Sql;
  readonly columns: readonly Sql[];
  readonly descending: boolean;
}

/** The SQL of a list: its rows by tenant, scope, filter and window. */
export class ListSql<E extends TenantRow, F> {
  private readonly source: Repository<E>;

  constructor(private readonly spec: ListSpec<E, F>) {
    this.source = spec.source;
  }

  columnsOf(field: string): (keyof E & string)[] {
    return [...(this.spec.orders[field] ?? []), 'rowId'];
  }

  orderOf(field: string): Order {
    const { table } = this.source;
    return {
      name: orderName(this.source, field),
      columns: this.columnsOf(field).map(
        (property) => table.byProperty.get(property) as TableColumn,
      ),
    };
  }

  cursorOf(field: string, row: E): string {
    return encodeCursor(
      orderName(this.source, field),
      this.columnsOf(field).map((property) => row[property]),
    );
  }

  plan(args: ListArgs<F>): PagePlan<F> {
    const { field, direction } = args.orderBy ?? this.spec.defaultOrder;
    return {
      field,
      direction,
      window: toWindow(args, this.orderOf(field)),
      filter: args.filter ?? null,
    };
  }

  /** The conditions of tenant, scope and filter. */
  where(member: Member, filter: Partial<F> | null | undefined, alias: string): Sql {
    const branches = this.branchesOf(member, filter);
    return and([...(branches ? [branches.all(alias)] : []), this.scoped(member, filter, alias)]);
  }

  /** `tied` is the condition that relates the rows to a parent. */
  bounded(member: Member, made: PagePlan<F>, alias: string, tied?: Sql): PageRows {
    const { field, direction, window, filter } = made;
    const columns = this.columnsOf(field).map((property) =>
      this.source.table.ordered(alias, property),
    );
    const descending = (direction === OrderDirection.ASC) === window.backward;
    // A parent's rows are few, and the index of the parent has them in order.
    const isSorted = !tied && (this.spec.sorts?.(filter ?? {}, field) ?? false);
    const branches = tied || isSorted ? null : this.branchesOf(member, filter);
    if (branches?.orders.includes(field))
      return {
        where: this.amongFirst(member, made, alias, branches),
        columns: columns.map(unindexed),
        descending,
      };
    const own = tied ? this.scoped(member, filter, alias) : this.where(member, filter, alias);
    return {
      where: and([own, ...(tied ? [tied] : []), ...inWindow(made, columns)]),
      columns: isSorted ? columns.map(unindexed) : columns,
      descending,
    };
  }

  windowed(
    member: Member,
    made: PagePlan<F>,
    alias: string,
    tied?: Sql,
  ): { readonly where: Sql; readonly tail: Sql } {
    const { where, columns, descending } = this.bounded(member, made, alias, tied);
    return { where, tail: tailOf(columns, descending, made.window.limit + 1, made.window.offset) };
  }

  private branchesOf(member: Member, filter: Partial<F> | null | undefined): Branches | null {
    return this.spec.branches?.(filter ?? {}, member) ?? null;
  }

  private scoped(member: Member, filter: Partial<F> | null | undefined, alias: string): Sql {
    const column = (property: keyof E & string) => this.source.table.column(alias, property);
    return and([
      this.source.visible(member, alias),
      ...this.spec.filter(filter ?? {}, column, alias, member),
    ]);
  }

  /** The condition of the first rows of each branch. */
  private amongFirst(member: Member, made: PagePlan<F>, alias: string, branches: Branches): Sql {
    const { source } = this;
    const { field, direction, window, filter } = made;
    const descending = (direction === OrderDirection.ASC) === window.backward;
    const first = (branch: Branch, key: Sql): Sql => {
      const own = this.columnsOf(field).map((property) => branch.column('m', property));
      return sql`SELECT ${source.table.column('m', 'rowId')} AS id FROM ${branch.from('m')}
        WHERE ${and([branch.of('m', key), this.scoped(member, filter, 'm'), ...inWindow(made, own)])}
        ${tailOf(own, descending, window.limit + window.offset + 1, 0)}`;
    };
    const ofTenant = (own: string): Sql =>
      sql`${source.table.column(own, 'businessId')} = ${member.businessId}`;
    const ids = idsOfFirst(
      branches,
      first,
      (own) => sql`${source.from(own)} WHERE ${ofTenant(own)}`,
    );
    return and([ofTenant(alias), isAmong(source.table.column(alias, 'rowId'), ids)]);
  }
}

/**
 * An ordering column with a sign, without which SQLite takes the index on the order and looks each
 * row of the business up.
 */
const unindexed = (column: Sql): Sql =>
  byDialect({ postgres: column, sqlite: sql`${raw('+')}${column}` });

function inWindow({ direction, window }: PagePlan<unknown>, compared: readonly Sql[]): Sql[] {
  const ascending = direction === OrderDirection.ASC;
  return [
    ...(window.after ? [beyond(window.after, compared, ascending)] : []),
    ...(window.before ? [beyond(window.before, compared, !ascending)] : []),
  ];
}

/** Compares whole tuples, which both databases evaluate with an index. */
const beyond = (values: readonly unknown[], columns: readonly Sql[], ascending: boolean): Sql =>
  sql`(${join(columns)}) ${raw(ascending ? '>' : '<')} (${join(values.map((value) => sql`${value as SqlValue}`))})`;
