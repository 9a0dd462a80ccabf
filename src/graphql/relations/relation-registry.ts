import type { Context, Member } from '../../context';
import type { Sql } from '../../db/sql';
import type { List, ParentCondition } from './list';
import type { FieldReads } from './column-field';
import type { Rowset, Repository } from './repository';

/** Which rows belong to a parent, and in which order they come: by these properties. */
export interface Membership {
  from(alias: string): Sql;
  where(alias: string, parent: Sql, member: Member): Sql;
  readonly order: readonly string[];
  /** The first so many. */
  readonly limit: number;
  /** Whether each row is readable because a visible parent refers to it. */
  readonly refers?: boolean;
}

/** What an expression may depend on beside its row. */
export type Asking = Pick<Context, 'now'> & { readonly member: Member };

/** Where an edge leads and by which column: all that a loader or the planner needs to know. */
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
  | { readonly kind: 'toMany'; readonly list: List<any, any>; readonly tie: ParentCondition }
  | { readonly kind: 'some'; readonly target: Rowset<any>; readonly among: Membership }
  /** A number that the database works out of the row. */
  | {
      readonly kind: 'value';
      readonly reads: readonly string[];
      readonly expression: (asking: Asking, column: (property: string) => Sql) => Sql;
    }
  /** Worked out from columns of the row and from what these relations lead to. */
  | {
      readonly kind: 'derived';
      readonly reads: FieldReads;
      readonly across: readonly Across<any, any>[];
    };

/** A relation as its field's resolver follows it. */
export type Edge<P, V> = ((
  row: P,
  context: Context,
) => Promise<V> | (null extends V ? null : never)) & { readonly relation: Relation };

/** What is needed of an edge: of the rows that it leads to these properties. */
export interface Across<P, V> {
  readonly edge: Edge<P, unknown>;
  readonly properties: readonly string[];
  /** Of the type alone. */ readonly value?: V;
}

const declared = new Map<string, Relation>();

/** By coordinate, `Appointment.client`. */
export const relations: ReadonlyMap<string, Relation> = declared;

export function declare(coordinate: string, relation: Relation): void {
  if (declared.has(coordinate)) throw new Error(`${coordinate} is declared twice.`);
  declared.set(coordinate, relation);
}
