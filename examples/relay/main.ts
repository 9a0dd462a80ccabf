// Relay: queries, a connection, a mutation, a subscription, refetch and pagination, compiled by
// relay-compiler and run by relay-runtime without React.
import { createClient } from 'graphql-ws';
import {
  commitMutation,
  ConnectionHandler,
  createOperationDescriptor,
  Environment,
  fetchQuery,
  getSingularSelector,
  Network,
  Observable,
  RecordSource,
  requestSubscription,
  Store,
  type RecordSourceSelectorProxy,
  type SingularReaderSelector,
} from 'relay-runtime';
import { WebSocket } from 'ws';
import { FrontDesk } from '../shared/front-desk';
import { accepted, HEADERS, send, WEBSOCKET_URL } from '../shared/gateway';
import { Screen } from '../shared/screen';
import { linesOf, main, playStory } from '../shared/story';
import bookMutation, {
  type operationsBookMutation,
} from './__generated__/operationsBookMutation.graphql';
import bookingsSubscription, {
  type operationsBookingsSubscription,
} from './__generated__/operationsBookingsSubscription.graphql';
import refetchQuery, {
  type operationsCardRefetchQuery,
} from './__generated__/operationsCardRefetchQuery.graphql';
import pageQuery, {
  type operationsListPaginationQuery,
} from './__generated__/operationsListPaginationQuery.graphql';
import listQuery, { type operationsListQuery } from './__generated__/operationsListQuery.graphql';
import listFragment, { type operations_list$data } from './__generated__/operations_list.graphql';

const CONNECTION = 'operations_appointments';

function createEnvironment(): Environment {
  const socket = createClient({
    url: WEBSOCKET_URL,
    webSocketImpl: WebSocket,
    connectionParams: HEADERS,
  });
  return new Environment({
    store: new Store(new RecordSource()),
    network: Network.create(
      async ({ text }, variables) => (await send(text ?? '', variables)) as any,
      ({ text }, variables) =>
        Observable.create((sink) =>
          socket.subscribe({ query: text ?? '', variables }, sink as any),
        ),
    ),
  });
}

/** Adds what entered the connection and removes what left. What stayed was updated by its id. */
function followBookings(filter: object) {
  return (store: RecordSourceSelectorProxy): void => {
    const connection = ConnectionHandler.getConnection(store.getRoot(), CONNECTION, { filter });
    const event = store.getRootField('bookingNotifications');
    const id = event?.getValue('appointmentId');
    if (!connection || !event || typeof id !== 'string') return;
    const node = event.getLinkedRecord('appointment');
    const edges = connection.getLinkedRecords('edges') ?? [];
    const isListed = edges.some((edge) => edge?.getLinkedRecord('node')?.getDataID() === id);
    if (event.getValue('visibility') === 'LEFT') ConnectionHandler.deleteNode(connection, id);
    else if (!isListed && node)
      ConnectionHandler.insertEdgeAfter(
        connection,
        ConnectionHandler.createEdge(store, connection, node, 'AppointmentEdge'),
      );
  };
}

main(async () => {
  const desk = await FrontDesk.open('relay');
  const screen = new Screen('relay');
  const environment = createEnvironment();
  const filter = { ...desk.list } as operationsListQuery['variables']['filter'];

  const open = async () => {
    await fetchQuery<operationsListQuery>(environment, listQuery, { filter }).toPromise();
    const query = createOperationDescriptor(listQuery, { filter });
    environment.retain(query);
    const { data } = environment.lookup(query.fragment);
    const selector = getSingularSelector(listFragment, data) as SingularReaderSelector;
    const list = environment.lookup(selector);
    const show = ({ appointments }: operations_list$data) =>
      screen.show(linesOf(appointments?.edges.map(({ node }) => node) ?? []));
    show(list.data as unknown as operations_list$data);
    environment.subscribe(list, (changed) => show(changed.data as unknown as operations_list$data));
    requestSubscription<operationsBookingsSubscription>(environment, {
      subscription: bookingsSubscription,
      variables: {
        filter: desk.changes as operationsBookingsSubscription['variables']['filter'],
        after: '0',
      },
      updater: followBookings(filter),
      onError: (error) => {
        throw error;
      },
    });
  };
  const book = () =>
    new Promise<void>((resolve, reject) =>
      commitMutation<operationsBookMutation>(environment, {
        mutation: bookMutation,
        variables: {
          input: desk.booking('Cleo', '15:00'),
          connections: [ConnectionHandler.getConnectionID('client:root', CONNECTION, { filter })],
        },
        onCompleted: ({ createAppointment }) => {
          accepted(createAppointment);
          resolve();
        },
        onError: reject,
      }),
    );
  await playStory({ desk, screen, open, book });

  const page = await fetchQuery<operationsListPaginationQuery>(environment, pageQuery, {
    filter,
    first: 1,
  }).toPromise();
  console.log(`relay: pagination ${page ? 'succeeds' : 'fails'}`);
  const { id } = await desk.book('Dan', '16:00');
  await screen.expect(['15:00 Cleo Example', '16:00 Dan Example']);
  const refetched = await fetchQuery<operationsCardRefetchQuery>(environment, refetchQuery, {
    id,
  }).toPromise();
  if (!refetched?.node) throw new Error('The refetch of an appointment returned null.');
});
