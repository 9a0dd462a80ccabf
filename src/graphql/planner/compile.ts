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
import { readsOf, type FieldReads } from '../relations/column-field';
import { isRefused } from '../disclosure';
import { relationOf, type Across, type Relation } from '../relations/edge';
import type { Repository } from '../relations/repository';
import type { Rowset } from '../relations/rowset';
import { compilePage, type PageHost } from './compile-page';
import { needsGuards, PlanBuilder, type LimitCheck } from './plan-builder';
import type { PlanField, PageNode, OperationPlan, Root, RowNode } from './plan';
import { selectionsOf, setsOf, type Selections } from './selection';
import { completeOf, UnplannableError, shapeOf, unplannable } from './codec';
import { isProperty } from '../property-field';
import { classNameOf } from '../sdl/rename-types';

/** @returns null if the operation cannot be planned. */
export function compile({
  schema,
  document,
  operation,
  variables,
  limits,
  refuses = () => false,
}: {
  schema: GraphQLSchema;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  variables: Readonly<Record<string, unknown>>;
  limits: LimitCheck;
  /** Whether the viewer may list no row of a repository: resolvers refuse such a field. */
  refuses?: LimitCheck;
}): OperationPlan | null {
  if (operation.operation !== 'query' || operation.directives?.length) return null;
  try {
    const selections = selectionsOf(schema, document, variables);
    return new Compilation(selections, limits, refuses).plan(schema, operation);
  } catch (error) {
    if (error instanceof UnplannableError) return null;
    throw error;
  }
}

interface SelectedField {
  readonly key: string;
  readonly field: GraphQLField<unknown, unknown>;
  readonly nodes: readonly FieldNode[];
}

class Compilation extends PlanBuilder {
  constructor(
    private readonly selections: Selections,
    limits: LimitCheck,
    private readonly refuses: LimitCheck,
  ) {
    super(limits);
  }

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
        page: this.page(binding, relation, field.type, nodes),
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

  private rows(
    source: Rowset<any>,
    returned: GraphQLOutputType,
    nodes: readonly FieldNode[],
    { optional = false, checked = false, listed = false } = {},
  ): RowNode {
    const type = getNamedType(returned);
    if (!isObjectType(type) || classNameOf(type) !== source.table.entity.name) return unplannable();
    const limited = this.limitedSource(source);
    const rows = this.emptyRows(source, optional, checked && limited !== null);
    const guards = needsGuards(limited, listed);
    if (guards || rows.checked)
      for (const { property } of source.table.columns) rows.properties.add(property);
    for (const [key, own] of this.selections.fields(type, setsOf(nodes))) {
      const plain = (): PlanField => this.member(rows, type, key, own);
      const planned = limited && guards ? () => this.guarded(limited, type, own, plain()) : plain;
      rows.fields.push(
        this.planOrFallback(planned, () => this.fallbackFieldOf(rows, type, key, own)),
      );
    }
    return rows;
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
      refuses: isRefused(type.getFields()[name] as GraphQLField<unknown, unknown>),
    };
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
    const selected = { key, field, nodes };
    const relation = relationOf(field);
    if (relation) return this.related(rows, type, selected, relation);
    if (name === 'id' && type.getInterfaces().some((one) => one.name === 'Node'))
      return { key, kind: 'id', type: classNameOf(type) };
    const reads = readsOf(field.extensions);
    if (reads?.derive) return this.derived(rows, selected, reads);
    const [property] = reads?.properties ?? (isProperty(field) ? [name] : unplannable());
    const column = this.column(rows, property as string);
    const shape = shapeOf(field.type, column);
    if (shape) return { key, kind: 'column', column, shape };
    return this.derived(rows, selected, {
      properties: [column.property],
      derive: (row) => (row as Record<string, unknown>)[column.property],
    });
  }

  private derived(
    rows: RowNode,
    { key, field, nodes }: SelectedField,
    { properties, derive }: FieldReads,
    across: readonly Across<any, any>[] = [],
  ): PlanField {
    // A plan computes the value without arguments.
    if (nodes.some((node) => node.arguments?.length)) return unplannable();
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

  private related(
    rows: RowNode,
    type: GraphQLObjectType,
    selected: SelectedField,
    relation: Relation,
  ): PlanField {
    const { key, field, nodes } = selected;
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
        return this.derived(rows, selected, relation.reads, relation.across);
      case 'toMany': {
        if (this.refuses(relation.list.source)) return unplannable();
        const binding = this.addBinding({ field, parent: type, nodes, relation });
        const page = this.page(binding, relation, field.type, nodes);
        return { key, kind: 'page', page };
      }
      default:
        return unplannable();
    }
  }

  private page(
    binding: number,
    relation: Extract<Relation, { kind: 'page' | 'toMany' }>,
    returned: GraphQLOutputType,
    nodes: readonly FieldNode[],
  ): PageNode {
    const { source } = relation.list;
    const node = relation.kind === 'toMany' ? relation.node : undefined;
    const host: PageHost = {
      selections: this.selections,
      rows: (type, own) =>
        node
          ? this.computed(source, node, completeOf(this.selections, getNamedType(type), own))
          : this.rows(source, type, own, { listed: true }),
      emptyRows: () => this.emptyRows(source),
      assemble: () => void (this.direct = false),
    };
    return compilePage(host, binding, returned, nodes);
  }
}
