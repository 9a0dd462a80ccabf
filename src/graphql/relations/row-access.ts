import { memberOf, Role, type Context, type Member } from '../../context';
import { and, FALSE, isOneOf, or, sql, TRUE, type Sql } from '../../db/sql';
import { defineDerivedState, defineLoader } from './loader';
import type { Rowset, TenantRow } from './rowset';

/** The part of a row that a viewer may read. */
export enum ReadAccess {
  /** The row's own query returns null. */
  NONE,
  /** The fields that its source lists in `summary`. */
  SUMMARY,
  FULL,
}

/** A condition on rows of a source, by their alias. */
export type Condition = (member: Member, alias: string) => Sql;

/** The condition that a row with these columns refers to the row `alias`. */
export type Reference = (member: Member, column: (property: string) => Sql, alias: string) => Sql;

export type Scope<E> = (
  member: Member,
  column: (property: keyof E & string) => Sql,
  alias: string,
) => Sql;

/** Rows that refer to others and so make them readable. */
interface ReferringRows extends Rowset<any> {
  visible(member: Member, alias: string): Sql;
  seesNone(member: Member): boolean;
}

export interface Disclosure<E> {
  /** The fully readable rows among the visible ones. Defaults to all of them. */
  readonly full?: Scope<E>;
  /** Fields that edges may show of a row that is not fully readable. */
  readonly summary?: readonly string[];
}

/** The access of viewers to rows of a kind: its conditions, and what a context knows of rows. */
export class RowAccess<E extends TenantRow> {
  readonly listsInFull: boolean;
  private readonly hasSummary: boolean;
  private readonly fullScope: Scope<E>;
  private readonly limited = new WeakMap<Member, boolean>();
  private readonly references: { by: string; refers: Reference }[] = [];
  private readonly determinedIn = defineDerivedState(() => new Map<number, ReadAccess>());
  private readonly accesses = defineLoader((context: Context, ids: readonly number[]) =>
    this.determine(context, ids),
  );

  constructor(
    private readonly rows: Rowset<E>,
    private readonly scope: Scope<E>,
    { full = scope, summary }: Disclosure<E>,
    /** The rows of a type by its name. */
    private readonly sourceOf: (type: string) => ReferringRows | undefined,
  ) {
    this.fullScope = full;
    this.listsInFull = full === scope;
    this.hasSummary = summary !== undefined;
  }

  ofTenant(member: Member, alias: string): Sql {
    return sql`${this.rows.table.column(alias, 'businessId')} = ${member.businessId}`;
  }

  visible(member: Member, alias: string): Sql {
    return and([this.ofTenant(member, alias), this.scopedBy(this.scope, member, alias)]);
  }

  readable(member: Member, alias: string): Sql {
    if (!this.limits(member) || !this.hasSummary) return this.visible(member, alias);
    const referred = this.references.flatMap(({ by, refers }, index) => {
      const source = this.sourceOf(by);
      const other = `${alias}r${index}`;
      return source && !source.seesNone(member)
        ? [
            sql`EXISTS (SELECT 1 FROM ${source.from(other)} WHERE ${source.visible(member, other)} AND ${refers(member, (property) => source.table.column(other, property), alias)})`,
          ]
        : [];
    });
    return and([
      this.ofTenant(member, alias),
      or([this.scopedBy(this.scope, member, alias), ...referred]),
    ]);
  }

  full(member: Member, alias: string): Sql {
    return this.listsInFull
      ? this.visible(member, alias)
      : and([this.visible(member, alias), this.scopedBy(this.fullScope, member, alias)]);
  }

  limits(member: Member): boolean {
    if (member.role === Role.ADMINISTRATOR) return false;
    let known = this.limited.get(member);
    if (known === undefined) {
      const scopes = [this.scope, this.fullScope];
      known = scopes.some((rule) => this.scopedBy(rule, member, 'a') !== TRUE);
      this.limited.set(member, known);
    }
    return known;
  }

  /** Whether a visible row may be readable in part only. */
  listsInPart(member: Member): boolean {
    return (
      !this.listsInFull &&
      this.limits(member) &&
      this.scopedBy(this.fullScope, member, 'a') !== TRUE
    );
  }

  seesNone(member: Member): boolean {
    return this.scopedBy(this.scope, member, 'a') === FALSE;
  }

  referredBy(by: string, refers: Reference): void {
    this.references.push({ by, refers });
  }

  markVisible(context: Context, { rowId }: E): void {
    if (this.listsInFull && this.limits(memberOf(context)))
      this.determinedIn(context).set(rowId, ReadAccess.FULL);
  }

  /** Records the access to a row that a statement has read by `readable`. */
  note(context: Context, { rowId }: E, isFull: boolean): void {
    const access = isFull ? ReadAccess.FULL : ReadAccess.SUMMARY;
    this.determinedIn(context).set(rowId, access);
  }

  accessTo(context: Context, { rowId }: E): ReadAccess | Promise<ReadAccess> {
    if (!this.limits(memberOf(context))) return ReadAccess.FULL;
    return this.determinedIn(context).get(rowId) ?? this.accesses(context).load(rowId);
  }

  clear(context: Context, id: number): void {
    this.determinedIn(context).delete(id);
    this.accesses(context).clear(id);
  }

  private scopedBy(rule: Scope<E>, member: Member, alias: string): Sql {
    return rule(member, (property) => this.rows.table.column(alias, property), alias);
  }

  private async determine(context: Context, ids: readonly number[]): Promise<ReadAccess[]> {
    const member = memberOf(context);
    const known = this.determinedIn(context);
    const rest = ids.filter((id) => !known.has(id));
    if (rest.length) {
      const id = this.rows.table.column('a', 'rowId');
      // Rows read in full are among those that are readable.
      const where = this.hasSummary ? this.readable(member, 'a') : this.full(member, 'a');
      const rows = await context.db.all<{ id: number; isFull: number }>(sql`
        SELECT ${id} AS id, CASE WHEN ${this.full(member, 'a')} THEN 1 ELSE 0 END AS "isFull" FROM ${this.rows.from('a')}
        WHERE ${where} AND ${isOneOf(id, rest)}`);
      for (const { id: found, isFull } of rows)
        known.set(found, isFull === 1 ? ReadAccess.FULL : ReadAccess.SUMMARY);
    }
    return ids.map((id) => known.get(id) ?? ReadAccess.NONE);
  }
}
