import type { ClassType } from 'type-graphql';
import { memberOf, type Context } from '../../context';
import { isOneOf, sql, type Sql } from '../../db/sql';
import { defineLoader } from './loader';
import type { Across, Edge, ExpressionInputs, Relation } from './edge';
import {
  resolverOf,
  type ArgumentDecorator,
  type Declared,
  type FieldOptions,
} from './relation-field';
import type { Repository } from './repository';
import type { TenantRow } from './rowset';

/** Reads these properties of a to-one relation's row; null if there is none. */
export function across<P, T, K extends keyof T & string>(
  edge: Edge<P, T | null>,
  ...properties: readonly K[]
): Across<P, Pick<T, K> | null> {
  return { edge, properties };
}

/** Reads a number that the database computes from the row. */
export const valueOf = <P>(edge: Edge<P, number>): Across<P, number> => ({ edge, properties: [] });

type Found<A> = { [I in keyof A]: A[I] extends Across<any, infer V> ? V : never };

/**
 * Declares a field computed from columns of its row and of related rows. The planner reads them in
 * its statement; otherwise loaders do.
 */
export function computedField<
  P extends TenantRow,
  V,
  C extends keyof P & string = never,
  const A extends readonly Across<P, any>[] = [],
>(
  owner: ClassType<P>,
  field: string,
  {
    reads: properties = [],
    across: related,
    compute,
    args,
    apply = (value) => value,
    ...options
  }: FieldOptions<unknown> & {
    /** Properties of the row, all of them columns. */
    readonly reads?: readonly C[];
    readonly across: A;
    readonly compute: (row: Pick<P, C>, context: Context, ...found: Found<A>) => V;
    /** Arguments of the field. The planner covers the field if none is given. */
    readonly args?: readonly ArgumentDecorator[];
    /** Applies the arguments to the computed value. */
    readonly apply?: (value: V, ...given: any[]) => V;
  },
): ((row: P, context: Context) => Promise<V>) & Declared {
  const derive = compute as (row: object, context: Context, ...found: readonly unknown[]) => V;
  const relation: Relation = { kind: 'derived', reads: { properties, derive }, across: related };
  const resolve = async (row: P, context: Context, ...given: unknown[]): Promise<V> =>
    apply(
      derive(row, context, ...(await Promise.all(related.map(({ edge }) => edge(row, context))))),
      ...given,
    );
  const resolver = resolverOf(owner, field, { ...options, relation, resolve, args });
  return Object.assign(resolve, { resolver });
}

/**
 * Creates a number that the database computes from these columns and the ids of a row, such as a
 * count.
 */
export function value<P extends TenantRow, C extends keyof P & string = never>(
  source: Repository<P>,
  reads: readonly C[],
  expression: (asking: ExpressionInputs, column: (property: C | keyof TenantRow) => Sql) => Sql,
): Edge<P, number> {
  const relation: Relation = {
    kind: 'value',
    reads,
    expression: expression as Extract<Relation, { kind: 'value' }>['expression'],
  };
  const load = defineLoader(async (context: Context, ids: readonly number[]) => {
    const member = memberOf(context);
    const column = (property: keyof P & string) => source.table.column('a', property);
    const rows = await context.db.all<{ id: number; value: number }>(sql`
      SELECT ${column('rowId')} AS id, ${expression({ member, now: context.now }, column)} AS value FROM ${source.from('a')}
      WHERE ${column('businessId')} = ${member.businessId} AND ${isOneOf(column('rowId'), ids)}`);
    const byId = new Map(rows.map((row) => [row.id, Number(row.value)]));
    return ids.map((id) => byId.get(id) ?? 0);
  });
  return Object.assign((row: P, context: Context) => load(context).load(row.rowId), { relation });
}
