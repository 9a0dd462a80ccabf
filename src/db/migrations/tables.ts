import { Table, TableForeignKey, type QueryRunner, type TableColumnOptions } from 'typeorm';

/**
 * Shorthand for TypeORM's Table API, frozen like the migrations that use it: a migration never
 * looks at an entity, which goes on
 * changing. Constraint names follow the naming strategy; the schema test proves that both agree.
 */
type Column = TableColumnOptions;

const column =
  (type: string) =>
  (name: string, length?: number): Column => ({
    name,
    type,
    isNullable: false,
    ...(length ? { length: String(length) } : {}),
  });
export const int = column('integer');
export const instant = column('bigint');
export const flag = column('boolean');
export const json = column('json');
export const longText = column('text');
export const text = (name: string, length = 255): Column => column('varchar')(name, length);
export const decimal = (name: string): Column => text(name, 20);
export const nullable = (given: Column): Column => ({ ...given, isNullable: true });
export const key = (given: Column): Column => ({ ...given, isPrimary: true });

interface Shape {
  columns: readonly Column[];
  /** Column → table: with the tenant, unless the table is the tenant's own. */
  references?: Readonly<Record<string, string>>;
  indexes?: readonly (readonly string[])[];
  unique?: readonly (readonly string[])[];
  checks?: Readonly<Record<string, string>>;
  exclusions?: Readonly<Record<string, string>>;
}

const withoutTenant = (columns: readonly string[]): string =>
  columns.filter((name) => name !== 'business_id').join('_');

export async function createTable(runner: QueryRunner, name: string, shape: Shape): Promise<void> {
  const index = (isUnique: boolean) => (columnNames: readonly string[]) => ({
    name: `ix_${name}_${withoutTenant(columnNames)}`,
    columnNames: [...columnNames],
    isUnique,
  });
  const postgres = runner.dataSource.options.type === 'postgres';
  await runner.createTable(
    new Table({
      name,
      columns: shape.columns.map((given) =>
        given.isPrimary ? { ...given, primaryKeyConstraintName: `pk_${name}` } : given,
      ),
      indices: [
        ...(shape.indexes ?? []).map(index(false)),
        ...(shape.unique ?? []).map(index(true)),
      ],
      checks: Object.entries(shape.checks ?? {}).map(([check, expression]) => ({
        name: check,
        expression,
      })),
      exclusions: postgres
        ? Object.entries(shape.exclusions ?? {}).map(([exclusion, expression]) => ({
            name: exclusion,
            expression,
          }))
        : [],
      foreignKeys: Object.entries(shape.references ?? {}).map(
        ([from, to]) =>
          new TableForeignKey(
            from === 'business_id'
              ? {
                  name: `fk_${name}_business`,
                  columnNames: [from],
                  referencedTableName: to,
                  referencedColumnNames: ['id'],
                }
              : {
                  name: `fk_${name}_${from}`,
                  columnNames: ['business_id', from],
                  referencedTableName: to,
                  referencedColumnNames: ['business_id', 'id'],
                },
          ),
      ),
    }),
  );
}

/**
 * For lists ordered by a text: by code points, so that both databases and every language setting
 * give one order.
 */
export async function createTextIndex(
  runner: QueryRunner,
  table: string,
  ordered: string,
): Promise<void> {
  const collation = runner.dataSource.options.type === 'postgres' ? ' COLLATE "C"' : '';
  await runner.query(
    `CREATE INDEX ix_${table}_${ordered}_id ON ${table} (business_id, ${ordered}${collation}, id)`,
  );
}
