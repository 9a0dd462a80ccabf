import { DomainError, ErrorCode } from '../errors';

export type Dialect = 'postgres' | 'sqlite';

/** A value that a driver can bind. The table that owns the column encodes booleans and JSON. */
export type SqlValue = string | number | boolean | null | Uint8Array | readonly (string | number)[];

/** A fragment with a form for each dialect. */
interface Choice {
  readonly postgres: Sql;
  readonly sqlite: Sql;
}

export type Part = string | { readonly value: SqlValue } | Choice | Sql;

/**
 * SQL text with separate parameter values, so that values are never spliced into text. Fragments
 * nest.
 */
export class Sql {
  constructor(private readonly ownParts: readonly Part[]) {}

  get parts(): readonly Part[] {
    return this.ownParts;
  }

  /** SQL is not a value: JSON of a row omits it. */
  toJSON(): undefined {
    return undefined;
  }
}

/**
 * Builds a fragment: `` sql`SELECT * FROM staff WHERE id = ${id} AND ${scope}` ``. Values become
 * parameters; fragments are inlined.
 */
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

/** SQL text from the program itself, never from input: names of tables and columns, keywords. */
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

/** All of the conditions; true if there are none. */
export const and = (conditions: readonly Sql[]): Sql =>
  conditions.length ? join(conditions, ' AND ') : TRUE;

/** Any of the conditions, in brackets; false if there are none. */
export const or = (conditions: readonly Sql[]): Sql =>
  conditions.length
    ? sql`(${join(
        conditions.map((condition) => sql`(${condition})`),
        ' OR ',
      )})`
    : FALSE;

export const byDialect = (choice: Choice): Sql => new Sql([choice]);

/**
 * `column IN (ids)` as one parameter, so that the statement text does not depend on their number.
 * A single id becomes an equality, so that an index with further columns returns rows in order.
 */
export const isOneOf = (column: Sql, ids: readonly (string | number)[]): Sql =>
  ids.length === 1
    ? sql`${column} = ${ids[0] as string | number}`
    : byDialect({
        postgres: sql`${column} = ANY(${ids})`,
        sqlite: sql`${column} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
      });

/**
 * Locks the selected rows until the transaction ends. Empty on SQLite, where the transaction is
 * the only writer.
 */
export const FOR_UPDATE = byDialect({ postgres: raw('FOR NO KEY UPDATE'), sqlite: raw('') });

/**
 * Locks the selected rows also against new references: a foreign key takes `FOR KEY SHARE` on the
 * row that it refers to.
 */
export const FOR_DELETION = byDialect({ postgres: raw('FOR UPDATE'), sqlite: raw('') });

/** Locks the selected rows against FOR_DELETION only, as the foreign keys of a new row do. */
export const FOR_REFERENCE = byDialect({ postgres: raw('FOR KEY SHARE'), sqlite: raw('') });

/** A derived table `k(key)` of integer keys, bound as one parameter. */
export const keysOf = (ids: readonly number[]): Sql =>
  byDialect({
    postgres: sql`unnest(${ids}::int[]) AS k(key)`,
    sqlite: sql`(SELECT value AS key FROM json_each(${JSON.stringify(ids)})) AS k`,
  });

/**
 * Refuses text with NUL or an unpaired surrogate, which no supported database stores. Every bound
 * value passes this check, so both databases refuse the same values.
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

/** Whether both databases can store a text. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

export interface Rendered {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

const PLACES = { postgres: (place: number): string => `$${place}`, sqlite: (): string => '?' };

/**
 * Returns the text and values for a driver. `placeOf` returns the placeholder of the n-th value,
 * counted from 1.
 */
export function render(
  query: Sql,
  dialect: Dialect,
  placeOf: (place: number) => string = PLACES[dialect],
): Rendered {
  const values: SqlValue[] = [];
  // Joined at the end: a text that grows by `+=` is flattened slowly when it is looked up.
  const texts: string[] = [];
  const add = (parts: readonly Part[]): void => {
    for (const part of parts) {
      if (typeof part === 'string') texts.push(part);
      else if (part instanceof Sql) add(part.parts);
      else if ('value' in part) {
        refuseUnstorable(part.value);
        texts.push(placeOf(values.push(part.value)));
      } else add(part[dialect].parts);
    }
  };
  add(query.parts);
  return { text: texts.join(''), values };
}
