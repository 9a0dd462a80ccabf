import {
  getNamedType, getNullableType, isEnumType, isLeafType, isListType, isNonNullType, isObjectType, isScalarType, type DocumentNode, type FieldNode, type GraphQLField,
  type GraphQLObjectType, type GraphQLOutputType, type GraphQLSchema, type OperationDefinitionNode, type SelectionSetNode,
} from 'graphql';
import type { TableColumn } from '../db/table';
import { readsOf, type FieldReads } from '../reads';
import { relations, type Relation } from '../relations';
import type { Source } from '../source';
import { selectionsOf, type Selections } from './selection';
import type { Shape } from './text';

/**
 * A plan says what an operation reads, as a tree of rows and pages whose every field is a column, is worked out at once from columns, or
 * is a declared relation. Whatever holds anything else has no plan, and its resolvers answer it.
 */

/** Where a resolver has to be asked which rows are meant: a field of Query, or a connection below a row. */
export interface Question { readonly field: GraphQLField<unknown, unknown>; readonly parent: GraphQLObjectType; readonly nodes: readonly FieldNode[]; readonly relation: Relation }

export interface Rows {
  readonly source: Source<any>;
  readonly alias: string;
  /** Whether a join may find none. */
  readonly optional: boolean;
  readonly members: Member[];
  /** Properties that the statement has to have of each row. */
  readonly properties: Set<string>;
}

type Complete = (value: unknown) => unknown;

export type Member = { readonly key: string } & (
  | { readonly kind: 'constant'; readonly value: string }
  | { readonly kind: 'id'; readonly type: string }
  | { readonly kind: 'column'; readonly column: TableColumn; readonly shape: Shape }
  | { readonly kind: 'derived'; readonly columns: readonly TableColumn[]; readonly derive: NonNullable<FieldReads['derive']>; readonly complete: Complete }
  | { readonly kind: 'toOne'; readonly via: string; readonly rows: Rows }
  | { readonly kind: 'through'; readonly relation: Extract<Relation, { kind: 'through' }>; readonly rows: Rows }
  | { readonly kind: 'page'; readonly page: PagePlan }
);

export interface PagePlan {
  /** Which question says which rows. */
  readonly question: number;
  readonly rows: Rows | null;
  readonly members: readonly PageMember[];
  readonly wants: { readonly total: boolean; readonly cursors: boolean; readonly info: boolean };
}

export type PageMember = { readonly key: string } & (
  | { readonly kind: 'constant'; readonly value: string }
  | { readonly kind: 'nodes' | 'totalCount' }
  | { readonly kind: 'edges' | 'pageInfo'; readonly members: readonly { readonly key: string; readonly name: string; readonly constant?: string }[] }
);

export type Root = { readonly key: string } & (
  | { readonly kind: 'constant'; readonly value: string }
  | { readonly kind: 'one'; readonly question: number; readonly rows: Rows }
  | { readonly kind: 'page'; readonly page: PagePlan }
);

export interface Plan {
  readonly roots: readonly Root[];
  readonly questions: readonly Question[];
  /** Whether the database's text is the answer as it stands. */
  readonly direct: boolean;
}

class NoPlan extends Error {}

const without = (): never => {
  throw new NoPlan();
};

/** @returns null when only resolvers can answer the operation. */
export function compile(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Readonly<Record<string, unknown>>): Plan | null {
  if (operation.operation !== 'query' || operation.directives?.length) return null;
  try {
    return new Compilation(selectionsOf(schema, document, variables)).plan(schema, operation);
  } catch (error) {
    if (error instanceof NoPlan) return null;
    throw error;
  }
}

const set = (nodes: readonly FieldNode[]): (SelectionSetNode | undefined)[] => nodes.map(({ selectionSet }) => selectionSet);

class Compilation {
  private readonly questions: Question[] = [];
  private aliases = 0;
  private direct = true;

  constructor(private readonly selections: Selections) {}

  plan(schema: GraphQLSchema, operation: OperationDefinitionNode): Plan {
    const query = schema.getQueryType() as GraphQLObjectType;
    const roots = [...this.selections.fields(query, [operation.selectionSet])].map(([key, nodes]) => this.root(query, key, nodes));
    return { roots, questions: this.questions, direct: this.direct };
  }

  private root(query: GraphQLObjectType, key: string, nodes: readonly FieldNode[]): Root {
    const name = nodes[0]?.name.value as string;
    if (name === '__typename') return { key, kind: 'constant', value: query.name };
    const relation = relations.get(`Query.${name}`) ?? without();
    const field = query.getFields()[name] as GraphQLField<unknown, unknown>;
    const question = this.ask({ field, parent: query, nodes, relation });
    if (relation.kind === 'page') return { key, kind: 'page', page: this.page(question, relation.list.source, field.type, nodes) };
    if (relation.kind === 'one' && !isNonNullType(field.type)) return { key, kind: 'one', question, rows: this.rows(relation.list.source, field.type, nodes) };
    return without();
  }

  private ask(question: Question): number {
    return this.questions.push(question) - 1;
  }

  private rows(source: Source<any>, returned: GraphQLOutputType, nodes: readonly FieldNode[], optional = false): Rows {
    const type = getNamedType(returned);
    if (!isObjectType(type) || type.name !== source.table.entity.name) return without();
    const rows = this.emptyRows(source, optional);
    for (const [key, own] of this.selections.fields(type, set(nodes))) rows.members.push(this.member(rows, type, key, own));
    return rows;
  }

  private emptyRows(source: Source<any>, optional = false): Rows {
    return { source, alias: `t${(this.aliases += 1)}`, optional, members: [], properties: new Set(['businessId', 'rowId']) };
  }

  private member(rows: Rows, type: GraphQLObjectType, key: string, nodes: readonly FieldNode[]): Member {
    const name = nodes[0]?.name.value as string;
    if (name === '__typename') return { key, kind: 'constant', value: type.name };
    const field = type.getFields()[name] as GraphQLField<unknown, unknown>;
    const relation = relations.get(`${type.name}.${name}`);
    if (relation) return this.related(rows, type, key, field, nodes, relation);
    if (name === 'id' && type.getInterfaces().some((one) => one.name === 'Node')) return { key, kind: 'id', type: type.name };
    const { table } = rows.source;
    const reads = readsOf(field.extensions);
    const own = reads?.properties ?? (field.resolve ? without() : [name]);
    const columns = own.map((property) => table.byProperty.get(property) ?? without());
    for (const { property } of columns) rows.properties.add(property);
    const [column] = columns;
    const shape = column && !reads?.derive ? shapeOf(field.type, column) : null;
    if (shape) return { key, kind: 'column', column: column as TableColumn, shape };
    this.direct = false;
    const derive = reads?.derive ?? ((row: object) => (row as Record<string, unknown>)[own[0] as string]);
    return { key, kind: 'derived', columns, derive, complete: this.complete(field.type, nodes) };
  }

  private related(rows: Rows, type: GraphQLObjectType, key: string, field: GraphQLField<unknown, unknown>, nodes: readonly FieldNode[], relation: Relation): Member {
    switch (relation.kind) {
      case 'toOne': {
        const column = rows.source.table.byProperty.get(relation.key) ?? without();
        if (column.nullable && isNonNullType(field.type)) return without();
        rows.properties.add(relation.key);
        return { key, kind: 'toOne', via: relation.key, rows: this.rows(relation.target, field.type, nodes, rows.optional || column.nullable) };
      }
      case 'through': return { key, kind: 'through', relation, rows: this.rows(relation.target, field.type, nodes) };
      case 'toMany': {
        const question = this.ask({ field, parent: type, nodes, relation });
        return { key, kind: 'page', page: this.page(question, relation.list.source, field.type, nodes) };
      }
      default: return without();
    }
  }

  /** A connection: its rows under `nodes` or under `edges`, not both, since they are read once. */
  private page(question: number, source: Source<any>, returned: GraphQLOutputType, nodes: readonly FieldNode[]): PagePlan {
    const type = getNamedType(returned);
    if (!isObjectType(type)) return without();
    let rows: Rows | null = null;
    const wants = { total: false, cursors: false, info: false };
    const take = (from: GraphQLOutputType, own: readonly FieldNode[]): void => {
      if (rows) without();
      rows = this.rows(source, from, own);
    };
    const members = [...this.selections.fields(type, set(nodes))].map(([key, own]): PageMember => {
      const name = own[0]?.name.value as string;
      const field = type.getFields()[name] as GraphQLField<unknown, unknown>;
      switch (name) {
        case '__typename': return { key, kind: 'constant', value: type.name };
        case 'totalCount':
          wants.total = true;
          return { key, kind: 'totalCount' };
        case 'nodes':
          take(field.type, own);
          return { key, kind: 'nodes' };
        case 'edges': {
          const edge = getNamedType(field.type) as GraphQLObjectType;
          const inner = [...this.selections.fields(edge, set(own))];
          for (const [, ofNode] of inner.filter(([, [first]]) => first?.name.value === 'node')) take((edge.getFields().node as GraphQLField<unknown, unknown>).type, ofNode);
          wants.cursors ||= inner.some(([, [first]]) => first?.name.value === 'cursor');
          this.direct = false;
          return { key, kind: 'edges', members: inner.map(([innerKey, [first]]) => named(innerKey, first as FieldNode, edge)) };
        }
        case 'pageInfo': {
          const info = getNamedType(field.type) as GraphQLObjectType;
          wants.cursors = wants.info = true;
          this.direct = false;
          return { key, kind: 'pageInfo', members: [...this.selections.fields(info, set(own))].map(([innerKey, [first]]) => named(innerKey, first as FieldNode, info)) };
        }
        default: return without();
      }
    });
    const counts = wants.cursors || members.some(({ kind }) => kind === 'edges');
    return { question, rows: rows ?? (counts ? this.emptyRows(source) : null), members, wants };
  }

  /** Serialises what a field derives: leaves, lists, and objects whose every selected field is a plain property. */
  private complete(type: GraphQLOutputType, nodes: readonly FieldNode[]): Complete {
    if (isNonNullType(type)) {
      const inner = this.complete(type.ofType, nodes);
      return (value) => inner(value) ?? missing();
    }
    const nullable = getNullableType(type);
    if (isListType(nullable)) {
      const inner = this.complete(nullable.ofType, nodes);
      return (value) => (value == null ? null : (value as unknown[]).map(inner));
    }
    if (isLeafType(nullable)) return (value) => (value == null ? null : nullable.serialize(value));
    if (!isObjectType(nullable)) return without();
    const members = [...this.selections.fields(nullable, set(nodes))].map(([key, own]) => {
      const name = own[0]?.name.value as string;
      if (name === '__typename') return { key, name, of: () => nullable.name };
      const field = nullable.getFields()[name] as GraphQLField<unknown, unknown>;
      return field.resolve ? without() : { key, name, of: this.complete(field.type, own) };
    });
    return (value) => (value == null ? null : Object.fromEntries(members.map(({ key, name, of }) => [key, of((value as Record<string, unknown>)[name])])));
  }
}

function missing(): never {
  throw new Error('A field that is never null was null.');
}

const named = (key: string, { name: { value: name } }: FieldNode, type: GraphQLObjectType) => (name === '__typename' ? { key, name, constant: type.name } : { key, name });

const TEXTS = new Set(['String', 'ID', 'Decimal', 'LocalDate', 'LocalDateTime']);

/** How the database writes a column that a field shows; null where it takes the field's own type to say. */
function shapeOf(returned: GraphQLOutputType, column: TableColumn): Shape | null {
  if (isNonNullType(returned) && column.nullable) return without();
  const type = getNullableType(returned);
  if (isListType(type)) {
    const inner = getNullableType(type.ofType);
    return column.kind === 'json' && isScalarType(inner) && TEXTS.has(inner.name) ? 'json' : null;
  }
  if (isEnumType(type)) return column.kind === 'text' && type.getValues().every(({ name, value }) => name === value) ? 'word' : null;
  if (!isScalarType(type)) return null;
  if (type.name === 'Int') return column.kind === 'number' ? 'number' : null;
  if (type.name === 'DateTime') return column.kind === 'number' ? 'instant' : null;
  if (type.name === 'Boolean') return column.kind === 'boolean' ? 'boolean' : null;
  return TEXTS.has(type.name) && column.kind === 'text' ? 'text' : null;
}
