// Apollo Client 4: a watched list that the subscription keeps current in the normalised cache.
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import {
  AppointmentsDocument,
  BookDocument,
  BookingsDocument,
  type AppointmentsQuery,
  type BookingsSubscription,
} from '../codegen/__generated__/graphql';
import { possibleTypes, typePolicies } from '../generated/apollo';
import { FrontDesk } from '../shared/front-desk';
import { accepted, GRAPHQL_URL, HEADERS, WEBSOCKET_URL } from '../shared/gateway';
import { Screen } from '../shared/screen';
import { linesOf, main, playStory } from '../shared/story';

type Edges = NonNullable<AppointmentsQuery['appointments']>['edges'];

/** Adds what entered the list and removes what left. What stayed was updated by its id. */
function edgesAfter(edges: Edges, event: BookingsSubscription['bookingNotifications']): Edges {
  const others = edges.filter(({ node }) => node.id !== event.appointmentId);
  if (event.visibility === 'LEFT') return others;
  if (others.length < edges.length || !event.appointment) return edges;
  return [
    ...edges,
    { __typename: 'AppointmentEdge', cursor: '', node: event.appointment } as Edges[number],
  ];
}

main(async () => {
  const desk = await FrontDesk.open('apollo');
  const screen = new Screen('apollo');
  const socket = createClient({
    url: WEBSOCKET_URL,
    webSocketImpl: WebSocket,
    connectionParams: HEADERS,
  });
  const client = new ApolloClient({
    cache: new InMemoryCache({ typePolicies, possibleTypes }),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(socket),
      new HttpLink({ uri: GRAPHQL_URL, headers: HEADERS }),
    ),
  });
  const list = {
    query: AppointmentsDocument,
    variables: { filter: desk.list, first: 20 },
  } as const;

  const open = async () => {
    client.watchQuery(list).subscribe(({ data, dataState }) => {
      if (dataState === 'complete' && data.appointments)
        screen.show(linesOf(data.appointments.edges.map(({ node }) => node)));
    });
    await screen.expect(['09:00 Ada Example']);
    client
      .subscribe({ query: BookingsDocument, variables: { filter: desk.changes, after: '0' } })
      .subscribe(({ data, error }) => {
        if (error || !data) throw error ?? new Error('An event has no data.');
        client.cache.updateQuery(list, (shown) =>
          shown?.appointments
            ? {
                ...shown,
                appointments: {
                  ...shown.appointments,
                  edges: edgesAfter(shown.appointments.edges, data.bookingNotifications),
                },
              }
            : undefined,
        );
      });
  };
  const book = async () => {
    const { data } = await client.mutate({
      mutation: BookDocument,
      variables: { input: desk.booking('Cleo', '15:00') },
    });
    accepted(data?.createAppointment);
  };
  await playStory({ desk, screen, open, book });
});
