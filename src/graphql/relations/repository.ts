import type DataLoader from 'dataloader';
import { memberOf, type Context, type Member } from '../../context';
import { BusinessRule } from '../../business-rule';
import { DomainError, ErrorCode, violatedAt } from '../../errors';
import { isOneOf, raw, sql, type Sql } from '../../db/sql';
import type { Table } from '../../db/table';
import { alignByKey, defineLoader } from './loader';
import {
  ReadAccess,
  RowAccess,
  type Condition,
  type Disclosure,
  type Reference,
  type Scope,
} from './row-access';
import { rowsetOf, type Rowset, type TenantRow } from './rowset';

/** Rows of one kind and the access of viewers to them. */
export interface Repository<E extends TenantRow> extends Rowset<E> {
  /** The condition of tenant and scope, for every statement that starts from these rows. */
  visible(member: Member, alias: string): Sql;
  /** Rows that the row's own query returns: visible ones, and ones that a visible row refers to. */
  readonly readable: Condition;
  /** Readable rows of which the viewer may read every field. */
  readonly full: Condition;
  /**
   * Fields shown of a readable row that is not fully readable; null where no row is readable in
   * part.
   */
  readonly summary: ReadonlySet<string> | null;
  /** Whether some rows of the viewer's business are not fully readable. */
  limits(member: Member): boolean;
  /** Whether no row is visible to the viewer. */
  seesNone(member: Member): boolean;
  /** Whether a row that the viewer lists may be readable in part only. */
  listsInPart(member: Member): boolean;
  /** Whether every visible row is fully readable. */
  readonly listsInFull: boolean;
  /** Synchronous if this context has cached the result. */
  accessTo(context: Context, row: E): ReadAccess | Promise<ReadAccess>;
  /** Records that a statement read the row by `visible`. */
  markVisible(context: Context, row: E): void;
  /** Makes rows readable that visible rows of the type `by` refer to. */
  referredBy(by: string, refers: Reference): void;
  /** By id: null for a row that does not exist, belongs to another business, or is not readable. */
  findVisible(context: Context, id: number): Promise<E | null>;
  /** @throws DomainError NOT_FOUND at `path`. */
  getVisible(context: Context, id: number, path: readonly string[]): Promise<E>;
  /**
   * Returns the row for a new reference to it.
   * @throws DomainError NOT_FOUND at `path`; RULE_VIOLATED for a deleted row
   */
  getToRefer(context: Context, id: number, path: readonly string[]): Promise<E>;
  /**
   * Returns the row if the viewer may read all of it, as a change requires.
   * @throws DomainError NOT_FOUND at `path`; FORBIDDEN
   */
  getToChange(context: Context, id: number, path: readonly string[]): Promise<E>;
  /**
   * Returns the row within the viewer's business, regardless of scope: for relations of a visible
   * row.
   */
  findById(context: Context, id: number): Promise<E | null>;
  /** Returns the target of a foreign key, which always exists. */
  getById(context: Context, id: number): Promise<E>;
  /** Caches a row that another statement has read, for relations that lead to it. */
  prime(context: Context, row: E): void;
  clear(context: Context, id: number): void;
}

const sources = new Map<string, Repository<any>>();

/** The repository of a schema type; undefined for types that are reached from another row only. */
export const sourceOf = (type: string): Repository<any> | undefined => sources.get(type);

export function defineRepository<E extends TenantRow>(
  entity: new () => E,
  scope: Scope<E>,
  disclosure: Disclosure<E> = {},
): Repository<E> {
  const source = new DefinedRepository(entity, scope, disclosure);
  sources.set(entity.name, source);
  return source;
}

class DefinedRepository<E extends TenantRow> implements Repository<E> {
  readonly summary: ReadonlySet<string> | null;
  readonly listsInFull: boolean;
  private readonly rows: Rowset<E>;
  private readonly access: RowAccess<E>;
  private readonly unscoped: (context: Context) => DataLoader<number, E | null>;
  private readonly scoped: (context: Context) => DataLoader<number, E | null>;
  private readonly inPart: (context: Context) => DataLoader<number, E | null>;

  constructor(
    private readonly entity: new () => E,
    scope: Scope<E>,
    disclosure: Disclosure<E>,
  ) {
    const { summary } = disclosure;
    this.rows = rowsetOf(entity);
    this.access = new RowAccess(this.rows, scope, disclosure, sourceOf);
    this.summary = summary ? new Set(['id', ...summary]) : null;
    this.listsInFull = this.access.listsInFull;
    this.unscoped = this.byId((member) => this.access.ofTenant(member, 'a'));
    this.scoped = this.byId(
      (member) => this.visible(member, 'a'),
      (context, row) => this.markVisible(context, row),
    );
    this.inPart = this.byId(
      (member) => this.readable(member, 'a'),
      (context, row, isFull) => this.access.note(context, row, isFull),
      (member) => this.full(member, 'a'),
    );
  }

  get table(): Table<E> {
    return this.rows.table;
  }

  from(alias: string): Sql {
    return this.rows.from(alias);
  }

  visible(member: Member, alias: string): Sql {
    return this.access.visible(member, alias);
  }

  readable(member: Member, alias: string): Sql {
    return this.access.readable(member, alias);
  }

  full(member: Member, alias: string): Sql {
    return this.access.full(member, alias);
  }

  limits(member: Member): boolean {
    return this.access.limits(member);
  }

  listsInPart(member: Member): boolean {
    return this.access.listsInPart(member);
  }

  seesNone(member: Member): boolean {
    return this.access.seesNone(member);
  }

  accessTo(context: Context, row: E): ReadAccess | Promise<ReadAccess> {
    return this.access.accessTo(context, row);
  }

  markVisible(context: Context, row: E): void {
    this.access.markVisible(context, row);
  }

  referredBy(by: string, refers: Reference): void {
    this.access.referredBy(by, refers);
  }

  async findVisible(context: Context, id: number): Promise<E | null> {
    const member = memberOf(context);
    if (this.summary && this.limits(member)) return this.inPart(context).load(id);
    return this.seesNone(member) ? null : this.scoped(context).load(id);
  }

  findById(context: Context, id: number): Promise<E | null> {
    return this.unscoped(context).load(id);
  }

  async getById(context: Context, id: number): Promise<E> {
    const row = await this.unscoped(context).load(id);
    if (!row) throw new Error(`A foreign key names no ${this.entity.name}: ${id}.`);
    return row;
  }

  prime(context: Context, row: E): void {
    this.unscoped(context).prime(row.rowId, row);
  }

  clear(context: Context, id: number): void {
    this.access.clear(context, id);
    for (const loader of [this.inPart, this.scoped, this.unscoped]) loader(context).clear(id);
  }

  getVisible(context: Context, id: number, path: readonly string[]): Promise<E> {
    const found = this.scoped(context)
      .load(id)
      .then((row) => {
        if (!row)
          throw new DomainError(
            ErrorCode.NOT_FOUND,
            `There is no ${this.entity.name} with this id, or your key may not see it.`,
            { path },
          );
        return row;
      });
    // A caller of several rows may fail on another id and never await this promise; an unhandled
    // rejection would end the process.
    found.catch(() => undefined);
    return found;
  }

  async getToRefer(context: Context, id: number, path: readonly string[]): Promise<E> {
    const row = await this.getVisible(context, id, path);
    if (!(row as { readonly deleted?: boolean }).deleted) return row;
    throw violatedAt(
      BusinessRule.DELETED,
      `This ${this.entity.name} is deleted. Restore it before you refer to it.`,
      path,
    );
  }

  async getToChange(context: Context, id: number, path: readonly string[]): Promise<E> {
    const row = await this.getVisible(context, id, path);
    if ((await this.accessTo(context, row)) === ReadAccess.FULL) return row;
    throw new DomainError(
      ErrorCode.FORBIDDEN,
      `Your key may read this ${this.entity.name} and may not change it.`,
      { path },
    );
  }

  /**
   * Defines a loader of rows by id; `noted` is called with each row that it reads, and whether the
   * row satisfies `isFull`.
   */
  private byId(
    where: (member: Member) => Sql,
    noted: (context: Context, row: E, isFull: boolean) => void = () => undefined,
    isFull?: (member: Member) => Sql,
  ): (context: Context) => DataLoader<number, E | null> {
    return defineLoader(async (context: Context, ids: readonly number[]) => {
      const { table } = this;
      const member = memberOf(context);
      const fullness = isFull
        ? sql`, CASE WHEN ${isFull(member)} THEN 1 ELSE 0 END AS "#full"`
        : raw('');
      const rows = await context.db.all(sql`
      SELECT ${table.select('a')}${fullness} FROM ${this.from('a')}
      WHERE ${where(member)} AND ${isOneOf(table.column('a', 'rowId'), ids)}`);
      const found = rows.map((row) => table.hydrate(row));
      for (const [index, row] of found.entries()) noted(context, row, rows[index]?.['#full'] === 1);
      // Visible rows need not be read again for a relation that grants them.
      for (const row of found) this.prime(context, row);
      return alignByKey(ids, found, (row) => row.rowId);
    });
  }
}
