import {
  buildSchema,
  getOperationAST,
  parse,
  type GraphQLError,
  type OperationDefinitionNode,
} from 'graphql';
import { type ExtraCost } from '../../../src/graphql/field-cost';

export const schema = buildSchema(`
  directive @mark repeatable on QUERY | FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT | FRAGMENT_DEFINITION
  interface Node { id: ID!, pages(first: Int): Connection }
  type Item implements Node { id: ID!, name: String, tags: [Tag!]!, optional: [Tag], parent: Item, pages(first: Int, last: Int): Connection!, fields: [Tag!]! }
  type Tag { text: String, more: [[Tag!]!]! }
  union Any = Item | Tag
  type Connection { nodes: [Item!]!, count: Int }
  input Range { from: Int, to: Int }
  type Query {
    ping: String
    item: Item
    items: [Item!]!
    any: Any
    node: Node
    pages(first: Int, last: Int, after: String): Connection!
    sized(last: Int): [Item!]!
    other(after: Int): [Item!]!
    priced: String
    pricedItem: Item
    pricedItems(first: Int): [Item!]!
    range(input: Range, step: Int): Int
  }
  type Mutation { change: Item }
`);
const costs: Readonly<Record<string, ExtraCost>> = {
  priced: 7,
  pricedItem: 7,
  pricedItems: 7,
  range: {
    of({ input, step }) {
      const { from = 1, to = 2 } = (input ?? {}) as { from?: number; to?: number };
      return (to - from) * ((step as number | undefined) ?? 1);
    },
  },
};
const query = schema.getQueryType()!;
for (const [name, cost] of Object.entries(costs)) query.getFields()[name]!.extensions = { cost };

export const operationOf = (text: string): [ReturnType<typeof parse>, OperationDefinitionNode] => {
  const document = parse(text);
  return [document, getOperationAST(document, null)!];
};

export const said = (errors: readonly GraphQLError[]) =>
  errors.map(({ message, extensions, nodes }) => [extensions.code, message, nodes?.length]);
