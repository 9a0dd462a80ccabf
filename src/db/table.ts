import { getMetadataArgsStorage } from 'typeorm';
import { snakeCase } from './naming';
import { and, byDialect, join, raw, refuseUnstorable, Sql, sql, type SqlValue } from './sql';
import type { NewRow, Reader, Tx } from './database';

export interface TableColumn {
  readonly property: string;
  readonly name: string;
  readonly kind: 'number' | 'text' | 'boolean' | 'json';
  readonly nullable: boolean;
  /** The maximum magnitude of a number. */
  readonly limit: number;
}

/** The SQL view of an entity: its table, its columns, and the mapping of rows to instances. */
export interface Table<E> {
  readonly entity: new () => E;
  readonly name: string;
  readonly columns: readonly TableColumn[];
  readonly byProperty: ReadonlyMap<string, TableColumn>;
  /** The properties of the primary key, in its order. */
  readonly key: readonly string[];
  /** `"a"."staff_id"` for `staffId`. */
  column(alias: string, property: keyof E & string): Sql;
  /**
   * The column for sorting and comparing. Text is compared by code points on both databases,
   * independent of collation.
   */
  ordered(alias: string, property: keyof E & string): Sql;
  /** `INSERT INTO` with all columns of the table. */
  readonly intoColumns: Sql;
  /** The select list of whole rows, with property names as column aliases. */
  select(alias: string): Sql;
  /**
   * Creates an instance from a selected row. Columns carry a prefix if several tables were joined.
   */
  hydrate(row: Record<string, unknown>, prefix?: string): E;
}

const tables = new Map<new () => object, Table<object>>();

/** Returns the table of an entity class, built from TypeORM's metadata. */
export function tableOf<E extends object>(entity: new () => E): Table<E> {
  const cached = tables.get(entity);
  if (cached) return cached as unknown as Table<E>;
  const table = makeTable(entity);
  tables.set(entity, table as unknown as Table<object>);
  return table;
}

const KINDS = new Map<unknown, TableColumn['kind']>([
  ['varchar', 'text'],
  ['text', 'text'],
  ['boolean', 'boolean'],
  ['json', 'json'],
]);

function makeTable<E extends object>(entity: new () => E): Table<E> {
  const storage = getMetadataArgsStorage();
  const name = storage.tables.find((table) => table.target === entity)?.name;
  if (!name) throw new Error(`${entity.name} is no entity with a table name.`);
  const own = storage.columns.filter((column) => column.target === entity);
  const columns = own.map(({ propertyName, options }): TableColumn => ({
    property: propertyName,
    name: options.name ?? snakeCase(propertyName),
    kind: KINDS.get(options.type) ?? 'number',
    nullable: options.nullable ?? false,
    limit: options.type === 'integer' ? 2 ** 31 - 1 : Number.MAX_SAFE_INTEGER,
  }));
  const byProperty = new Map(columns.map((column) => [column.property, column]));
  const id = byProperty.get('rowId');
  // The tenant itself: its row id is the business id.
  if (id && !byProperty.has('businessId')) byProperty.set('businessId', id);
  const { rowIdProperty } = entity as { readonly rowIdProperty?: string };
  const named = byProperty.get(rowIdProperty ?? '');
  if (named) byProperty.set('rowId', named);
  const lists = new Map<string, Sql>();
  const column = (alias: string, property: string) =>
    raw(
      `"${alias}"."${(byProperty.get(property) ?? unknownProperty(entity.name, property)).name}"`,
    );
  return {
    entity,
    name,
    columns,
    byProperty,
    key: own.filter(({ options }) => options.primary).map(({ propertyName }) => propertyName),
    column,
    intoColumns: raw(`INSERT INTO "${name}" (${columns.map((c) => `"${c.name}"`).join(', ')})`),
    ordered: (alias, property) =>
      byProperty.get(property)?.kind === 'text'
        ? byDialect({
            postgres: sql`${column(alias, property)} COLLATE "C"`,
            sqlite: column(alias, property),
          })
        : column(alias, property),
    select(alias) {
      let list = lists.get(alias);
      if (!list)
        lists.set(
          alias,
          (list = raw(columns.map((c) => `"${alias}"."${c.name}" AS "${c.property}"`).join(', '))),
        );
      return list;
    },
    hydrate(row, prefix = '') {
      const instance = new entity() as Record<string, unknown>;
      for (const { property, kind } of columns)
        instance[property] = decode(row[prefix ? prefix + property : property], kind);
      return instance as E;
    },
  };
}

function unknownProperty(entity: string, property: string): never {
  throw new Error(`${entity} has no column ${property}.`);
}

/** Decodes a stored value. SQLite stores booleans as 0 and 1, and JSON as text. */
function decode(value: unknown, kind: TableColumn['kind']): unknown {
  if (value === null || value === undefined || kind === 'number' || kind === 'text')
    return value ?? null;
  if (kind === 'boolean') return typeof value === 'boolean' ? value : value === 1;
  return typeof value === 'string' ? JSON.parse(value) : value;
}

/**
 * Encodes JSON that both databases can store.
 * @throws DomainError BAD_USER_INPUT
 */
function storableJson(value: unknown): string {
  const text = JSON.stringify(value);
  // JSON hides such characters in escapes, which fail on a later read. A match may also be an
  // escaped backslash.
  if (/\\u(0000|d[89a-f])/.test(text))
    JSON.stringify(value, (_, inner: unknown) => (refuseUnstorable(inner), inner));
  return text;
}

/** Returns a value to bind, or an SQL expression. */
function encode(value: unknown, kind: TableColumn['kind']): SqlValue | Sql {
  if (value instanceof Sql) return value;
  if (value === undefined || value === null) return null;
  if (kind !== 'json') return value as SqlValue;
  return storableJson(value);
}

const asSql = (value: SqlValue | Sql): Sql => (value instanceof Sql ? value : new Sql([{ value }]));

/** Rows of one table, by the properties of its entity. */
export type Rows = readonly Readonly<Record<string, unknown>>[];

/** An INSERT of whole rows into one table. */
export function insertionOf<E extends object>(
  entity: new () => E,
  rows: readonly NewRow<E>[],
): Sql {
  const table = tableOf(entity) as unknown as Table<object>;
  return rows.length === 1
    ? tuplesOf(table, rows as Rows)
    : byDialect({
        postgres: rowsAsOne(table, rows as Rows),
        sqlite: tuplesOf(table, rows as Rows),
      });
}

/** Binds each value separately. */
const tuplesOf = ({ columns, intoColumns }: Table<object>, rows: Rows): Sql =>
  sql`${intoColumns} VALUES ${join(rows.map((row) => sql`(${join(columns.map((c) => asSql(encode(row[c.property], c.kind))))})`))}`;

/**
 * Binds all rows as one JSON value, so that the statement text does not depend on their number.
 * SQL expressions must be equal in all rows. `from` continues the FROM clause.
 */
export function rowsAsOne(
  { columns, intoColumns }: Table<object>,
  rows: Rows,
  from: Sql = raw(''),
): Sql {
  const [first] = rows;
  const values = columns.map(({ property }) =>
    first?.[property] instanceof Sql ? (first[property] as Sql) : raw(`r."${property}"`),
  );
  const recordColumns = columns
    .map(({ property, kind }) => `"${property}" ${TYPES[kind]}`)
    .join(', ');
  return sql`${intoColumns} SELECT ${join(values)} FROM json_to_recordset(${storableJson(rows)}) AS r(${raw(recordColumns)})${from}`;
}

/** The widest type of each kind: the target column narrows the value or refuses it. */
const TYPES: Readonly<Record<TableColumn['kind'], string>> = {
  number: 'bigint',
  text: 'text',
  boolean: 'boolean',
  json: 'json',
};

/** Inserts whole rows in one statement. */
export async function insert<E extends object>(
  tx: Tx,
  entity: new () => E,
  ...rows: readonly NewRow<E>[]
): Promise<void> {
  if (rows.length) await tx.run(insertionOf(entity, rows));
}

/** Inserts the rows whose unique keys do not exist yet. */
export async function insertIgnoringConflicts<E extends object>(
  tx: Tx,
  entity: new () => E,
  rows: readonly NewRow<E>[],
  { later = false } = {},
): Promise<void> {
  if (!rows.length) return;
  const query = sql`${insertionOf(entity, rows)} ON CONFLICT DO NOTHING`;
  await (later ? tx.defer(query) : tx.run(query));
}

/** Compares each given property for equality; null compares as IS NULL. */
export function matches<E extends object>(
  entity: new () => E,
  alias: string,
  where: Partial<E>,
): Sql {
  const table = tableOf(entity);
  return and(
    Object.entries(where).map(([property, value]) => {
      const column = table.column(alias, property as keyof E & string);
      return value === null ? sql`${column} IS NULL` : sql`${column} = ${value as SqlValue}`;
    }),
  );
}

/** Updates the defined properties of matching rows. Returns the number of rows. */
export function update<E extends object>(
  tx: Tx,
  entity: new () => E,
  where: Partial<E>,
  changes: Partial<E>,
): Promise<number> {
  const { name } = tableOf(entity);
  const sets = setsOf(entity, changes);
  return sets
    ? tx.run(sql`UPDATE ${raw(`"${name}"`)} SET ${sets} WHERE ${matches(entity, name, where)}`)
    : Promise.resolve(0);
}

/** Returns the assignments of the defined properties; null if there are none. */
export function setsOf<E extends object>(entity: new () => E, changes: Partial<E>): Sql | null {
  const values = changes as Readonly<Record<string, unknown>>;
  const sets = tableOf(entity)
    .columns.filter(({ property }) => values[property] !== undefined)
    .map((c) => sql`${raw(`"${c.name}"`)} = ${encode(values[c.property], c.kind)}`);
  return sets.length ? join(sets) : null;
}

export function remove<E extends object>(
  tx: Tx,
  entity: new () => E,
  where: Partial<E>,
): Promise<number> {
  const { name } = tableOf(entity);
  return tx.run(sql`DELETE FROM ${raw(`"${name}"`)} WHERE ${matches(entity, name, where)}`);
}

/** Reads whole matching rows, at most `limit`. */
export async function find<E extends object>(
  db: Reader,
  entity: new () => E,
  where: Partial<E>,
  limit = 1000,
): Promise<E[]> {
  const table = tableOf(entity);
  const rows = await db.all(
    sql`SELECT ${table.select('a')} FROM ${raw(`"${table.name}"`)} AS "a" WHERE ${matches(entity, 'a', where)} LIMIT ${limit}`,
  );
  return rows.map((row) => table.hydrate(row));
}

export async function findOne<E extends object>(
  db: Reader,
  entity: new () => E,
  where: Partial<E>,
): Promise<E | null> {
  return (await find(db, entity, where, 1))[0] ?? null;
}
