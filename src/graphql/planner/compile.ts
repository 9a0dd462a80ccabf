import {
  getNamedType,
  getNullableType,
  isListType,
  isNonNullType,
  isObjectType,
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { TableColumn } from '../../db/table';
import { readsOf, type FieldReads } from '../relations/column-field';
import { emptyOf } from '../disclosure';
import { relationOf, type Across, type Relation } from '../relations/edge';
import type { Rowset, Repository } from '../relations/repository';
import type { FallbackField } from './fallback';
import type {
  PlanField,
  PageMember,
  PageNode,
  OperationPlan,
  PageBinding,
  Root,
  RowNode,
} from './plan';
import { selectionsOf, setsOf, type Selections } from './selection';
import { completeOf, UnplannableError, shapeOf, unplannable } from './codec';

/** @returns null if the operation cannot be planned. */
export function compile({
  schema,
  document,
  operation,
  variables,
  limits,
}: {
  schema: GraphQLSchema;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  variables: Readonly<Record<string, unknown>>;
  limits: Limits;
}): OperationPlan | null {
  if (operation.operation !== 'query' || operation.directives?.length) return null;
  try {
    return new Compilation(selectionsOf(schema, document, variables), limits).plan(
      schema,
      operation,
    );
  } catch (error) {
    if (error instanceof UnplannableError) return null;
    throw error;
  }
}

/** Whether the viewer may read some rows of a repository only in part. */
export type Limits = (source: Repository<any>) => boolean;

const KEYS = ['businessId', 'rowId'];

class Compilation {
  private readonly bindings: PageBinding[] = [];
  private readonly fallbacks: FallbackField[] = [];
  private aliases = 0;
  private direct = true;

  constructor(
    private readonly selections: Selections,
    private readonly limits: Limits,
  ) {}

  plan(schema: GraphQLSchema, operation: OperationDefinitionNode): OperationPlan {
    const query = schema.getQueryType() as GraphQLObjectType;
    const roots = [...this.selections.fields(query, [operation.selectionSet])].map(([key, nodes]) =>
      this.planOrFallback(
        () => this.root(query, key, nodes),
        (): Root => ({
          key,
          kind: 'fallback',
          fallback: this.fallback({ type: null, nodes: [...nodes] }),
        }),
      ),
    );
    if (this.fallbacks.length && !this.bindings.length) return unplannable();
    return { roots, bindings: this.bindings, fallbacks: this.fallbacks, direct: this.direct };
  }

  /** Plans a field, or makes it a fallback field and discards its partial plan. */
  private planOrFallback<Made>(planned: () => Made, addFallback: () => Made): Made {
    const [bindings, fallbacks] = [this.bindings.length, this.fallbacks.length];
    try {
      return planned();
    } catch (error) {
      if (!(error instanceof UnplannableError)) throw error;
      this.bindings.length = bindings;
      this.fallbacks.length = fallbacks;
      this.direct = false;
      return addFallback();
    }
  }

  private fallback(fallback: FallbackField): number {
    return this.fallbacks.push(fallback) - 1;
  }

  private root(query: GraphQLObjectType, key: string, nodes: readonly FieldNode[]): Root {
    const name = nodes[0]?.name.value as string;
    if (name === '__typename') return { key, kind: 'constant', value: query.name };
    // Introspection fields are not among the fields of the type.
    const field = query.getFields()[name] ?? unplannable();
    const relation = relationOf(field) ?? unplannable();
    const binding = this.addBinding({ field, parent: query, nodes, relation });
    if (relation.kind === 'page')
      return {
        key,
        kind: 'page',
        page: this.page(binding, relation.list.source, field.type, nodes),
      };
    if (relation.kind !== 'one' || isNonNullType(field.type)) return unplannable();
    const { source } = relation.list;
    const partly = this.limitedSource(source)?.summary != null;
    if (partly) this.direct = false;
    return {
      key,
      kind: 'one',
      binding,
      rows: this.rows(source, field.type, nodes, { listed: true }),
      partly,
    };
  }

  private addBinding(binding: PageBinding): number {
    return this.bindings.push(binding) - 1;
  }

  private rows(
    source: Rowset<any>,
    returned: GraphQLOutputType,
    nodes: readonly FieldNode[],
    { optional = false, checked = false, listed = false } = {},
  ): RowNode {
    const type = getNamedType(returned);
    if (!isObjectType(type) || type.name !== source.table.entity.name) return unplannable();
    const limited = this.limitedSource(source);
    const rows = this.emptyRows(source, optional, checked && limited !== null);
    const guards = limited !== null && limited.summary !== null && !(listed && limited.listsInFull);
    if (guards || rows.checked)
      for (const { property } of source.table.columns) rows.properties.add(property);
    for (const [key, own] of this.selections.fields(type, setsOf(nodes))) {
      const plain = (): PlanField => this.member(rows, type, key, own);
      const planned = guards ? () => this.guarded(limited, type, own, plain()) : plain;
      rows.fields.push(
        this.planOrFallback(planned, () => this.fallbackFieldOf(rows, type, key, own)),
      );
    }
    return rows;
  }

  /**
   * A visible row makes its target readable, unless the target is readable by its own columns
   * only.
   */
  private isUnsure(
    { type }: GraphQLField<unknown, unknown>,
    { target }: Extract<Relation, { kind: 'toOne' }>,
  ): boolean {
    return !isNonNullType(type) && this.limitedSource(target)?.summary === null;
  }

  private limitedSource(source: Rowset<any>): Repository<any> | null {
    return 'limits' in source && this.limits(source as Repository<any>)
      ? (source as Repository<any>)
      : null;
  }

  /** Returns a summary field unchanged; other fields are shown for fully readable rows only. */
  private guarded(
    source: Repository<any>,
    type: GraphQLObjectType,
    [node]: readonly FieldNode[],
    member: PlanField,
  ): PlanField {
    const name = (node as FieldNode).name.value;
    if (name === '__typename' || source.summary?.has(name)) return member;
    if (member.kind === 'page') return unplannable();
    this.direct = false;
    return {
      key: member.key,
      kind: 'guarded',
      member,
      empty: emptyOf(type, type.getFields()[name] as GraphQLField<unknown, unknown>),
    };
  }

  private emptyRows(source: Rowset<any>, optional = false, checked = false): RowNode {
    return {
      source,
      alias: `t${(this.aliases += 1)}`,
      optional,
      checked,
      fields: [],
      properties: new Set(KEYS.filter((key) => source.table.byProperty.has(key))),
      fallback: null,
    };
  }

  private fallbackFieldOf(
    rows: RowNode,
    type: GraphQLObjectType,
    key: string,
    nodes: readonly FieldNode[],
  ): PlanField {
    rows.fallback ??= this.fallback({ type, nodes: [] });
    this.fallbacks[rows.fallback]?.nodes.push(...nodes);
    for (const { property } of rows.source.table.columns) rows.properties.add(property);
    return { key, kind: 'fallback' };
  }

  private member(
    rows: RowNode,
    type: GraphQLObjectType,
    key: string,
    nodes: readonly FieldNode[],
  ): PlanField {
    const name = nodes[0]?.name.value as string;
    if (name === '__typename') return { key, kind: 'constant', value: type.name };
    const field = type.getFields()[name] as GraphQLField<unknown, unknown>;
    const relation = relationOf(field);
    if (relation) return this.related(rows, type, key, field, nodes, relation);
    if (name === 'id' && type.getInterfaces().some((one) => one.name === 'Node'))
      return { key, kind: 'id', type: type.name };
    const reads = readsOf(field.extensions);
    if (reads?.derive) return this.derived(rows, key, field, nodes, reads);
    const [property] = reads?.properties ?? (field.resolve ? unplannable() : [name]);
    const column = this.column(rows, property as string);
    const shape = shapeOf(field.type, column);
    if (shape) return { key, kind: 'column', column, shape };
    return this.derived(rows, key, field, nodes, {
      properties: [column.property],
      derive: (row) => (row as Record<string, unknown>)[column.property],
    });
  }

  /** Adds a column to the statement. */
  private column(rows: RowNode, property: string): TableColumn {
    const column = rows.source.table.byProperty.get(property) ?? unplannable();
    rows.properties.add(property);
    return column;
  }

  private derived(
    rows: RowNode,
    key: string,
    field: GraphQLField<unknown, unknown>,
    nodes: readonly FieldNode[],
    { properties, derive }: FieldReads,
    across: readonly Across<any, any>[] = [],
  ): PlanField {
    this.direct = false;
    return {
      key,
      kind: 'derived',
      columns: properties.map((property) => this.column(rows, property)),
      derive: derive ?? unplannable(),
      complete: completeOf(this.selections, field.type, nodes),
      across: across.map((one) => this.across(rows, one)),
    };
  }

  private across(rows: RowNode, { edge: { relation }, properties }: Across<any, any>): PlanField {
    const ofTarget = (source: Rowset<any>, optional = false): RowNode => {
      const found = this.emptyRows(source, optional);
      for (const property of properties) {
        const column = this.column(found, property);
        found.fields.push({ key: property, kind: 'column', column, shape: column.kind });
      }
      return found;
    };
    switch (relation.kind) {
      case 'toOne':
        return {
          key: '',
          kind: 'toOne',
          relation,
          rows: ofTarget(relation.target, this.findsNone(rows, relation)),
        };
      case 'some':
        return { key: '', kind: 'some', relation, rows: ofTarget(relation.target), first: false };
      case 'value':
        return this.value(rows, '', relation);
      default:
        return unplannable();
    }
  }

  private value(
    rows: RowNode,
    key: string,
    relation: Extract<Relation, { kind: 'value' }>,
  ): PlanField {
    for (const property of relation.reads) this.column(rows, property);
    return { key, kind: 'value', relation };
  }

  /** Whether a join may find no row, also because its own row is missing. */
  private findsNone(rows: RowNode, { key, by }: Extract<Relation, { kind: 'toOne' }>): boolean {
    return this.column(rows, key).nullable || by !== 'rowId' || rows.optional;
  }

  private related(
    rows: RowNode,
    type: GraphQLObjectType,
    key: string,
    field: GraphQLField<unknown, unknown>,
    nodes: readonly FieldNode[],
    relation: Relation,
  ): PlanField {
    switch (relation.kind) {
      case 'toOne': {
        if (this.column(rows, relation.key).nullable && isNonNullType(field.type))
          return unplannable();
        return {
          key,
          kind: 'toOne',
          relation,
          rows: this.rows(relation.target, field.type, nodes, {
            optional: this.findsNone(rows, relation),
            checked: this.isUnsure(field, relation),
          }),
        };
      }
      case 'some': {
        const first = !isListType(getNullableType(field.type));
        if (first && isNonNullType(field.type)) return unplannable();
        return {
          key,
          kind: 'some',
          relation,
          rows: this.rows(relation.target, field.type, nodes, { checked: !relation.among.refers }),
          first,
        };
      }
      case 'value':
        return this.value(rows, key, relation);
      case 'derived':
        return this.derived(rows, key, field, nodes, relation.reads, relation.across);
      case 'toMany': {
        const binding = this.addBinding({ field, parent: type, nodes, relation });
        return {
          key,
          kind: 'page',
          page: this.page(binding, relation.list.source, field.type, nodes),
        };
      }
      default:
        return unplannable();
    }
  }

  /**
   * Plans a connection. Its rows are selected once, so under `nodes` or under `edges`, not both.
   */
  private page(
    binding: number,
    source: Rowset<any>,
    returned: GraphQLOutputType,
    nodes: readonly FieldNode[],
  ): PageNode {
    const type = getNamedType(returned);
    if (!isObjectType(type)) return unplannable();
    let rows: RowNode | null = null;
    const wants = { total: false, cursors: false, info: false };
    const take = (from: GraphQLOutputType, own: readonly FieldNode[]): void => {
      if (rows) unplannable();
      rows = this.rows(source, from, own, { listed: true });
    };
    const members = [...this.selections.fields(type, setsOf(nodes))].map(
      ([key, own]): PageMember => {
        const name = own[0]?.name.value as string;
        const field = type.getFields()[name] as GraphQLField<unknown, unknown>;
        switch (name) {
          case '__typename':
            return { key, kind: 'constant', value: type.name };
          case 'totalCount':
            wants.total = true;
            return { key, kind: 'totalCount' };
          case 'nodes':
            take(field.type, own);
            return { key, kind: 'nodes' };
          case 'edges': {
            const edge = getNamedType(field.type) as GraphQLObjectType;
            const inner = [...this.selections.fields(edge, setsOf(own))];
            for (const [, ofNode] of inner.filter(([, [first]]) => first?.name.value === 'node'))
              take((edge.getFields().node as GraphQLField<unknown, unknown>).type, ofNode);
            wants.cursors ||= inner.some(([, [first]]) => first?.name.value === 'cursor');
            this.direct = false;
            return {
              key,
              kind: 'edges',
              members: inner.map(([innerKey, [first]]) =>
                named(innerKey, first as FieldNode, edge),
              ),
            };
          }
          case 'pageInfo': {
            const info = getNamedType(field.type) as GraphQLObjectType;
            wants.cursors = wants.info = true;
            this.direct = false;
            return {
              key,
              kind: 'pageInfo',
              members: [...this.selections.fields(info, setsOf(own))].map(([innerKey, [first]]) =>
                named(innerKey, first as FieldNode, info),
              ),
            };
          }
          default:
            return unplannable();
        }
      },
    );
    const counts = wants.cursors || members.some(({ kind }) => kind === 'edges');
    return {
      binding,
      rows: rows ?? (counts ? this.emptyRows(source) : null),
      fields: members,
      wants,
    };
  }
}

const named = (key: string, { name: { value: name } }: FieldNode, type: GraphQLObjectType) =>
  name === '__typename' ? { key, name, constant: type.name } : { key, name };
