import { join, raw, sql, type Sql } from '../../db/sql';
import type { Repository } from '../relations/repository';
import type { SortedColumn } from '../relations/list-order';
import type { Run, Template } from './json-sql';
import type { PlanField, RowNode } from './plan';

/** The SQL of the rows of a plan: their columns, their joins and the viewer's access. */

export const column = (alias: string, name: string): string => `"${alias}"."${name}"`;

export const nameOf = (
  table: { byProperty: ReadonlyMap<string, { readonly name: string }> },
  property: string,
): string => (table.byProperty.get(property) as { name: string }).name;

/** The select list of a subselect: each column once, since the id may be another property too. */
export const columnsOf = ({ source: { table }, alias, properties }: RowNode): string =>
  [...new Set([...properties].map((property) => column(alias, nameOf(table, property))))].join(
    ', ',
  );

/** The ordering columns of a subselect, for the aggregate around it. */
export const ordering = (columns: readonly SortedColumn[]): Sql =>
  join(
    columns.map(({ column: key }, index) => sql`, ${key} AS ${raw(`"o${index}"`)}`),
    '',
  );

export const readable =
  ({ source, alias }: Pick<RowNode, 'source' | 'alias'>) =>
  (run: Run): Sql =>
    (source as Repository<any>).readable(run.member, alias);

const unguarded = (one: PlanField): PlanField => (one.kind === 'guarded' ? one.member : one);

export type ToOne = Extract<PlanField, { kind: 'toOne' }>;

export const keyOf = ({
  relation: { by },
  rows: {
    alias,
    source: { table },
  },
}: ToOne): string => column(alias, nameOf(table, by));

/** Joins to-one relations, recursively. */
export function joins(rows: RowNode): Template {
  const own = (property: string): string => column(rows.alias, nameOf(rows.source.table, property));
  return rows.fields
    .map(unguarded)
    .flatMap((one) => (one.kind === 'derived' ? one.across : [one]))
    .flatMap((one) => {
      if (one.kind !== 'toOne') return [];
      const {
        alias,
        optional,
        source: { table },
      } = one.rows;
      const on = `${column(alias, nameOf(table, 'businessId'))} = ${own('businessId')} AND ${keyOf(one)} = ${own(one.relation.key)}`;
      return [
        ` ${optional ? 'LEFT ' : ''}JOIN "${table.name}" AS "${alias}" ON ${on}`,
        ...joins(one.rows),
      ];
    });
}
