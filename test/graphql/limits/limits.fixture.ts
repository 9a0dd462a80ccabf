import { buildSchema, getOperationAST, type DocumentNode } from 'graphql';
import { measureOperation } from '../../../src/graphql/limits/measure';

export const schema = buildSchema(`
  directive @mark repeatable on FIELD | QUERY | FRAGMENT_SPREAD
  interface Node { id: ID! }
  type Item implements Node { id: ID!, name: String, tags: [Tag!]!, items(first: Int, after: String, last: Int): ItemConnection!, latest(first: Int): [Item!]!, parent: Item }
  type Tag { text: String! }
  type ItemEdge { cursor: String!, node: Item! }
  type ItemConnection { nodes: [Item!]!, edges: [ItemEdge!]!, totalCount: Int! }
  type Query { ping: String, item: Item, items(first: Int, last: Int): ItemConnection!, node(id: ID!): Node }
`);
export const measure = (document: DocumentNode, name?: string) =>
  measureOperation(schema, document, getOperationAST(document, name)!);
export const nested = (levels: number) =>
  `{ item ${'{ parent '.repeat(levels - 2)} { name } ${'} '.repeat(levels - 2)} }`;
