import {
  getNamedType,
  isObjectType,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
} from 'graphql';
import type { PageMember, PageNode, RowNode } from './plan';
import { setsOf, type Selections } from './selection';
import { unplannable } from './codec';

/** What the plan of a page needs of the compilation around it. */
export interface PageHost {
  readonly selections: Selections;
  /** Plans the rows that are selected under `nodes` or `edges`. */
  rows(type: GraphQLOutputType, nodes: readonly FieldNode[]): RowNode;
  emptyRows(): RowNode;
  /** Records that the text of the database is not the response. */
  assemble(): void;
}

type Selected = readonly [key: string, nodes: readonly FieldNode[]];

/**
 * Plans a connection. Its rows are selected once, so under `nodes` or under `edges`, not both.
 */
export function compilePage(
  host: PageHost,
  binding: number,
  returned: GraphQLOutputType,
  nodes: readonly FieldNode[],
): PageNode {
  const type = getNamedType(returned);
  if (!isObjectType(type)) return unplannable();
  return new PageCompilation(host, type).plan(binding, nodes);
}

class PageCompilation {
  private rows: RowNode | null = null;
  private readonly wants = { total: false, cursors: false, info: false };

  constructor(
    private readonly host: PageHost,
    private readonly type: GraphQLObjectType,
  ) {}

  plan(binding: number, nodes: readonly FieldNode[]): PageNode {
    const fields = this.selected(this.type, nodes).map((one) => this.member(one));
    const counts = this.wants.cursors || fields.some(({ kind }) => kind === 'edges');
    return {
      binding,
      rows: this.rows ?? (counts ? this.host.emptyRows() : null),
      fields,
      wants: this.wants,
    };
  }

  private selected(type: GraphQLObjectType, nodes: readonly FieldNode[]): Selected[] {
    return [...this.host.selections.fields(type, setsOf(nodes))];
  }

  private member([key, nodes]: Selected): PageMember {
    const name = nodes[0]?.name.value as string;
    const field = this.type.getFields()[name] as GraphQLField<unknown, unknown>;
    switch (name) {
      case '__typename':
        return { key, kind: 'constant', value: this.type.name };
      case 'totalCount':
        this.wants.total = true;
        return { key, kind: 'totalCount' };
      case 'nodes':
        this.take(field.type, nodes);
        return { key, kind: 'nodes' };
      case 'edges':
        return this.edges(key, getNamedType(field.type) as GraphQLObjectType, nodes);
      case 'pageInfo':
        this.wants.cursors = this.wants.info = true;
        return this.assembled(
          key,
          'pageInfo',
          getNamedType(field.type) as GraphQLObjectType,
          nodes,
        );
      default:
        return unplannable();
    }
  }

  private take(type: GraphQLOutputType, nodes: readonly FieldNode[]): void {
    if (this.rows) unplannable();
    this.rows = this.host.rows(type, nodes);
  }

  private edges(key: string, edge: GraphQLObjectType, nodes: readonly FieldNode[]): PageMember {
    for (const [, own] of this.selected(edge, nodes)) {
      const name = own[0]?.name.value;
      if (name === 'node')
        this.take((edge.getFields().node as GraphQLField<unknown, unknown>).type, own);
      else if (name === 'cursor') this.wants.cursors = true;
      // Resolvers read what an edge carries besides.
      else if (name !== '__typename') unplannable();
    }
    return this.assembled(key, 'edges', edge, nodes);
  }

  private assembled(
    key: string,
    kind: 'edges' | 'pageInfo',
    type: GraphQLObjectType,
    nodes: readonly FieldNode[],
  ): PageMember {
    this.host.assemble();
    const members = this.selected(type, nodes).map(([inner, [first]]) =>
      named(inner, first as FieldNode, type),
    );
    return { key, kind, members };
  }
}

const named = (key: string, { name: { value: name } }: FieldNode, type: GraphQLObjectType) =>
  name === '__typename' ? { key, name, constant: type.name } : { key, name };
