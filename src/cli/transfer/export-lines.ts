import type { Reader } from '../../db/database';
import { and, join, raw, sql, TRUE, type Sql, type SqlValue } from '../../db/sql';
import type { Table } from '../../db/table';
import { DomainError, ErrorCode } from '../../errors';
import { clientCondition, type ExportScope } from './client-scope';
import { exportedProperties, exportedTables, SECRET } from './exported-tables';

const FORMAT_VERSION = 1;
/** Rows of one statement: the maximum that is in memory. */
const PAGE_SIZE = 500;

/**
 * Returns the lines of an export: a header, then each row of each table, by primary key. Equal data
 * has equal lines.
 * @throws DomainError NOT_FOUND for an unknown business or client
 */
export async function* exportLines(reader: Reader, scope: ExportScope): AsyncGenerator<string> {
  const { businessId, clientId } = scope;
  await requireScope(reader, scope);
  yield line({ format: 'slotgraph', version: FORMAT_VERSION, businessId, clientId });
  for (const table of exportedTables()) {
    const condition = clientId === null ? TRUE : clientCondition(table.name, scope);
    if (condition) yield* rowLines(reader, table, { businessId, condition });
  }
}

/** Snapshots of the log hold whole rows, so that secrets are left out at any depth. */
const line = (value: object): string =>
  `${JSON.stringify(value, (name, inner: unknown) => (SECRET.test(name) ? undefined : inner))}\n`;

async function requireScope(reader: Reader, { businessId, clientId }: ExportScope): Promise<void> {
  const businesses = await reader.all(sql`SELECT id FROM business WHERE id = ${businessId}`);
  if (!businesses.length)
    throw new DomainError(ErrorCode.NOT_FOUND, `There is no business ${businessId}.`);
  if (clientId === null) return;
  const clients = await reader.all(
    sql`SELECT id FROM client WHERE business_id = ${businessId} AND id = ${clientId}`,
  );
  if (!clients.length)
    throw new DomainError(
      ErrorCode.NOT_FOUND,
      `There is no client ${clientId} in business ${businessId}.`,
    );
}

interface RowSelection {
  readonly businessId: number;
  readonly condition: Sql;
}

async function* rowLines(
  reader: Reader,
  table: Table<object>,
  selection: RowSelection,
): AsyncGenerator<string> {
  const properties = exportedProperties(table);
  const tenant = table.byProperty.get('businessId')?.property;
  const key = table.key.filter((property) => property !== tenant);
  let last: Readonly<Record<string, unknown>> | null = null;
  for (;;) {
    const rows: Record<string, unknown>[] = await reader.all(
      pageOf(table, selection, { key, last }),
    );
    for (const row of rows) {
      const values = table.hydrate(row) as Readonly<Record<string, unknown>>;
      const exported = properties.map((property) => [property, values[property]]);
      yield line({ type: table.name, row: Object.fromEntries(exported) });
    }
    last = rows.at(-1) ?? null;
    if (rows.length < PAGE_SIZE || !key.length) return;
  }
}

interface Position {
  /** The properties of the primary key after the tenant. */
  readonly key: readonly string[];
  /** The last row of the page before; null for the first page. */
  readonly last: Readonly<Record<string, unknown>> | null;
}

function pageOf(
  table: Table<object>,
  { businessId, condition }: RowSelection,
  { key, last }: Position,
): Sql {
  const column = (property: string) => table.ordered('a', property as never);
  const after = last
    ? sql`(${join(key.map(column))}) > (${join(key.map((property) => sql`${last[property] as SqlValue}`))})`
    : TRUE;
  const order = key.length ? sql`ORDER BY ${join(key.map(column))}` : raw('');
  return sql`
    SELECT ${table.select('a')} FROM ${raw(`"${table.name}"`)} AS a
    WHERE ${and([sql`${table.column('a', 'businessId' as never)} = ${businessId}`, condition, after])}
    ${order} LIMIT ${PAGE_SIZE}`;
}
