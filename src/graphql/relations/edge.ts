import type { Context, Member } from '../../context';
import type { Sql } from '../../db/sql';
import type { Page } from '../connection';
import type { List, ParentCondition } from './list';
import type { ListArgs } from './list-sql';
import type { FieldReads } from './column-field';
import type { Repository } from './repository';
import type { Rowset } from './rowset';

/** The rows that belong to a parent, and their ordering properties. */
export interface Membership {
  from(alias: string): Sql;
  where(alias: string, parent: Sql, member: Member): Sql;
  readonly order: readonly string[];
  /** Maximum number of rows. */
  readonly limit: number;
  /** Whether each row is readable because a visible parent refers to it. */
  readonly refers?: boolean;
}

/** The values that an expression may depend on besides its row. */
export type ExpressionInputs = Pick<Context, 'now'> & { readonly member: Member };

/** The target and columns of a relation, as loaders and the planner need them. */
export type Relation =
  | { readonly kind: 'one'; readonly list: List<any, any> }
  | { readonly kind: 'page'; readonly list: List<any, any> }
  /** `by` is the property of the target that `key` names. */
  | {
      readonly kind: 'toOne';
      readonly key: string;
      readonly target: Rowset<any> & Partial<Pick<Repository<any>, 'prime'>>;
      readonly by: string;
    }
  | {
      readonly kind: 'toMany';
      readonly list: List<any, any>;
      readonly tie: ParentCondition;
      /** Computes the node of each row. Absent if the row is the node. */
      readonly node?: FieldReads;
    }
  | { readonly kind: 'some'; readonly target: Rowset<any>; readonly among: Membership }
  /** A number that the database computes from the row. */
  | {
      readonly kind: 'value';
      readonly reads: readonly string[];
      readonly expression: (asking: ExpressionInputs, column: (property: string) => Sql) => Sql;
    }
  /** Computed from columns of the row and of related rows. */
  | {
      readonly kind: 'derived';
      readonly reads: FieldReads;
      readonly across: readonly Across<any, any>[];
    };

/** A relation as a function of a row. Loaders batch its calls. */
export type Edge<P, V> = ((
  row: P,
  context: Context,
) => Promise<V> | (null extends V ? null : never)) & {
  readonly relation: Relation;
  /** Makes the related rows readable by viewers of a row of this type, by its name. */
  readonly referFrom?: (type: string) => void;
};

/** A relation to pages of rows as a function of a row. */
export type Connection<P, T, F> = ((row: P, context: Context, args: ListArgs<F>) => Page<T>) & {
  readonly relation: Relation;
};

/** The properties that a computed field needs of related rows. */
export interface Across<P, V> {
  readonly edge: Edge<P, unknown>;
  readonly properties: readonly string[];
  /** For type inference only. */ readonly value?: V;
}

/** The relation that a field declares in its extensions; undefined if it has none. */
export const relationOf = (
  field: { readonly extensions: Readonly<Record<string, unknown>> } | undefined,
): Relation | undefined => field?.extensions.relation as Relation | undefined;
