import type { Context, Member } from '../../context';
import { and, byDialect, join, or, raw, sql, type Sql, type SqlValue } from '../../db/sql';
import { toWindow, type PageArgs, type Window } from '../connection';
import { idsOfFirst, isAmong, type Branch, type Branches } from './branches';
import {
  ListOrders,
  tailOf,
  type OrderBy,
  type OrderKey,
  type OrderSpec,
  type SortedColumn,
  type SortedKey,
} from './list-order';
import type { Repository } from './repository';
import type { TenantRow } from './rowset';

export interface ListArgs<F> extends PageArgs {
  filter?: F | null;
  orderBy?: readonly OrderBy[] | null;
}

export interface ListSpec<E extends TenantRow, F> extends OrderSpec<E, F> {
  /** Looks up the values of a filter that only the database knows: see `List.check`. */
  check?(context: Context, given: Partial<F>): Promise<void> | null;
  /**
   * A part of the scope and the filter that is a union of branches; null if there is none. It
   * limits no row that they do not.
   */
  branches?(given: Partial<F>, member: Member): Branches | null;
  /**
   * Whether an index of the filter finds few rows, which are then sorted. SQLite would read all
   * rows in their order instead. `order` is the first one.
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

/** The arguments of a page, with their defaults. */
export interface PagePlan<F> {
  readonly orderBy: readonly OrderBy[];
  readonly window: Window;
  readonly filter: F | null;
}

/** The rows of a page: their conditions, and their ordering columns in the window's direction. */
export interface PageRows {
  readonly where: Sql;
  readonly columns: readonly SortedColumn[];
}

/** The SQL of a list: its rows by tenant, scope, filter and window. */
export class ListSql<E extends TenantRow, F> {
  readonly orders: ListOrders<E, F>;
  private readonly source: Repository<E>;

  constructor(private readonly spec: ListSpec<E, F>) {
    this.source = spec.source;
    this.orders = new ListOrders(spec);
  }

  plan(args: ListArgs<F>): PagePlan<F> {
    const orderBy = this.orders.complete(args.orderBy);
    return {
      orderBy,
      window: toWindow(args, this.orders.cursorOrder(orderBy)),
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
    const { orderBy, window, filter } = made;
    const [{ field }] = orderBy as [OrderBy];
    const keys = this.orders.keysOf(orderBy, window.backward);
    const columns = columnsOf(keys, ({ of }) => of(alias));
    // A parent's rows are few, and the index of the parent has them in order.
    const branches = tied ? null : this.branchesOf(member, filter);
    const isInOrder = branches?.orders.includes(field) ?? true;
    const isSorted = !tied && (!isInOrder || (this.spec.sorts?.(filter ?? {}, field) ?? false));
    if (branches && !isSorted)
      return {
        where: this.amongFirst(member, made, alias, branches),
        columns: columns.map(unindexed),
      };
    const own = tied ? this.scoped(member, filter, alias) : this.where(member, filter, alias);
    return {
      where: and([own, ...(tied ? [tied] : []), ...inWindow(window, columns)]),
      columns: isSorted ? columns.map(unindexed) : columns,
    };
  }

  windowed(
    member: Member,
    made: PagePlan<F>,
    alias: string,
    tied?: Sql,
  ): PageRows & { readonly tail: Sql } {
    const { where, columns } = this.bounded(member, made, alias, tied);
    return {
      where,
      columns,
      tail: tailOf(columns, made.window.limit + 1, made.window.offset),
    };
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
    const { orderBy, window, filter } = made;
    const keys = this.orders.keysOf(orderBy, window.backward);
    const first = (branch: Branch, key: Sql): Sql => {
      const own = columnsOf(
        keys,
        ({ property, of }) => (property && branch.column('m', property)) || of('m'),
      );
      return sql`SELECT ${source.table.column('m', 'rowId')} AS id FROM ${branch.from('m')}
        WHERE ${and([branch.of('m', key), this.scoped(member, filter, 'm'), ...inWindow(window, own)])}
        ${tailOf(own, window.limit + window.offset + 1, 0)}`;
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

const columnsOf = (
  keys: readonly SortedKey[],
  columnOf: (key: OrderKey) => Sql,
): readonly SortedColumn[] =>
  keys.map(({ key, descending }) => ({ column: columnOf(key), descending }));

/**
 * An ordering column with a sign, without which SQLite takes the index on the order and looks each
 * row of the business up.
 */
const unindexed = ({ column, descending }: SortedColumn): SortedColumn => ({
  column: byDialect({ postgres: column, sqlite: sql`${raw('+')}${column}` }),
  descending,
});

function inWindow(
  { after, before, backward }: Window,
  columns: readonly SortedColumn[],
): readonly Sql[] {
  return [
    ...(after ? [beyond(after, columns, !backward)] : []),
    ...(before ? [beyond(before, columns, backward)] : []),
  ];
}

/** The rows after a position in the order of the columns, or before it. */
function beyond(values: readonly unknown[], columns: readonly SortedColumn[], after: boolean): Sql {
  const bound = values.map((value) => sql`${value as SqlValue}`);
  const operator = ({ descending }: SortedColumn): Sql => raw(descending === after ? '<' : '>');
  const [first] = columns as [SortedColumn];
  // Both databases compare whole tuples with an index.
  if (columns.every(({ descending }) => descending === first.descending))
    return sql`(${join(columns.map(({ column }) => column))}) ${operator(first)} (${join(bound)})`;
  const from = (place: number): Sql => {
    const own = columns[place] as SortedColumn;
    const value = bound[place] as Sql;
    const further = sql`${own.column} ${operator(own)} ${value}`;
    return place === columns.length - 1
      ? further
      : or([further, sql`${own.column} = ${value} AND ${from(place + 1)}`]);
  };
  // The bound of the first column repeats what follows from the rest, for its index.
  return sql`${first.column} ${operator(first)}= ${bound[0] as Sql} AND ${from(0)}`;
}
