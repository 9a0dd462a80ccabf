import type { Member } from '../../context';
import { byDialect, join, raw, sql, type Sql } from '../../db/sql';
import type { TableColumn } from '../../db/table';
import { badValue, DomainError, ErrorCode, InputProblemCode } from '../../errors';
import { OrderDirection, type Order } from '../connection';
import type { Repository } from './repository';
import type { TenantRow } from './rowset';

/**
 * A value that rows are sorted by. Never null, since a comparison with null has no result: a value
 * that may be missing has a key `absence` before it.
 */
export interface OrderKey extends Pick<TableColumn, 'kind' | 'limit'> {
  readonly of: (alias: string) => Sql;
  /** The column of the row; undefined for an expression. */
  readonly property?: string;
}

/** One of the orders of a request, by its name. */
export interface OrderBy {
  readonly field: string;
  readonly direction: OrderDirection;
}

/** A key in the direction of a page. */
export interface SortedKey {
  readonly key: OrderKey;
  readonly descending: boolean;
}

/** An ordering column in the direction of a page. */
export interface SortedColumn {
  readonly column: Sql;
  readonly descending: boolean;
}

/** Orders that the rows of a list must be few for, because no index has them. */
export interface BoundedSort<F> {
  /** Sequences of orders in one direction that an index has. */
  readonly indexed: readonly (readonly string[])[];
  /** Orders in which so few rows are equal that further orders may follow in any direction. */
  readonly distinct: readonly string[];
  /** Whether a filter, or the scope of a viewer, has few rows. */
  bounds(given: Partial<F>, member: Member): boolean;
  /** Names the filters that do: the end of a sentence. */
  readonly remedy: string;
}

export interface OrderSpec<E extends TenantRow, F> {
  readonly source: Repository<E>;
  /** Ordering columns and keys by the name of the order; the id follows. */
  readonly orders: Readonly<Record<string, readonly ((keyof E & string) | OrderKey)[]>>;
  readonly defaultOrder: OrderBy;
  /** Defaults to none: the rows of the list are few, or each order has an index. */
  readonly boundedSort?: BoundedSort<F>;
}

/** Orders missing values after all others, and before them if descending. */
export const absence = (value: (alias: string) => Sql): OrderKey => ({
  kind: 'number',
  limit: 1,
  of: (alias) => sql`CASE WHEN ${value(alias)} IS NULL THEN 1 ELSE 0 END`,
});

/** Text by code points on both databases, as ordered columns are. Empty if missing. */
export const textKey = (value: (alias: string) => Sql): OrderKey => ({
  kind: 'text',
  limit: 0,
  of: (alias) =>
    byDialect({
      postgres: sql`COALESCE(${value(alias)}, '') COLLATE "C"`,
      sqlite: sql`COALESCE(${value(alias)}, '')`,
    }),
});

/** The orders of a list: their names, keys, and which of them an index serves. */
export class ListOrders<E extends TenantRow, F> {
  constructor(private readonly spec: OrderSpec<E, F>) {}

  /**
   * Returns the orders of a request, or the default, and after them those that complete an index.
   * @throws DomainError BAD_USER_INPUT for an order that is given twice
   */
  complete(given: readonly OrderBy[] | null | undefined): readonly OrderBy[] {
    const orders = given?.length ? given : [this.spec.defaultOrder];
    orders.forEach(({ field }, index) => {
      if (orders.findIndex((other) => other.field === field) < index)
        throw badValue(
          InputProblemCode.DUPLICATE,
          `The order ${field} is given more than once.`,
          pathOf(index),
        );
    });
    const index = this.spec.boundedSort?.indexed.find((names) => begins(names, orders));
    const { direction } = orders[0] as OrderBy;
    const rest = (index ?? []).slice(orders.length).map((field) => ({ field, direction }));
    return [...orders, ...rest];
  }

  /** The keys in the direction of the page; the id has that of the last order. */
  keysOf(orders: readonly OrderBy[], backward: boolean): readonly SortedKey[] {
    const isDescending = ({ direction }: OrderBy): boolean =>
      (direction === OrderDirection.ASC) === backward;
    return [
      ...orders.flatMap((order) =>
        (this.spec.orders[order.field] ?? []).map((key) => ({
          key: this.keyOf(key),
          descending: isDescending(order),
        })),
      ),
      { key: this.keyOf('rowId'), descending: isDescending(orders[orders.length - 1] as OrderBy) },
    ];
  }

  /** A cursor belongs to one list and its orders, in any direction; others refuse it. */
  nameOf(orders: readonly OrderBy[]): string {
    const { table } = this.spec.source;
    return `${table.entity.name}.${orders.map(({ field }) => field).join()}`;
  }

  cursorOrder(orders: readonly OrderBy[]): Order {
    return {
      name: this.nameOf(orders),
      columns: this.keysOf(orders, false).map(({ key }) => key),
    };
  }

  /**
   * @throws DomainError BAD_USER_INPUT for orders that no index has, over rows that may be many;
   * FORBIDDEN for an order by a field that the viewer may not read of every row, since positions
   * and cursors would disclose it
   */
  authorise(
    orders: readonly OrderBy[],
    { filter, member, isFew }: { filter: Partial<F>; member: Member; isFew: boolean },
  ): void {
    orders.forEach(({ field }, index) => {
      if (this.discloses(field, member))
        throw new DomainError(
          ErrorCode.FORBIDDEN,
          `The role ${member.role} may not order this list by ${field}.`,
          { path: pathOf(index) },
        );
    });
    const { boundedSort } = this.spec;
    if (!boundedSort || isFew || boundedSort.bounds(filter, member)) return;
    const unserved = unservedOf(boundedSort, orders);
    if (unserved < 0) return;
    const names = orders.map(({ field, direction }) => `${field} ${direction}`).join(', ');
    throw badValue(
      InputProblemCode.NOT_ALLOWED,
      `The order ${names} sorts all rows of the filter. Restrict them: ${boundedSort.remedy}`,
      pathOf(unserved),
    );
  }

  private discloses(field: string, member: Member): boolean {
    const { source, orders } = this.spec;
    const { summary } = source;
    return (
      summary !== null &&
      source.listsInPart(member) &&
      !(orders[field] ?? []).every((key) => typeof key === 'string' && summary.has(key))
    );
  }

  private keyOf(key: (keyof E & string) | OrderKey): OrderKey {
    if (typeof key !== 'string') return key;
    const { table } = this.spec.source;
    const { kind, limit } = table.byProperty.get(key) as TableColumn;
    return { kind, limit, property: key, of: (alias) => table.ordered(alias, key) };
  }
}

const pathOf = (index: number): string[] => ['orderBy', String(index), 'field'];

/** Whether orders in one direction are the beginning of an index. */
const begins = (index: readonly string[], orders: readonly OrderBy[]): boolean =>
  orders.every(
    ({ field, direction }, place) =>
      index[place] === field && direction === (orders[0] as OrderBy).direction,
  );

/** Returns the place of the first order that needs a sort of many rows; -1 if there is none. */
function unservedOf(
  { indexed, distinct }: Pick<BoundedSort<unknown>, 'indexed' | 'distinct'>,
  orders: readonly OrderBy[],
): number {
  const served = (count: number) => indexed.some((index) => begins(index, orders.slice(0, count)));
  for (let place = 0; place < orders.length; place += 1) {
    if (!served(place + 1)) return place;
    if (distinct.includes((orders[place] as OrderBy).field)) return -1;
  }
  return -1;
}

const directed = ({ column, descending }: SortedColumn): Sql =>
  sql`${column}${raw(descending ? ' DESC' : ' ASC')}`;

/** The page size is literal text, because the database plans by it. */
export const tailOf = (columns: readonly SortedColumn[], limit: number, offset: number): Sql =>
  sql`ORDER BY ${orderedBy(columns)} LIMIT ${raw(String(limit))}${offset ? sql` OFFSET ${offset}` : raw('')}`;

export const orderedBy = (columns: readonly SortedColumn[]): Sql => join(columns.map(directed));
