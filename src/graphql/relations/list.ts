import { memberOf, type Context, type Member } from '../../context';
import { and, byDialect, join, keysOf, raw, sql, type Sql } from '../../db/sql';
import { DomainError, ErrorCode } from '../../errors';
import { Page, type Found, type Window } from '../connection';
import { orderedBy, type SortedColumn } from './list-order';
import { ListSql, type ListArgs, type ListSpec, type PagePlan, type PageRows } from './list-sql';
import { defineLoaders, groupByKey } from './loader';
import type { Repository } from './repository';
import type { TenantRow } from './rowset';

export interface List<E extends TenantRow, F> {
  readonly source: Repository<E>;
  /**
   * Returns a page of all visible rows.
   * @throws DomainError UNAUTHENTICATED, FORBIDDEN: see `authorise`
   */
  page(context: Context, args: ListArgs<F>): Page<E>;
  /**
   * Returns the viewer if its role may see rows of this list.
   * @throws DomainError UNAUTHENTICATED; FORBIDDEN, since an empty page would mean that there are
   * none
   */
  authorise(context: Context): Member;
  /**
   * Returns a page of the rows below a parent, with one statement for all parents. The function
   * throws as `page` does.
   */
  below(tie: ParentTie): (context: Context, parentId: number, args: ListArgs<F>) => Page<E>;
  /**
   * Resolves once the values of a filter are known to be valid; null if there is nothing to look
   * up. Rejects with BAD_USER_INPUT.
   */
  check(context: Context, filter: F | null | undefined): Promise<void> | null;
  /** The conditions of tenant, scope and filter, for other aggregations of the same rows. */
  where(member: Member, filter: Partial<F> | null | undefined, alias: string): Sql;
}

/** The condition that relates a row, by its alias, to a parent's id, for a viewer. */
export type ParentCondition = (alias: string, parent: Sql, member: Member) => Sql;

interface ParentTie {
  readonly tie: ParentCondition;
  /** Whether the rows of one parent are few, so that any order may sort them. */
  readonly isFew: boolean;
}

/** A row by id, if the viewer may see it. */
export interface RowRequest {
  readonly list: List<any, any>;
  readonly id: number;
}

/** The request for a page: what a resolver derives from its arguments, before anything is read. */
export class PageRequest {
  readonly list: List<any, any>;
  readonly order: string;
  readonly window: Window;
  readonly tie: ParentCondition | undefined;
  /** Rejects if a value of the filter is invalid; null if there was nothing to look up. */
  readonly checked: Promise<void> | null;

  constructor(
    given: Pick<PageRequest, 'list' | 'order' | 'window' | 'tie' | 'checked'>,
    private readonly part: PartOf,
  ) {
    ({
      list: this.list,
      order: this.order,
      window: this.window,
      tie: this.tie,
      checked: this.checked,
    } = given);
  }

  /** Returns the conditions of the rows on the page, and their ordering columns. */
  rows(member: Member, alias: string, parent?: Sql): PageRows {
    return this.part.rows(member, alias, parent && this.tie?.(alias, parent, member));
  }

  /** Returns the conditions of all rows of the list. */
  all(member: Member, alias: string, parent?: Sql): Sql {
    return and([
      this.part.all(member, alias),
      ...(parent && this.tie ? [this.tie(alias, parent, member)] : []),
    ]);
  }
}

interface PartOf {
  rows(member: Member, alias: string, tied?: Sql): PageRows;
  all(member: Member, alias: string): Sql;
}

interface Loads<E> {
  read(): Promise<readonly Found<E>[]>;
  count(): Promise<number>;
}

export const defineList = <E extends TenantRow, F extends object>(
  spec: ListSpec<E, F>,
): List<E, F> => new DefinedList(spec);

class DefinedList<E extends TenantRow, F extends object> implements List<E, F> {
  readonly source: Repository<E>;
  private readonly sql: ListSql<E, F>;

  constructor(private readonly spec: ListSpec<E, F>) {
    this.source = spec.source;
    this.sql = new ListSql(spec);
  }

  where(member: Member, filter: Partial<F> | null | undefined, alias: string): Sql {
    return this.sql.where(member, filter, alias);
  }

  check(context: Context, filter: F | null | undefined): Promise<void> | null {
    return filter ? (this.spec.check?.(context, filter) ?? null) : null;
  }

  authorise(context: Context): Member {
    const { source } = this;
    const member = memberOf(context);
    if (!source.seesNone(member)) return member;
    throw new DomainError(
      ErrorCode.FORBIDDEN,
      `The role ${member.role} may not list objects of the type ${source.table.entity.name}.`,
    );
  }

  page(context: Context, args: ListArgs<F>): Page<E> {
    const { source } = this;
    const made = this.plan(context, args, false);
    return this.toPage(context, made, {
      read: async () => {
        const { where, columns, tail } = this.sql.windowed(memberOf(context), made, 'a');
        const rows = await context.db.all(
          sql`SELECT ${source.table.select('a')}${keysSelected(columns)} FROM ${source.from('a')} WHERE ${where} ${tail}`,
        );
        return rows.map((row) => this.found(context, row, columns));
      },
      count: async () => {
        const [row] = await context.db.all<{ count: number }>(sql`
            SELECT count(*) AS count FROM ${source.from('a')} WHERE ${this.where(memberOf(context), made.filter, 'a')}`);
        return row?.count ?? 0;
      },
    });
  }

  below({
    tie,
    isFew,
  }: ParentTie): (context: Context, parentId: number, args: ListArgs<F>) => Page<E> {
    const [rows, counts] = [this.rowsBelow(tie), this.countsBelow(tie)];
    return (context, parentId, args) => {
      const made = this.plan(context, args, isFew);
      const loads = {
        read: () => rows(context, made).load(parentId),
        count: () => counts(context, made.filter).load(parentId),
      };
      return this.toPage(context, made, loads, tie);
    };
  }

  private plan(context: Context, args: ListArgs<F>, isFew: boolean): PagePlan<F> {
    const member = this.authorise(context);
    const made = this.sql.plan(args);
    this.sql.orders.authorise(made.orderBy, { filter: made.filter ?? {}, member, isFew });
    return made;
  }

  private found(
    context: Context,
    row: Record<string, unknown>,
    columns: readonly SortedColumn[],
  ): Found<E> {
    const node = this.source.table.hydrate(row);
    this.source.markVisible(context, node);
    return { node, keys: columns.map((_, index) => row[`#${index}`]) };
  }

  private toPage(
    context: Context,
    made: PagePlan<F>,
    { read, count }: Loads<E>,
    tie?: ParentCondition,
  ): Page<E> {
    const checked = this.check(context, made.filter);
    // No error is reported if no field of the page is selected.
    checked?.catch(() => undefined);
    const valid = <T>(load: () => Promise<T>) => (checked ? () => checked.then(load) : load);
    const order = this.sql.orders.nameOf(made.orderBy);
    const request = new PageRequest(
      { list: this, order, window: made.window, tie, checked },
      {
        rows: (member, alias, tied) => this.sql.bounded(member, made, alias, tied),
        all: (member, alias) => this.where(member, made.filter, alias),
      },
    );
    return new Page(made.window, { read: valid(read), count: valid(count), order, request });
  }

  private rowsBelow(tie: ParentCondition) {
    const { source } = this;
    const parent = raw('k.key');
    return defineLoaders(
      async (context: Context, made: PagePlan<F>, parents: readonly number[]) => {
        const member = memberOf(context);
        const outer = this.sql.windowed(member, made, 'a', tie('a', parent, member));
        const inner = this.sql.windowed(member, made, 'b', tie('b', parent, member));
        const selected = sql`${source.table.select('a')}${keysSelected(outer.columns)}`;
        const rows = await context.db.all(
          sql`${byDialect({
            postgres: sql`
          SELECT k.key AS "parentKey", r.* FROM ${keysOf(parents)}
          CROSS JOIN LATERAL (SELECT ${selected} FROM ${source.from('a')} WHERE ${outer.where} ${outer.tail}) AS r`,
            // SQLite has no LATERAL; a limited correlated subquery uses the same index.
            sqlite: sql`
          SELECT k.key AS "parentKey", ${selected} FROM ${keysOf(parents)}
          CROSS JOIN ${source.from('a')}
          WHERE "a".rowid IN (SELECT "b".rowid FROM ${source.from('b')} WHERE ${inner.where} ${inner.tail})`,
          })} ORDER BY "parentKey", ${orderedBy(
            outer.columns.map(({ descending }, index) => ({
              column: raw(`"#${index}"`),
              descending,
            })),
          )}`,
        );
        return groupByKey(parents, rows, (row) => row.parentKey as number).map((group) =>
          group.map((row) => this.found(context, row, outer.columns)),
        );
      },
    );
  }

  private countsBelow(tie: ParentCondition) {
    const { source } = this;
    const parent = raw('k.key');
    return defineLoaders(async (context: Context, filter: F | null, parents: readonly number[]) => {
      const member = memberOf(context);
      const found = await context.db.all<{ key: number; count: number }>(sql`
        SELECT k.key AS key, (
          SELECT count(*) FROM ${source.from('a')}
          WHERE ${this.where(member, filter, 'a')} AND ${tie('a', parent, member)}
        ) AS count FROM ${keysOf(parents)}`);
      const byKey = new Map(found.map((row) => [row.key, row.count]));
      return parents.map((key) => byKey.get(key) ?? 0);
    });
  }
}

/** The ordering columns of a row in its select list, for its cursor. */
const keysSelected = (columns: readonly SortedColumn[]): Sql =>
  join(
    columns.map(({ column }, index) => sql`, ${column} AS ${raw(`"#${index}"`)}`),
    '',
  );
