import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { getOperationAST, GraphQLError, type ExecutionArgs, type ExecutionResult, type GraphQLFormattedError, type OperationDefinitionNode, type OperationTypeNode } from 'graphql';
import { CloseCode } from 'graphql-ws';
import { useServer, type Extra } from 'graphql-ws/use/ws';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Pipeline } from '../pipeline';
import type { RequestFacts, ServerOptions } from '../server';
import type { Answer } from './answer';
import type { EventStream, Outlet } from './event-stream';
import { headersOf, requestIdOf, urlOf } from './http';
import { logOperation } from './operation-log';
import { isRefusal, recheckViewers, type Connection, type LiveCounts } from './recheck';

const MAX_MESSAGE = 256 * 1024;
const GOING_AWAY = 1001;
/** How long a client may take to answer a close frame. */
const CLOSING_MS = 500;

/** Bytes that may wait in a socket before its subscriptions stop and wait too: then they fall behind, and their queue is the log. */
const HIGH_WATER = 64 * 1024;
/** Of a text: ws would else take a Buffer for binary. */
const TEXT = { binary: false };
const END = Buffer.from('}');

interface Options extends Pick<ServerOptions, 'schema' | 'log' | 'contextFor' | 'renew' | 'scopeOf' | 'connectionInitMs' | 'keepAliveMs' | 'recheckMs' | 'callerOf' | 'onOperation'> {
  readonly pipeline: Pipeline;
}

interface SocketConnection extends Connection {
  /** The queries and mutations that are under way, by their ids. */
  readonly running: Set<string>;
}

/** What `execute` and `subscribe` are handed: what to run, and for whose line of the log. */
interface Operation extends ExecutionArgs {
  readonly id: string;
  readonly socket: WebSocket;
  /** What the WebSocket speaks over. */
  readonly wire: Socket;
  readonly requestId: string;
  readonly startedAt: number;
  readonly type: OperationTypeNode;
}

/** A formatted refusal in the form that the library demands. */
class Refused extends GraphQLError {
  constructor(readonly formatted: GraphQLFormattedError) {
    super(formatted.message);
  }
}

/** A browser cannot set headers on a WebSocket: what would be headers comes in the first message. */
function allHeadersOf(request: IncomingMessage, params: Readonly<Record<string, unknown>> | undefined): Record<string, string | undefined> {
  const headers: Record<string, string | undefined> = { ...headersOf(request) };
  for (const [name, value] of Object.entries(params ?? {})) {
    if (typeof value === 'string') headers[name.toLowerCase() === 'apikey' ? 'x-api-key' : name.toLowerCase()] = value;
  }
  return headers;
}

/** The idempotency key of one operation: a header of the socket would be that of all of them. */
function keyOf(extensions: Readonly<Record<string, unknown>> | null | undefined): { idempotencyKey?: string } {
  const key = extensions?.idempotencyKey;
  return key === undefined || key === null ? {} : { idempotencyKey: String(key) };
}

/** graphql-transport-ws on the server's own port, through the same pipeline as HTTP. */
export function serveWebSocket(server: Server, options: Options) {
  const { schema, log, pipeline, contextFor, renew, connectionInitMs = 3_000, keepAliveMs = 12_000 } = options;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE });
  const connections = new WeakMap<WebSocket, SocketConnection>();
  const all = new Set<SocketConnection>();
  const stopChecking = recheckViewers(options, all);
  let closing = false;

  useServer<Record<string, unknown>, Partial<Extra>>({
    schema,
    connectionInitWaitTimeout: connectionInitMs,
    async onConnect({ extra, connectionParams }) {
      const { request, socket } = extra as Extra;
      const headers = allHeadersOf(request, connectionParams);
      const requestId = requestIdOf(headers['x-request-id']);
      const facts: RequestFacts = { headers: { ...headers, 'x-request-id': requestId }, requestId, remoteAddress: request.socket.remoteAddress ?? '', transport: 'ws' };
      try {
        const close = () => socket.close(CloseCode.Forbidden, 'Forbidden');
        const connection: SocketConnection = { facts, context: await contextFor(facts), running: new Set(), streams: new Set(), close };
        connections.set(socket, connection);
        if (socket.readyState === socket.OPEN) all.add(connection);
        socket.once('close', () => all.delete(connection));
        return true;
      } catch (error) {
        if (isRefusal(error)) return false;
        pipeline.format(error);
        // Ours to answer for, and logged: a client that reads 4403 would give its key up.
        socket.close(CloseCode.InternalServerError, 'Internal server error');
        return false;
      }
    },
    onSubscribe({ extra }, id, { query, operationName, variables, extensions }) {
      const { socket, request: { socket: wire } } = extra as Extra;
      const { context, facts: { requestId }, running } = connections.get(socket) as SocketConnection;
      const startedAt = performance.now();
      const prepared = pipeline.prepare(query);
      const refusal = 'document' in prepared ? pipeline.refuse(prepared.document, operationName, variables) : null;
      const errors = 'errors' in prepared ? prepared.errors : refusal ? [pipeline.format(refusal)] : [];
      if (errors.length || 'errors' in prepared) {
        logOperation(options, { requestId, transport: 'ws', operationName, startedAt, errors }, context);
        return errors.map((error) => new Refused(error));
      }
      const { document } = prepared;
      const { operation: type, name } = getOperationAST(document, operationName) as OperationDefinitionNode;
      if (type !== 'subscription') running.add(id);
      const operation: Operation = {
        schema, document, operationName: name?.value, variableValues: variables, contextValue: Object.assign(renew(context), keyOf(extensions)), id, socket, wire, requestId, startedAt, type,
      };
      return operation;
    },
    async execute(args) {
      const operation = args as Operation;
      const planned = await pipeline.readPlanned(operation.document, operation.operationName, operation.variableValues, operation.contextValue);
      const result = planned === null ? await pipeline.execute(operation) : { data: JSON.parse(planned) as Record<string, unknown> };
      logResult(operation, 'errors' in result ? result.errors : undefined);
      return result;
    },
    async subscribe(args) {
      const operation = args as Operation;
      const result = await pipeline.subscribe(operation, options);
      if ('run' in result) return delivered(result, operation);
      logResult(operation, result.errors);
      return result;
    },
    // Results come formatted. Without this the library would ask each of their errors for its toJSON.
    onNext: (_connection, _id, _payload, _args, result) => result as never,
    // A refusal comes formatted, what the library finds itself does not.
    onError: (_connection, _id, _payload, errors) => errors.map((error) => (error instanceof Refused ? error.formatted : pipeline.format(error))),
    onComplete({ extra }, id) {
      const { socket } = extra as Extra;
      connections.get(socket)?.running.delete(id);
      // After the message that tells the client of it.
      if (closing) setImmediate(leave, socket);
    },
  }, sockets, keepAliveMs);

  function logResult({ requestId, startedAt, type, operationName, contextValue }: Operation, errors: ExecutionResult['errors'], events?: number): void {
    logOperation(options, { requestId, transport: 'ws', type, operationName, startedAt, errors, events }, contextValue as object);
  }

  /**
   * A stream that sends for itself and answers the library nothing but its end: the library would make a text of each answer for each
   * subscriber. A socket that does not take more makes its streams wait, not the others.
   */
  function delivered(stream: EventStream, operation: Operation): AsyncIterableIterator<never, undefined> {
    const { streams } = connections.get(operation.socket) as SocketConnection;
    const outlet = new Frames(operation);
    streams.add(stream);
    const end = () => {
      if (streams.delete(stream)) logResult(operation, outlet.errors, outlet.events);
    };
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      async next() {
        await stream.run(outlet);
        end();
        return { done: true, value: undefined };
      },
      async return() {
        end();
        stream.stop();
        return { done: true, value: undefined };
      },
    };
  }

  function leave(socket: WebSocket, atOnce = false): void {
    if (!atOnce && connections.get(socket)?.running.size) return;
    socket.close(GOING_AWAY, 'Going away: connect again and resume.');
    setTimeout(() => socket.terminate(), CLOSING_MS).unref();
  }

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const status = closing ? '503 Service Unavailable' : isGraphQL(request) ? null : '404 Not Found';
    if (status) return void socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () => socket.destroy());
    sockets.handleUpgrade(request, socket, head, (client) => {
      sockets.emit('connection', client, request);
      // The library prints a stack for each frame that a client garbles; ws itself has answered by then (1002, 1007, 1009).
      client.removeAllListeners('error').on('error', (error) => log.debug({ err: error }, 'a WebSocket failed'));
    });
  };
  server.on('upgrade', upgrade);

  return {
    counts: (): LiveCounts => ({ connections: sockets.clients.size, subscriptions: [...all].reduce((sum, { streams }) => sum + streams.size, 0) }),
    /** Lets queries and mutations finish, for so long; tells everyone to come back (1001). */
    async close(patienceMs: number): Promise<void> {
      closing = true;
      stopChecking();
      const closed = Promise.all([...sockets.clients].map((client) => new Promise((resolve) => client.once('close', resolve))));
      const leaveAll = (atOnce: boolean) => sockets.clients.forEach((client) => leave(client, atOnce));
      leaveAll(false);
      const patience = setTimeout(leaveAll, patienceMs, true);
      await closed;
      clearTimeout(patience);
      sockets.close();
    },
  };
}

function isGraphQL(request: IncomingMessage): boolean {
  try {
    return urlOf(request).pathname === '/graphql';
  } catch {
    return false;
  }
}

/** Where a subscription's answers become messages: around what is made once goes what differs between subscribers. */
class Frames implements Outlet {
  events = 0;
  errors: ExecutionResult['errors'];
  private readonly start: Buffer;

  constructor(private readonly operation: Pick<Operation, 'id' | 'socket' | 'wire'>) {
    this.start = Buffer.from(`{"id":${JSON.stringify(operation.id)},"type":"next","payload":`);
  }

  get full(): boolean {
    const { socket, wire } = this.operation;
    if (socket.bufferedAmount > HIGH_WATER) sendNow(wire);
    return socket.bufferedAmount > HIGH_WATER;
  }

  send({ bytes, errors }: Answer): Promise<void> | null {
    const { socket, wire } = this.operation;
    const message = Buffer.concat([this.start, bytes, END]);
    this.events += 1;
    this.errors = errors;
    holdBack(wire);
    if (socket.bufferedAmount > HIGH_WATER) return new Promise((resolve) => socket.send(message, TEXT, () => resolve()));
    socket.send(message, TEXT);
    return null;
  }
}

const held: Socket[] = [];
const heldNow = new WeakSet<Socket>();

/** What a socket is sent within one turn goes out at its end, in one system call: writing is most of what a delivery costs. */
function holdBack(wire: Socket): void {
  if (heldNow.has(wire)) return;
  heldNow.add(wire);
  wire.cork();
  if (held.push(wire) === 1) process.nextTick(letGo);
}

function sendNow(wire: Socket): void {
  if (heldNow.delete(wire)) wire.uncork();
}

const letGo = (): void => held.splice(0).forEach(sendNow);
