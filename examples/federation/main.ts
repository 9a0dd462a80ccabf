// Composes the gateway, which runs with SUBGRAPH=1, with a subgraph of another team, and queries the
// supergraph through Apollo Gateway.
import { deepStrictEqual } from 'node:assert/strict';
import { ApolloGateway, IntrospectAndCompose, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { FrontDesk } from '../shared/front-desk';
import { GRAPHQL_URL, HEADERS } from '../shared/gateway';
import { main } from '../shared/story';
import { serveInvoices, type Invoice } from './invoices';

interface RouterContext {
  readonly authorization?: string;
}

/** Forwards the key of the caller, by which the gateway decides what is visible. */
class Subgraph extends RemoteGraphQLDataSource<RouterContext> {
  override willSendRequest({
    request,
    context,
  }: Parameters<NonNullable<RemoteGraphQLDataSource<RouterContext>['willSendRequest']>>[0]): void {
    if (context.authorization) request.http?.headers.set('authorization', context.authorization);
  }
}

/** Starts the router of the supergraph and returns its address. */
async function startRouter(invoicesUrl: string): Promise<string> {
  const gateway = new ApolloGateway({
    supergraphSdl: new IntrospectAndCompose({
      subgraphs: [
        { name: 'slotgraph', url: GRAPHQL_URL },
        { name: 'invoices', url: invoicesUrl },
      ],
    }),
    buildService: ({ url }) => new Subgraph({ url }),
  });
  const { url } = await startStandaloneServer(new ApolloServer<RouterContext>({ gateway }), {
    listen: { port: 0, host: '127.0.0.1' },
    context: async ({ req }) => ({ authorization: req.headers.authorization }),
  });
  return url;
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
}

async function ask(url: string, authorization: string, query: string): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as Answer;
}

const BY_INVOICE = `{
  invoices { nodes {
    number
    appointment { status staff { lastName } invoices { number } }
    client { fullName }
  } }
}`;

main(async () => {
  const desk = await FrontDesk.open('federation');
  const { id: appointmentId, client } = await desk.book('Ada', '09:00');
  if (!client) throw new Error('The appointment has no client.');
  const invoices: Invoice[] = [{ number: '2030-1', appointmentId, clientId: client.id }];
  const { url: invoicesUrl, server } = await serveInvoices(invoices);
  const url = await startRouter(invoicesUrl);
  const ofAppointment = `{
    appointment(id: "${appointmentId}") { id invoices { number client { fullName } } }
    resources(first: 1) { nodes { __typename } }
  }`;
  const other = `Bearer ${process.env.OTHER_KEY}`;

  // From the other team's objects to ours: the router reads them by Query._entities.
  deepStrictEqual(await ask(url, HEADERS.authorization, BY_INVOICE), {
    data: {
      invoices: {
        nodes: [
          {
            number: '2030-1',
            appointment: {
              status: 'OPEN',
              staff: { lastName: 'Jones' },
              invoices: [{ number: '2030-1' }],
            },
            client: { fullName: 'Ada Example' },
          },
        ],
      },
    },
  });
  // From ours to theirs, and back.
  const { data, errors } = await ask(url, HEADERS.authorization, ofAppointment);
  deepStrictEqual(errors, undefined);
  deepStrictEqual((data as { appointment: unknown }).appointment, {
    id: appointmentId,
    invoices: [{ number: '2030-1', client: { fullName: 'Ada Example' } }],
  });
  // A key of another business does not see the objects that the invoices refer to.
  const foreign = await ask(url, other, BY_INVOICE);
  deepStrictEqual(foreign.data, {
    invoices: { nodes: [{ number: '2030-1', appointment: null, client: null }] },
  });
  // Without a key, the gateway refuses what the router reads from it.
  const refused = await ask(url, '', BY_INVOICE);
  deepStrictEqual(refused.errors?.[0]?.extensions?.code, 'UNAUTHENTICATED');
  console.log('federation: invoices and appointments of one supergraph');
  server.close();
});
