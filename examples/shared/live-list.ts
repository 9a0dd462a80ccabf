import { print, type FormattedExecutionResult } from 'graphql';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import {
  AppointmentsDocument,
  BookDocument,
  BookingsDocument,
  type AppointmentCardFragment,
} from '../codegen/__generated__/graphql';
import type { FrontDesk } from './front-desk';
import { accepted } from './gateway';
import type { Screen } from './screen';
import { linesOf, playStory } from './story';

/** The interface that the clients of graphql-ws and graphql-sse have in common. */
interface OperationClient {
  iterate(request: {
    query: string;
    variables?: Record<string, unknown>;
  }): AsyncIterableIterator<FormattedExecutionResult<any, any>>;
  dispose(): void | Promise<void>;
}

/** Yields the data of each result. */
async function* resultsOf<Data, Variables extends Record<string, unknown>>(
  client: OperationClient,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): AsyncGenerator<Data> {
  for await (const { data, errors } of client.iterate({ query: print(document), variables })) {
    if (errors || !data) throw new Error(JSON.stringify(errors));
    yield data as Data;
  }
}

async function resultOf<Data, Variables extends Record<string, unknown>>(
  ...operation: [OperationClient, TypedDocumentNode<Data, Variables>, Variables]
): Promise<Data> {
  for await (const data of resultsOf(...operation)) return data;
  throw new Error('The operation ended without a result.');
}

/**
 * Runs the story without a cache: a map of appointments that each event changes. Afterwards the
 * client disconnects, and a new connection continues after the last cursor.
 */
export async function runLiveList(
  desk: FrontDesk,
  screen: Screen,
  connect: () => OperationClient,
): Promise<void> {
  const appointments = new Map<string, AppointmentCardFragment>();
  const show = () => screen.show(linesOf([...appointments.values()]));
  let client = connect();
  let isDisposed = false;
  let cursor = '0';

  async function follow(): Promise<void> {
    const operation = { filter: desk.changes, after: cursor };
    for await (const { bookingNotifications } of resultsOf(client, BookingsDocument, operation)) {
      const { visibility, appointmentId, appointment } = bookingNotifications;
      cursor = bookingNotifications.cursor;
      if (!appointmentId) continue;
      if (visibility === 'LEFT') appointments.delete(appointmentId);
      else if (appointment) appointments.set(appointmentId, appointment);
      show();
    }
  }
  const start = () =>
    void follow().catch((error: unknown) => {
      // A disposed client of a shared connection ends its operations with an error.
      if (!isDisposed) throw error;
    });
  const dispose = async () => {
    isDisposed = true;
    await client.dispose();
  };
  const open = async () => {
    const page = await resultOf(client, AppointmentsDocument, { filter: desk.list, first: 20 });
    for (const { node } of page.appointments?.edges ?? []) appointments.set(node.id, node);
    show();
    start();
  };
  const book = async () => {
    const input = desk.booking('Cleo', '15:00');
    accepted((await resultOf(client, BookDocument, { input })).createAppointment);
  };
  await playStory({ desk, screen, open, book });

  await dispose();
  await desk.book('Dan', '16:00');
  client = connect();
  isDisposed = false;
  start();
  await screen.expect(['15:00 Cleo Example', '16:00 Dan Example']);
  await dispose();
}
