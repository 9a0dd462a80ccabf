import type { FieldNode, GraphQLField, GraphQLObjectType } from 'graphql';
import type { TableColumn } from '../../db/table';
import type { List } from '../relations/list';
import type { FieldReads } from '../relations/column-field';
import type { Relation } from '../relations/relation-registry';
import type { Rowset } from '../relations/repository';
import type { FallbackField } from './fallback';
import type { Shape } from './json-sql';

/**
 * A plan says what an operation reads, as a tree of rows and pages whose every field is a column, is worked out at once from columns, or
 * is a declared relation. Whatever else it holds is a hole of the plan: resolvers fill it, on the rows that were read.
 */

/** Where a resolver has to be asked which rows are meant: a field of Query, or a connection below a row. */
export interface PageBinding {
  readonly field: GraphQLField<unknown, unknown>;
  readonly parent: GraphQLObjectType;
  readonly nodes: readonly FieldNode[];
  readonly relation: Relation;
}

/** A row by id, of the rows that the viewer sees. */
export interface RowRequest {
  readonly list: List<any, any>;
  readonly id: number;
}

export interface RowNode {
  readonly source: Rowset<any>;
  readonly alias: string;
  /** Whether a join may find none. */
  readonly optional: boolean;
  /** Whether rows that the viewer may not read are left out. */
  readonly checked: boolean;
  readonly members: PlanField[];
  /** Properties that the statement has to have of each row. */
  readonly properties: Set<string>;
  /** Which of the plan's holes these rows have; they are read whole for it. */
  hole: number | null;
}

type RelationOf<K extends Relation['kind']> = Extract<Relation, { kind: K }>;

export type Complete = (value: unknown) => unknown;

export type PlanField = { readonly key: string } & (
  | { readonly kind: 'constant'; readonly value: string }
  | { readonly kind: 'hole' }
  | { readonly kind: 'id'; readonly type: string }
  | { readonly kind: 'column'; readonly column: TableColumn; readonly shape: Shape }
  | {
      readonly kind: 'derived';
      readonly columns: readonly TableColumn[];
      readonly derive: NonNullable<FieldReads['derive']>;
      readonly complete: Complete;
      /** What is found across edges, as objects of properties. */
      readonly across: readonly PlanField[];
    }
  | { readonly kind: 'toOne'; readonly relation: RelationOf<'toOne'>; readonly rows: RowNode }
  | {
      readonly kind: 'some';
      readonly relation: RelationOf<'some'>;
      readonly rows: RowNode;
      /** Only the first is shown. */ readonly first: boolean;
    }
  /** Shown of fully readable rows; `empty` of others. */
  | { readonly kind: 'guarded'; readonly member: PlanField; readonly empty: unknown }
  | { readonly kind: 'value'; readonly relation: RelationOf<'value'> }
  | { readonly kind: 'page'; readonly page: PageNode }
);

export interface PageNode {
  /** Which question says which rows. */
  readonly question: number;
  readonly rows: RowNode | null;
  readonly members: readonly PageMember[];
  readonly wants: { readonly total: boolean; readonly cursors: boolean; readonly info: boolean };
}

export type PageMember = { readonly key: string } & (
  | { readonly kind: 'constant'; readonly value: string }
  | { readonly kind: 'nodes' | 'totalCount' }
  | {
      readonly kind: 'edges' | 'pageInfo';
      readonly members: readonly {
        readonly key: string;
        readonly name: string;
        readonly constant?: string;
      }[];
    }
);

export type Root = { readonly key: string } & (
  | { readonly kind: 'constant'; readonly value: string }
  | { readonly kind: 'hole'; readonly hole: number }
  | {
      readonly kind: 'one';
      readonly question: number;
      readonly rows: RowNode;
      /** Whether a row that is not visible may be readable in part. */ readonly partly: boolean;
    }
  | { readonly kind: 'page'; readonly page: PageNode }
);

export interface OperationPlan {
  readonly roots: readonly Root[];
  readonly questions: readonly PageBinding[];
  readonly holes: readonly FallbackField[];
  /** Whether the database's text is the answer as it stands. */
  readonly direct: boolean;
}
