import {
  Arg,
  Args,
  type ClassType,
  Ctx,
  Extensions,
  FieldResolver,
  Resolver,
  Root,
} from 'type-graphql';
import type { GraphQLScalarType } from 'graphql';
import type { Context } from '../../context';
import { PageArgs, type Page } from '../connection';
import type { Connection, Edge, Relation } from './edge';
import type { List } from './list';
import type { OrderBy } from './list-order';
import type { ListArgs } from './list-sql';

/** A declared field: its function, and the resolver class that adds it to the schema. */
export interface Declared {
  readonly resolver: Function;
  /** Makes rows readable that visible rows refer to by this field. */
  readonly refer?: () => void;
}

export interface FieldOptions<T> {
  readonly type: () => T;
  readonly nullable?: boolean;
  readonly description?: string;
}

type TypeOf<V> = [V] extends [readonly (infer T extends object)[]]
  ? [ClassType<T>]
  : [NonNullable<V>] extends [object]
    ? ClassType<NonNullable<V>>
    : GraphQLScalarType;

/**
 * Declares a field that follows a relation. The relation is in the extensions of the field, where
 * the planner reads it; the resolver serves operations that are not planned.
 */
export function relationField<P extends object, V>(
  owner: ClassType<P>,
  field: string,
  edge: Edge<P, V>,
  options: FieldOptions<TypeOf<V>>,
): Edge<P, V> & Declared {
  const follow = (row: P, context: Context) => edge(row, context);
  const { relation } = edge;
  const resolver = resolverOf(owner, field, { ...options, relation, resolve: follow });
  return Object.assign(follow, { relation, resolver, refer: () => edge.referFrom?.(owner.name) });
}

/**
 * Declares a connection field, with the arguments of a page and the inputs of its list. One with
 * an order has a filter.
 */
export function connectionField<P extends object, T, F extends object>(
  owner: ClassType<P>,
  field: string,
  connection: Connection<P, T, F>,
  {
    filter,
    orderBy,
    ...options
  }: FieldOptions<ClassType<Page<T>>> & {
    readonly filter?: () => ClassType<F>;
    readonly orderBy?: () => ClassType<OrderBy>;
  },
): Connection<P, T, F> & Declared {
  const { relation } = connection;
  const resolve = (
    row: P,
    context: Context,
    page: PageArgs,
    ...[given, order]: [F?, ListArgs<F>['orderBy']?]
  ) => connection(row, context, { ...page, filter: given, orderBy: order });
  const args = [
    Args(() => PageArgs),
    ...(filter ? [Arg('filter', filter, { nullable: true })] : []),
    ...(orderBy ? [Arg('orderBy', () => [orderBy()], { nullable: true })] : []),
  ];
  const resolver = resolverOf(owner, field, { ...options, relation, resolve, args });
  const follow = (row: P, context: Context, given: ListArgs<F>) => connection(row, context, given);
  return Object.assign(follow, { relation, resolver });
}

export type ArgumentDecorator = (prototype: object, field: string, index: number) => void;

/** Builds the resolver class of one field. `args` follow the row and the context. */
export function resolverOf<P extends object>(
  owner: ClassType<P>,
  field: string,
  {
    type,
    relation,
    resolve,
    args = [],
    ...options
  }: FieldOptions<any> & {
    readonly relation: Relation;
    readonly resolve: (row: P, context: Context, ...args: any[]) => unknown;
    readonly args?: readonly ArgumentDecorator[];
  },
): Function {
  const resolver = class {
    [field](row: P, context: Context, ...given: unknown[]): unknown {
      return resolve(row, context, ...given);
    }
  };
  const { prototype } = resolver;
  for (const [index, decorate] of [Root(), Ctx(), ...args].entries())
    decorate(prototype, field, index);
  const descriptor = Object.getOwnPropertyDescriptor(prototype, field) as PropertyDescriptor;
  FieldResolver(type, options)(prototype, field, descriptor);
  Extensions({ relation })(prototype, field, descriptor);
  Resolver(() => owner)(resolver);
  return resolver;
}

/** The fields that modules declare. */
export const declaredIn = (...modules: readonly object[]): Declared[] =>
  modules
    .flatMap((module) => Object.values(module) as (Partial<Declared> | null | undefined)[])
    .flatMap((value) => (value?.resolver ? [value as Declared] : []));

/** Declares that a Query field returns the row of a list that its argument `id` names. */
export const RowById = (list: List<any, any>) =>
  Extensions({ relation: { kind: 'one', list } satisfies Relation });

/** Declares that a Query field returns a page of a list. */
export const PageOf = (list: List<any, any>) =>
  Extensions({ relation: { kind: 'page', list } satisfies Relation });
