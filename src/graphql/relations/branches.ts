import { byDialect, join, keysOf, raw, Sql, sql } from '../../db/sql';

/** Rows of a list that an index has in the list's order, for each key. */
export interface Branch {
  /** `FROM` of the rows and of the table that orders them, without the keyword. */
  from(alias: string): Sql;
  /** The condition of the rows of a key. */
  of(alias: string, key: Sql): Sql;
  /** The column of the branch's index that equals a column of the row; null if it has none. */
  column(alias: string, property: string): Sql | null;
}

/**
 * A condition as the union of branches, each for several keys. An `OR` of the branches' conditions
 * has no order of its own: a page
 * would sort all of its rows, or filter the rows of the whole business.
 */
export interface Branches {
  /** A query selects them in a column `key`, if only the database knows them. */
  readonly keys: readonly number[] | Sql;
  readonly branches: readonly Branch[];
  /** Orders that the indexes of the branches have; others may follow them. */
  readonly orders: readonly string[];
  /** The condition of all rows of the branches; an index serves each of its arms. */
  all(alias: string): Sql;
}

/**
 * The ids of the first rows of each branch and key. `firstOf` is a query of ids; `own` is the rows
 * of the tenant by an alias.
 */
export function idsOfFirst(
  { keys, branches }: Branches,
  firstOf: (branch: Branch, key: Sql) => Sql,
  own: (alias: string) => Sql,
): Sql {
  const [only, ...more] = keys instanceof Sql ? [] : keys;
  const from = keys instanceof Sql ? sql`(${keys}) AS k` : keysOf(keys);
  const ofBranch = (branch: Branch): Sql => {
    if (only !== undefined && !more.length)
      return sql`SELECT f.id FROM (${firstOf(branch, sql`${only}`)}) AS f`;
    const first = firstOf(branch, raw('k.key'));
    return byDialect({
      postgres: sql`SELECT f.id FROM ${from} CROSS JOIN LATERAL (${first}) AS f`,
      // SQLite has no LATERAL; a limited subquery that depends on the key does the same.
      sqlite: sql`SELECT f.id FROM ${from} CROSS JOIN ${own('f')} AND f.id IN (${first})`,
    });
  };
  return join(branches.map(ofBranch), ' UNION ALL ');
}

export const isAmong = (id: Sql, ids: Sql): Sql =>
  byDialect({ postgres: sql`${id} = ANY (ARRAY(${ids}))`, sqlite: sql`${id} IN (${ids})` });
