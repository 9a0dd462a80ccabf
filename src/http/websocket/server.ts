import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { CloseCode } from 'graphql-ws';
import { useServer, type Extra } from 'graphql-ws/use/ws';
import { WebSocketServer, type WebSocket } from 'ws';
import { clientAddressOf } from '../client-address';
import { headersOf, requestIdOf, urlOf } from '../graphql-http';
import type { RequestFacts, ServerOptions } from '../server-options';
import { isRefusal, revalidateViewers, type LiveCounts } from '../viewer-revalidation';
import { CLOSING_MS, SocketConnections, type ConnectionOptions } from './socket-connections';
import { RefusalError, SocketOperations, type OperationOptions } from './socket-operations';

const MAX_MESSAGE = 256 * 1024;
const GOING_AWAY = 1001;

interface Options
  extends
    ConnectionOptions,
    OperationOptions,
    Pick<
      ServerOptions,
      'contextFor' | 'connectionInitMs' | 'keepAliveMs' | 'recheckMs' | 'trustedProxies'
    > {}

/** The WebSockets of a server. */
export interface SocketServer {
  counts(): LiveCounts;
  /**
   * Waits up to `gracePeriodMs` for queries and mutations, then closes all sockets with 1001, so
   * that clients reconnect.
   */
  close(gracePeriodMs: number): Promise<void>;
}

/**
 * Merges headers with the parameters of `connection_init`, because browsers cannot set headers on a
 * WebSocket.
 */
function allHeadersOf(
  request: IncomingMessage,
  params: Readonly<Record<string, unknown>> | undefined,
): Record<string, string | undefined> {
  const headers: Record<string, string | undefined> = { ...headersOf(request) };
  for (const [name, value] of Object.entries(params ?? {})) {
    // A script chooses the parameters, and only the browser the origin.
    if (typeof value === 'string' && name.toLowerCase() !== 'origin')
      headers[name.toLowerCase() === 'apikey' ? 'x-api-key' : name.toLowerCase()] = value;
  }
  return headers;
}

/** Serves graphql-transport-ws on the port of the server, through the pipeline. */
export function serveWebSocket(server: Server, options: Options): SocketServer {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE });
  const connections = new SocketConnections(options);
  const stopChecking = revalidateViewers(options, connections.all);
  const state = { closing: false };

  const closeGoingAway = (socket: WebSocket, atOnce = false) => {
    if (!atOnce && connections.of(socket)?.running) return;
    socket.close(GOING_AWAY, 'Server shutdown: reconnect and resume.');
    setTimeout(() => socket.terminate(), CLOSING_MS).unref();
  };
  const onComplete = (socket: WebSocket, id: string) => {
    connections.end(connections.of(socket), id);
    // Closes after the `complete` message was sent.
    if (state.closing) setImmediate(closeGoingAway, socket);
  };
  useProtocol(sockets, { ...options, connections, onComplete });
  server.on('upgrade', upgradeTo(sockets, { connections, state, log: options.log }));

  return {
    counts: () => ({
      connections: sockets.clients.size,
      subscriptions: [...connections.all].reduce((sum, { streams }) => sum + streams.size, 0),
    }),
    async close(gracePeriodMs) {
      state.closing = true;
      connections.stop();
      stopChecking();
      const closed = Promise.all(
        [...sockets.clients].map(
          (client) => new Promise((resolve) => client.once('close', resolve)),
        ),
      );
      const leaveAll = (atOnce: boolean) =>
        sockets.clients.forEach((client) => closeGoingAway(client, atOnce));
      leaveAll(false);
      const deadline = setTimeout(leaveAll, gracePeriodMs, true);
      await closed;
      clearTimeout(deadline);
      sockets.close();
    },
  };
}

interface ProtocolOptions extends Options {
  readonly connections: SocketConnections;
  readonly onComplete: (socket: WebSocket, id: string) => void;
}

/** Runs graphql-ws on the sockets. */
function useProtocol(sockets: WebSocketServer, options: ProtocolOptions): void {
  const { schema, pipeline, connectionInitMs = 3_000, keepAliveMs = 12_000 } = options;
  const { connections, onComplete } = options;
  const operations = new SocketOperations(options, connections);
  useServer<Record<string, unknown>, Partial<Extra>>(
    {
      schema,
      connectionInitWaitTimeout: connectionInitMs,
      onConnect: ({ extra, connectionParams }) =>
        connect(extra as Extra, connectionParams, options),
      onSubscribe({ extra }, id, payload) {
        const { socket, request } = extra as Extra;
        return operations.begin({ id, socket, wire: request.socket, payload }) as never;
      },
      execute: (args) => operations.execute(args),
      subscribe: (args) => operations.subscribe(args),
      // Results are already formatted. By default graphql-ws calls toJSON on each error.
      onNext: (...[, , , , result]) => result as never,
      // Refusals are already formatted; errors of graphql-ws are not.
      onError: (_connection, _id, _payload, errors) =>
        errors.map((error) =>
          error instanceof RefusalError ? error.formatted : pipeline.format(error),
        ),
      onComplete: ({ extra }, id) => onComplete((extra as Extra).socket, id),
    },
    sockets,
    keepAliveMs,
  );
}

/** Registers a connection at its `connection_init`. Returns false if it is refused. */
async function connect(
  { request, socket }: Extra,
  params: Readonly<Record<string, unknown>> | undefined,
  { contextFor, pipeline, connections, trustedProxies }: ProtocolOptions,
): Promise<boolean> {
  const headers = allHeadersOf(request, params);
  const requestId = requestIdOf(headers['x-request-id']);
  const facts: RequestFacts = {
    headers: { ...headers, 'x-request-id': requestId },
    requestId,
    remoteAddress: clientAddressOf(request, trustedProxies ?? null),
    transport: 'ws',
  };
  try {
    return connections.register(socket, facts, await contextFor(facts));
  } catch (error) {
    if (isRefusal(error)) return false;
    pipeline.format(error);
    // A fault of the server, logged by `format`. On 4403 a client would discard its key.
    socket.close(CloseCode.InternalServerError, 'Internal server error');
    return false;
  }
}

interface UpgradeOptions extends Pick<Options, 'log'> {
  readonly connections: SocketConnections;
  readonly state: { readonly closing: boolean };
}

/** Returns the handler of upgrade requests. */
const upgradeTo =
  (sockets: WebSocketServer, { connections, state, log }: UpgradeOptions) =>
  (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => socket.destroy());
    const refusal = isGraphQL(request) ? null : '404 Not Found';
    const status = state.closing ? '503 Service Unavailable' : refusal;
    if (status)
      return void socket.end(
        `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
        () => socket.destroy(),
      );
    sockets.handleUpgrade(request, socket, head, (client) => {
      connections.open(client, socket);
      ignoreSendErrors(client);
      sockets.emit('connection', client, request);
      // graphql-ws prints a stack for each malformed frame. ws has already closed the connection
      // (1002, 1007, 1009).
      client
        .removeAllListeners('error')
        .on('error', (error) => log.debug({ err: error }, 'websocket error'));
    });
  };

/**
 * Reports a message that could not be sent as sent: the connection is closed, and its 'error' and
 * 'close' events say so. graphql-ws would print a stack to stderr for each message.
 */
function ignoreSendErrors(client: WebSocket): void {
  const send = client.send.bind(client) as (...args: unknown[]) => void;
  client.send = (...args: unknown[]) => {
    const callback = args.at(-1);
    if (typeof callback === 'function') args[args.length - 1] = () => callback();
    send(...args);
  };
}

function isGraphQL(request: IncomingMessage): boolean {
  try {
    return urlOf(request).pathname === '/graphql';
  } catch {
    return false;
  }
}
