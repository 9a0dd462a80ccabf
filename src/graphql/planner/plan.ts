import type { FieldNode, GraphQLField, GraphQLObjectType } from 'graphql';
import type { TableColumn } from '../../db/table';
import type { FieldReads } from '../relations/column-field';
import type { Relation } from '../relations/edge';
import type { Rowset } from '../relations/rowset';
import type { FallbackField } from './fallback';
import type { Shape } from './json-sql';

/**
 * A plan describes what an operation reads, as a tree of rows and pages. Each field is a column,
 * computed from columns, or a declared relation. All other fields are fallback fields: resolvers
 * add them to the fetched rows.
 */

/**
 * A page whose arguments a resolver turns into a request: a field of Query, or a connection below
 * a row.
 */
export interface PageBinding {
  readonly field: GraphQLField<unknown, unknown>;
  readonly parent: GraphQLObjectType;
  readonly nodes: readonly FieldNode[];
  readonly relation: Relation;
}

export interface RowNode {
  readonly source: Rowset<any>;
  readonly alias: string;
  /** Whether the join may find no row. */
  readonly optional: boolean;
  /** Whether rows that the viewer may not read are omitted. */
  readonly checked: boolean;
  readonly fields: PlanField[];
  /** Whether each row is shown as the value of its only field. */
  readonly computed?: boolean;
  /** Properties that the statement selects of each row. */
  readonly properties: Set<string>;
  /** The index of the fallback field of these rows, which are then read whole; null if none. */
  fallback: number | null;
}

type RelationOf<K extends Relation['kind']> = Extract<Relation, { kind: K }>;

export type Complete = (value: unknown) => unknown;

export type PlanField = { readonly key: string } & (
  | { readonly kind: 'constant'; readonly value: string }
  | { readonly kind: 'fallback' }
  | { readonly kind: 'id'; readonly type: string }
  | { readonly kind: 'column'; readonly column: TableColumn; readonly shape: Shape }
  | {
      readonly kind: 'derived';
      readonly columns: readonly TableColumn[];
      readonly derive: NonNullable<FieldReads['derive']>;
      readonly complete: Complete;
      /** Columns read across relations, as objects of properties. */
      readonly across: readonly PlanField[];
    }
  | { readonly kind: 'toOne'; readonly relation: RelationOf<'toOne'>; readonly rows: RowNode }
  | {
      readonly kind: 'some';
      readonly relation: RelationOf<'some'>;
      readonly rows: RowNode;
      /** Only the first row is shown. */ readonly first: boolean;
    }
  /** Shown for fully readable rows. For others null, or refused, which the resolvers report. */
  | { readonly kind: 'guarded'; readonly member: PlanField; readonly refuses: boolean }
  | { readonly kind: 'value'; readonly relation: RelationOf<'value'> }
  | { readonly kind: 'page'; readonly page: PageNode }
);

export interface PageNode {
  /** Index of the request that selects the rows. */
  readonly binding: number;
  readonly rows: RowNode | null;
  readonly fields: readonly PageMember[];
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
  | { readonly kind: 'fallback'; readonly fallback: number }
  | {
      readonly kind: 'one';
      readonly binding: number;
      readonly rows: RowNode;
      /** Whether an invisible row may be readable in part. */ readonly partly: boolean;
    }
  | { readonly kind: 'page'; readonly page: PageNode }
);

export interface OperationPlan {
  readonly roots: readonly Root[];
  readonly bindings: readonly PageBinding[];
  readonly fallbacks: readonly FallbackField[];
  /** Whether the text from the database is the response without further steps. */
  readonly direct: boolean;
}
