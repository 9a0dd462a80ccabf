import type DataLoader from 'dataloader';
import { memberOf, Role, type Context, type Member } from '../../context';
import { DomainError, ErrorCode } from '../../errors';
import { and, FALSE, isOneOf, or, raw, sql, TRUE, type Sql } from '../../db/sql';
import { tableOf, type Table } from '../../db/table';
import { alignByKey, defineDerivedState, defineLoader } from './loader';

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

/** The part of a row that a viewer may read. */
export enum ReadAccess {
  /** The row's own query returns null. */
  NONE,
  /** The fields that its source lists in `summary`. */
  SUMMARY,
  FULL,
}

/** A condition on rows of a source, by their alias. */
type Condition = (member: Member, alias: string) => Sql;

/** The condition that a row with these columns refers to the row `alias`. */
type Reference = (member: Member, column: (property: string) => Sql, alias: string) => Sql;

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

/** Rows that are reached from another row only, which decides about access. */
export const rowsetOf = <E extends object>(entity: new () => E): Rowset<E> => ({
  get table() {
    return tableOf(entity);
  },
  from: (alias) => raw(`"${tableOf(entity).name}" AS "${alias}"`),
});

type Scope<E> = (member: Member, column: (property: keyof E & string) => Sql, alias: string) => Sql;

interface Disclosure<E> {
  /** The fully readable rows among the visible ones. Defaults to all of them. */
  readonly full?: Scope<E>;
  /** Fields that edges may show of a row that is not fully readable. */
  readonly summary?: readonly string[];
}

const sources = new Map<string, Repository<any>>();

/** The repository of a schema type; undefined for types that are reached from another row only. */
export const sourceOf = (type: string): Repository<any> | undefined => sources.get(type);

export function defineRepository<E extends TenantRow>(
  entity: new () => E,
  scope: Scope<E>,
  { full: fullScope = scope, summary }: Disclosure<E> = {},
): Repository<E> {
  let table: Table<E> | undefined;
  const lazyTable = () => (table ??= tableOf(entity));
  const from = (alias: string) => raw(`"${lazyTable().name}" AS "${alias}"`);
  const column = (property: keyof E & string) => lazyTable().column('a', property);
  const ofTenant = (member: Member, alias: string) =>
    sql`${lazyTable().column(alias, 'businessId')} = ${member.businessId}`;
  const visible = (member: Member, alias: string) =>
    and([
      ofTenant(member, alias),
      scope(member, (property) => lazyTable().column(alias, property), alias),
    ]);

  const scopedBy = (rule: Scope<E>, member: Member, alias: string) =>
    rule(member, (property) => lazyTable().column(alias, property), alias);
  const limited = new WeakMap<Member, boolean>();
  const limits = (member: Member): boolean => {
    if (member.role === Role.ADMINISTRATOR) return false;
    let known = limited.get(member);
    if (known === undefined)
      limited.set(
        member,
        (known = [scope, fullScope].some((rule) => scopedBy(rule, member, 'a') !== TRUE)),
      );
    return known;
  };
  const references: { by: string; refers: Reference }[] = [];
  const readable: Condition = (member, alias) => {
    if (!limits(member) || !summary) return visible(member, alias);
    const referred = references.flatMap(({ by, refers }, index) => {
      const source = sources.get(by);
      const other = `${alias}r${index}`;
      return source && !source.seesNone(member)
        ? [
            sql`EXISTS (SELECT 1 FROM ${source.from(other)} WHERE ${source.visible(member, other)} AND ${refers(member, (property) => source.table.column(other, property), alias)})`,
          ]
        : [];
    });
    return and([ofTenant(member, alias), or([scopedBy(scope, member, alias), ...referred])]);
  };
  const full: Condition = (member, alias) =>
    fullScope === scope
      ? visible(member, alias)
      : and([visible(member, alias), scopedBy(fullScope, member, alias)]);

  const determinedIn = defineDerivedState(() => new Map<number, ReadAccess>());
  const accesses = defineLoader(async (context: Context, ids: readonly number[]) => {
    const member = memberOf(context);
    const known = determinedIn(context);
    const rest = ids.filter((id) => !known.has(id));
    if (rest.length) {
      // Rows read in full are among those that are readable.
      const rows = await context.db.all<{ id: number; isFull: number }>(sql`
        SELECT ${column('rowId')} AS id, CASE WHEN ${full(member, 'a')} THEN 1 ELSE 0 END AS "isFull" FROM ${from('a')}
        WHERE ${(summary ? readable : full)(member, 'a')} AND ${isOneOf(column('rowId'), rest)}`);
      for (const { id, isFull } of rows)
        known.set(id, isFull === 1 ? ReadAccess.FULL : ReadAccess.SUMMARY);
    }
    return ids.map((id) => known.get(id) ?? ReadAccess.NONE);
  });

  const markVisible = (context: Context, { rowId }: E): void => {
    if (fullScope === scope && limits(memberOf(context)))
      determinedIn(context).set(rowId, ReadAccess.FULL);
  };

  const byId = (
    where: (member: Member) => Sql,
    noted: (context: Context, row: E) => void = () => undefined,
  ) =>
    defineLoader(async (context: Context, ids: readonly number[]) => {
      const member = memberOf(context);
      const rows = await context.db.all(sql`
      SELECT ${lazyTable().select('a')} FROM ${from('a')} WHERE ${where(member)} AND ${isOneOf(column('rowId'), ids)}`);
      const found = rows.map((row) => lazyTable().hydrate(row));
      for (const row of found) noted(context, row);
      // Visible rows need not be read again for a relation that grants them.
      for (const row of found) unscoped(context).prime(row.rowId, row);
      return alignByKey(ids, found, (row) => row.rowId);
    });
  const unscoped: (context: Context) => DataLoader<number, E | null> = byId((member) =>
    ofTenant(member, 'a'),
  );
  const scoped = byId((member) => visible(member, 'a'), markVisible);
  const inPart = byId((member) => readable(member, 'a'));

  const source: Repository<E> = {
    get table() {
      return lazyTable();
    },
    from,
    visible,
    readable,
    full,
    limits,
    listsInFull: fullScope === scope,
    seesNone: (member) => scopedBy(scope, member, 'a') === FALSE,
    summary: summary ? new Set(['id', ...summary]) : null,
    accessTo(context, { rowId }) {
      if (!limits(memberOf(context))) return ReadAccess.FULL;
      return determinedIn(context).get(rowId) ?? accesses(context).load(rowId);
    },
    markVisible,
    referredBy: (by, refers) => void references.push({ by, refers }),
    async findVisible(context, id) {
      return (
        (await scoped(context).load(id)) ??
        (summary && limits(memberOf(context)) ? inPart(context).load(id) : null)
      );
    },
    findById: (context, id) => unscoped(context).load(id),
    async getById(context, id) {
      const row = await unscoped(context).load(id);
      if (!row) throw new Error(`A foreign key names no ${entity.name}: ${id}.`);
      return row;
    },
    prime: (context, row) => void unscoped(context).prime(row.rowId, row),
    clear(context, id) {
      determinedIn(context).delete(id);
      accesses(context).clear(id);
      inPart(context).clear(id);
      scoped(context).clear(id);
      unscoped(context).clear(id);
    },
    getVisible(context, id, path) {
      const found = scoped(context)
        .load(id)
        .then((row) => {
          if (!row)
            throw new DomainError(
              ErrorCode.NOT_FOUND,
              `There is no ${entity.name} with this id, or your key may not see it.`,
              { path },
            );
          return row;
        });
      // A caller of several rows may fail on another id and never await this promise; an unhandled
      // rejection would end the process.
      found.catch(() => undefined);
      return found;
    },
    async getToChange(context, id, path) {
      const row = await source.getVisible(context, id, path);
      if ((await source.accessTo(context, row)) === ReadAccess.FULL) return row;
      throw new DomainError(
        ErrorCode.FORBIDDEN,
        `Your key may read this ${entity.name} and may not change it.`,
        { path },
      );
    },
  };
  sources.set(entity.name, source);
  return source;
}
