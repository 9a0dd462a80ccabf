import { DomainError, ErrorCode } from '../errors';

export type Dialect = 'postgres' | 'sqlite';

/** What a driver can bind. Booleans and JSON are encoded by the table that owns the column. */
export type SqlValue = string | number | boolean | null | Uint8Array | readonly (string | number)[];

/** A fragment that says one thing in two dialects. */
interface Choice {
  readonly postgres: Sql;
  readonly sqlite: Sql;
}

export type Part = string | { readonly value: SqlValue } | Choice | Sql;

/** SQL text with its values apart, so that no value is ever spliced into text. Fragments nest. */
export class Sql {
  constructor(private readonly given: readonly Part[]) {}

  get parts(): readonly Part[] {
    return this.given;
  }

  /** It is no value: rows that hold it are kept as JSON without it. */
  toJSON(): undefined {
    return undefined;
  }
}

/** A query of expressions alone, which answers one row: FROM is in none but the expressions. */
export class OneRow extends Sql {}

/** `` sql`SELECT * FROM staff WHERE id = ${id} AND ${scope}` ``: values become parameters, fragments are inlined. */
export function sql(strings: TemplateStringsArray, ...values: readonly (SqlValue | Sql)[]): Sql {
  const parts: Part[] = [];
  strings.forEach((text, index) => {
    if (text) parts.push(text);
    if (index >= values.length) return;
    const value = values[index] as SqlValue | Sql;
    parts.push(value instanceof Sql ? value : { value });
  });
  return new Sql(parts);
}

/** Text that the program itself wrote: names of tables and columns, keywords. */
export const raw = (text: string): Sql => new Sql([text]);

export const TRUE = raw('1 = 1');
export const FALSE = raw('1 = 0');

export function join(parts: readonly Sql[], separator = ', '): Sql {
  const joined: Part[] = [];
  for (const part of parts) {
    if (joined.length) joined.push(separator);
    joined.push(part);
  }
  return new Sql(joined);
}

/** All of the conditions; true when there is none. */
export const and = (conditions: readonly Sql[]): Sql =>
  conditions.length ? join(conditions, ' AND ') : TRUE;

/** Any of the conditions, in brackets; false when there is none. */
export const or = (conditions: readonly Sql[]): Sql =>
  conditions.length
    ? sql`(${join(
        conditions.map((condition) => sql`(${condition})`),
        ' OR ',
      )})`
    : FALSE;

export const byDialect = (choice: Choice): Sql => new Sql([choice]);

/**
 * `column IN (ids)` as one parameter, so that the statement's text does not depend on how many there are. One alone is an equality, which lets
 * an index that goes on with the order give the rows in order.
 */
export const isOneOf = (column: Sql, ids: readonly (string | number)[]): Sql =>
  ids.length === 1
    ? sql`${column} = ${ids[0] as string | number}`
    : byDialect({
        postgres: sql`${column} = ANY(${ids})`,
        sqlite: sql`${column} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
      });

/** Ends a statement that locks the rows it reads until the transaction ends. SQLite needs none: its transaction is the only writer already. */
export const FOR_UPDATE = byDialect({ postgres: raw('FOR NO KEY UPDATE'), sqlite: raw('') });

/** A derived table `k(key)` of integer keys, again as one parameter. */
export const keysOf = (ids: readonly number[]): Sql =>
  byDialect({
    postgres: sql`unnest(${ids}::int[]) AS k(key)`,
    sqlite: sql`(SELECT value AS key FROM json_each(${JSON.stringify(ids)})) AS k`,
  });

/**
 * No database of ours keeps NUL or half a character in a text. Looked at here, where every value passes, so that none of them can fail in one
 * database and be kept by the other.
 * @throws DomainError BAD_USER_INPUT
 */
export function refuseUnstorable(value: unknown): void {
  if (typeof value === 'string') {
    if (!isStorable(value)) {
      throw new DomainError(
        ErrorCode.BAD_USER_INPUT,
        'A text holds a NUL character or half of one: send well-formed text.',
      );
    }
  } else if (Array.isArray(value)) value.forEach(refuseUnstorable);
}

/** Whether both databases keep a text. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

export interface Rendered {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

const PLACES = { postgres: (place: number): string => `$${place}`, sqlite: (): string => '?' };

/** The text and values that a driver takes. `placeOf` says what stands for the n-th value, from 1 on. */
export function render(
  query: Sql,
  dialect: Dialect,
  placeOf: (place: number) => string = PLACES[dialect],
): Rendered {
  const values: SqlValue[] = [];
  let text = '';
  const add = (parts: readonly Part[]): void => {
    for (const part of parts) {
      if (typeof part === 'string') text += part;
      else if (part instanceof Sql) add(part.parts);
      else if ('value' in part) {
        refuseUnstorable(part.value);
        text += placeOf(values.push(part.value));
      } else add(part[dialect].parts);
    }
  };
  add(query.parts);
  return { text, values };
}
