import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';

/** The subgraph of another team: invoices of appointments, with Node and connections of its own. */
const SDL = parse(`
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])

  type Query {
    invoices(first: Int = 25): InvoiceConnection
    node(id: ID!): Node @shareable
  }
  interface Node { id: ID! }
  type PageInfo @shareable {
    hasNextPage: Boolean!
    hasPreviousPage: Boolean!
    startCursor: String
    endCursor: String
  }
  type InvoiceConnection { edges: [InvoiceEdge!]!, nodes: [Invoice!]!, pageInfo: PageInfo! }
  type InvoiceEdge { cursor: String!, node: Invoice! }
  type Invoice implements Node @key(fields: "id") {
    id: ID!
    number: String!
    "Null if the viewer may not see the appointment."
    appointment: Appointment
    client: Client
  }
  type Appointment implements Node @key(fields: "id") { id: ID!, invoices: [Invoice!]! }
  type Client implements Node @key(fields: "id") { id: ID!, invoices: [Invoice!]! }
`);

export interface Invoice {
  readonly number: string;
  readonly appointmentId: string;
  readonly clientId: string;
}

interface Reference {
  readonly id: string;
}

const shown = ({ number, appointmentId, clientId }: Invoice) => ({
  __typename: 'Invoice',
  id: `Invoice:${number}`,
  number,
  appointment: { __typename: 'Appointment', id: appointmentId },
  client: { __typename: 'Client', id: clientId },
});

function schemaOf(invoices: readonly Invoice[]) {
  const all = () => invoices.map(shown);
  const byId = (id: string) => all().find((invoice) => invoice.id === id) ?? null;
  return buildSubgraphSchema({
    typeDefs: SDL,
    resolvers: {
      Query: {
        node: (_root: unknown, { id }: Reference) => byId(id),
        invoices: (_root: unknown, { first }: { first: number }) => {
          const nodes = all().slice(0, first);
          const edges = nodes.map((node) => ({ cursor: node.id, node }));
          const pageInfo = {
            hasNextPage: invoices.length > nodes.length,
            hasPreviousPage: false,
            startCursor: edges[0]?.cursor ?? null,
            endCursor: edges.at(-1)?.cursor ?? null,
          };
          return { edges, nodes, pageInfo };
        },
      },
      Node: { __resolveType: () => 'Invoice' },
      Invoice: { __resolveReference: ({ id }: Reference) => byId(id) },
      Appointment: {
        invoices: ({ id }: Reference) => all().filter(({ appointment }) => appointment.id === id),
      },
      Client: { invoices: ({ id }: Reference) => all().filter(({ client }) => client.id === id) },
    },
  });
}

/** Serves invoices. The list may grow later. */
export async function serveInvoices(invoices: readonly Invoice[]): Promise<{
  readonly url: string;
  readonly server: Server;
}> {
  const schema = schemaOf(invoices);
  const server = createServer((request, response) => {
    void text(request)
      .then((body) => JSON.parse(body) as { query: string; variables?: Record<string, unknown> })
      .then(({ query, variables }) => graphql({ schema, source: query, variableValues: variables }))
      .then((result) => {
        response.setHeader('content-type', 'application/json').end(JSON.stringify(result));
      });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/graphql`, server };
}
