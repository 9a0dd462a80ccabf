// urql with Graphcache: an update of the subscription field keeps the cached list current.
import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { cacheExchange, type UpdateResolver } from '@urql/exchange-graphcache';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import {
  AppointmentsDocument,
  BookDocument,
  BookingsDocument,
  type BookingsSubscription,
} from '../codegen/__generated__/graphql';
import { keys, resolvers } from '../generated/graphcache';
import { FrontDesk } from '../shared/front-desk';
import { accepted, GRAPHQL_URL, HEADERS, WEBSOCKET_URL } from '../shared/gateway';
import { Screen } from '../shared/screen';
import { linesOf, main, playStory } from '../shared/story';

main(async () => {
  const desk = await FrontDesk.open('urql');
  const screen = new Screen('urql');
  const list = { query: AppointmentsDocument, variables: { filter: desk.list, first: 20 } };

  /** Adds what entered the list and removes what left. What stayed was updated by its id. */
  const followBookings: UpdateResolver<BookingsSubscription> = (result, _args, cache) => {
    const { visibility, appointmentId, appointment } = result.bookingNotifications;
    cache.updateQuery(list, (shown) => {
      if (!shown?.appointments) return shown;
      const { edges } = shown.appointments;
      const others = edges.filter(({ node }) => node.id !== appointmentId);
      if (visibility === 'LEFT') shown.appointments.edges = others;
      else if (others.length === edges.length && appointment)
        shown.appointments.edges.push({
          __typename: 'AppointmentEdge',
          cursor: '',
          node: appointment,
        } as (typeof edges)[number]);
      return shown;
    });
  };

  const socket = createClient({
    url: WEBSOCKET_URL,
    webSocketImpl: WebSocket,
    connectionParams: HEADERS,
  });
  const client = new Client({
    url: GRAPHQL_URL,
    preferGetMethod: false,
    fetchOptions: { headers: HEADERS },
    exchanges: [
      cacheExchange({
        keys,
        resolvers,
        updates: { Subscription: { bookingNotifications: followBookings } },
      }),
      subscriptionExchange({
        forwardSubscription: ({ query, variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: socket.subscribe({ query: query ?? '', variables }, sink),
          }),
        }),
      }),
      fetchExchange,
    ],
  });

  const open = async () => {
    client.query(list.query, list.variables).subscribe(({ data, error }) => {
      if (error) throw error;
      if (data?.appointments) screen.show(linesOf(data.appointments.edges.map(({ node }) => node)));
    });
    await screen.expect(['09:00 Ada Example']);
    client
      .subscription(BookingsDocument, { filter: desk.changes, after: '0' })
      .subscribe(({ error }) => {
        if (error) throw error;
      });
  };
  const book = async () => {
    const { data, error } = await client.mutation(BookDocument, {
      input: desk.booking('Cleo', '15:00'),
    });
    if (error) throw error;
    accepted(data?.createAppointment);
  };
  await playStory({ desk, screen, open, book });
});
