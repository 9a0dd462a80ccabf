import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  getOperationAST,
  GraphQLError,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLFormattedError,
  type OperationDefinitionNode,
  type OperationTypeNode,
} from 'graphql';
import { CloseCode } from 'graphql-ws';
import { useServer, type Extra } from 'graphql-ws/use/ws';
import { WebSocketServer, type WebSocket } from 'ws';
import { resultOf, type Pipeline } from '../request-pipeline';
import type { RequestFacts, ServerOptions } from '../server';
import { overloaded, type Admission, type Caller, type Ticket } from '../limits/admission';
import type { EncodedEvent } from '../subscriptions/encoded-event';
import type { EventStream, Sink } from '../subscriptions/event-stream';
import { headersOf, requestIdOf, urlOf } from '../graphql-http';
import { logOperation } from '../access-log';
import {
  isRefusal,
  revalidateViewers,
  type Connection,
  type LiveCounts,
} from '../viewer-revalidation';
import { CallerQuota, tooManySubscriptions, type ServerLimits } from '../limits/server-limits';
import { HIGH_WATER, SocketGate } from '../limits/socket-gate';
import type { UnreadBytes } from '../limits/unread';

const MAX_MESSAGE = 256 * 1024;
const GOING_AWAY = 1001;
/** Milliseconds that a client has to acknowledge a close frame. */
const CLOSING_MS = 500;

const TRY_AGAIN_LATER = 1013;
const NORMAL = 1000;
/** Maximum WebSockets before `connection_init`. The oldest is closed for the newest. */
const MAX_PENDING = 1_000;
/** Milliseconds that a client may leave responses unread. */
const STALLED_MS = 120_000;
/** Maximum operations in flight on a WebSocket without a key. */
const ANONYMOUS_OPERATIONS = 2;
const SWEEP_MS = 5_000;

/** Sends a Buffer as a text frame; the default of ws is a binary frame. */
const TEXT = { binary: false };
const END = Buffer.from('}');

interface Options extends Pick<
  ServerOptions,
  | 'schema'
  | 'log'
  | 'contextFor'
  | 'renew'
  | 'scopeOf'
  | 'connectionInitMs'
  | 'keepAliveMs'
  | 'recheckMs'
  | 'callerOf'
  | 'onOperation'
> {
  readonly pipeline: Pipeline;
  readonly limits: ServerLimits;
  readonly admission: Admission;
  /** Subscriptions of all callers, over every transport. */
  readonly subscriptions: CallerQuota;
  readonly competitorOf: (context: any, remoteAddress: string) => Caller;
  readonly unread: UnreadBytes;
}

interface SocketConnection extends Connection {
  readonly caller: Caller;
  readonly gate: SocketGate;
  /**
   * Functions that end operations, by operation id. A client may reuse an id before its operation
   * has ended.
   */
  readonly endings: Map<string, (() => void)[]>;
  /** Queries and mutations in flight. */
  running: number;
  subscriptions: number;
  /** Time of the last operation, by `performance.now()`. */
  usedAt: number;
}

/** The arguments of `execute` and `subscribe`, with the data for the access log. */
interface Operation extends ExecutionArgs {
  readonly id: string;
  readonly socket: WebSocket;
  /** The TCP socket of the WebSocket. */
  readonly wire: Socket;
  readonly requestId: string;
  readonly startedAt: number;
  readonly type: OperationTypeNode;
  readonly ticket: Ticket;
}

/** A formatted refusal as the GraphQLError that graphql-ws requires. */
class RefusalError extends GraphQLError {
  constructor(readonly formatted: GraphQLFormattedError) {
    super(formatted.message);
  }
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
    if (typeof value === 'string')
      headers[name.toLowerCase() === 'apikey' ? 'x-api-key' : name.toLowerCase()] = value;
  }
  return headers;
}

/**
 * Reads the idempotency key from the extensions of an operation. A header would apply to every
 * operation of the socket.
 */
function keyOf(extensions: Readonly<Record<string, unknown>> | null | undefined): {
  idempotencyKey?: string;
} {
  const key = extensions?.idempotencyKey;
  return key === undefined || key === null ? {} : { idempotencyKey: String(key) };
}

/** Serves graphql-transport-ws on the port of the server, through the pipeline of HTTP. */
export function serveWebSocket(server: Server, options: Options) {
  const {
    schema,
    log,
    pipeline,
    contextFor,
    renew,
    connectionInitMs = 3_000,
    keepAliveMs = 12_000,
  } = options;
  const { limits, admission, subscriptions, competitorOf, unread } = options;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE });
  const connections = new WeakMap<WebSocket, SocketConnection>();
  const all = new Set<SocketConnection>();
  const stopChecking = revalidateViewers(options, all);
  const perCaller = new CallerQuota(limits.maxSocketsPerCaller);
  const anonymous = new CallerQuota(limits.maxAnonymousSockets);
  const pending = new Set<WebSocket>();
  const gates = new Map<WebSocket, SocketGate>();
  const sweeping = setInterval(sweep, Math.min(SWEEP_MS, limits.anonymousIdleMs / 4)).unref();
  let closing = false;

  useServer<Record<string, unknown>, Partial<Extra>>(
    {
      schema,
      connectionInitWaitTimeout: connectionInitMs,
      async onConnect({ extra, connectionParams }) {
        const { request, socket } = extra as Extra;
        const headers = allHeadersOf(request, connectionParams);
        const requestId = requestIdOf(headers['x-request-id']);
        const facts: RequestFacts = {
          headers: { ...headers, 'x-request-id': requestId },
          requestId,
          remoteAddress: request.socket.remoteAddress ?? '',
          transport: 'ws',
        };
        try {
          return register(socket, facts, await contextFor(facts));
        } catch (error) {
          if (isRefusal(error)) return false;
          pipeline.format(error);
          // A fault of the server, logged by `format`. On 4403 a client would discard its key.
          socket.close(CloseCode.InternalServerError, 'Internal server error');
          return false;
        }
      },
      async onSubscribe({ extra }, id, { query, operationName, variables, extensions }) {
        const {
          socket,
          request: { socket: wire },
        } = extra as Extra;
        const connection = connections.get(socket) as SocketConnection;
        const { requestId } = connection.facts;
        const startedAt = performance.now();
        const admitted = await admit(connection, socket);
        if (!('ticket' in admitted)) return refusedWith([admitted.error]);
        const { ticket, end } = admitted;
        const prepared = pipeline.prepare(query);
        const refusal =
          'document' in prepared
            ? pipeline.refuse(prepared.document, operationName, variables)
            : null;
        const errors =
          'errors' in prepared ? prepared.errors : refusal ? [pipeline.format(refusal)] : [];
        if (errors.length || 'errors' in prepared) {
          end();
          return refusedWith(errors);
        }
        const { document } = prepared;
        const { operation: type, name } = getOperationAST(
          document,
          operationName,
        ) as OperationDefinitionNode;
        const refusalOfStart = begin(connection, id, { type, end });
        if (refusalOfStart) return refusedWith([refusalOfStart]);
        const operation: Operation = {
          schema,
          document,
          operationName: name?.value,
          variableValues: variables,
          contextValue: Object.assign(renew(connection.context), keyOf(extensions)),
          id,
          socket,
          wire,
          requestId,
          startedAt,
          type,
          ticket,
        };
        return operation;

        function refusedWith(reasons: readonly GraphQLFormattedError[]): GraphQLError[] {
          logOperation(
            options,
            { requestId, transport: 'ws', operationName, startedAt, errors: reasons },
            connection.context,
          );
          return reasons.map((error) => new RefusalError(error));
        }
      },
      async execute(args) {
        const operation = args as Operation;
        const { ticket, document, operationName, variableValues } = operation;
        const result = await ticket
          .weigh(pipeline.costOf(document, operationName, variableValues))
          .then(
            async () => resultOf(await pipeline.run(operation, (work) => ticket.keepUntil(work))),
            (error: unknown): ExecutionResult => ({ errors: [pipeline.format(error)] as never }),
          );
        // An unread response occupies the socket only, not a place in the process.
        ticket.leave();
        logResult(operation, result.errors);
        return result;
      },
      async subscribe(args) {
        const operation = args as Operation;
        const result = await pipeline.subscribe(operation, options);
        // The subscription only waits for events from here on, so its place is free.
        operation.ticket.leave();
        connections.get(operation.socket)?.gate.leave();
        if ('run' in result) return streamFor(result, operation);
        logResult(operation, result.errors);
        return result;
      },
      // Results are already formatted. By default graphql-ws calls toJSON on each error.
      onNext: (_connection, _id, _payload, _args, result) => result as never,
      // Refusals are already formatted; errors of graphql-ws are not.
      onError: (_connection, _id, _payload, errors) =>
        errors.map((error) =>
          error instanceof RefusalError ? error.formatted : pipeline.format(error),
        ),
      onComplete({ extra }, id) {
        const { socket } = extra as Extra;
        endOperation(connections.get(socket), id);
        // Closes after the `complete` message was sent.
        if (closing) setImmediate(closeGoingAway, socket);
      },
    },
    sockets,
    keepAliveMs,
  );

  /** Registers a connection. Returns false if it is refused. */
  function register(socket: WebSocket, facts: RequestFacts, context: object): boolean {
    const caller = competitorOf(context, facts.remoteAddress);
    const quota = caller.anonymous ? anonymous : perCaller;
    const name = caller.anonymous ? '' : caller.name;
    const gate = gates.get(socket);
    pending.delete(socket);
    if (!gate || socket.readyState !== socket.OPEN) return false;
    if (caller.anonymous) gate.limitTo(ANONYMOUS_OPERATIONS);
    if (!quota.take(name)) {
      socket.close(TRY_AGAIN_LATER, 'Too many connections.');
      return false;
    }
    const connection: SocketConnection = {
      facts,
      context,
      caller,
      gate,
      endings: new Map(),
      streams: new Set(),
      running: 0,
      subscriptions: 0,
      usedAt: performance.now(),
      refusal: null,
      close() {
        socket.close(CloseCode.Forbidden, 'Forbidden');
        setTimeout(() => socket.terminate(), CLOSING_MS).unref();
      },
    };
    connections.set(socket, connection);
    all.add(connection);
    socket.once('close', () => {
      all.delete(connection);
      quota.release(name);
      for (const [id, endings] of connection.endings)
        endings.forEach(() => endOperation(connection, id));
    });
    return true;
  }

  /** Waits for admission of an operation, to its socket and to the process. */
  async function admit(
    connection: SocketConnection,
    socket: WebSocket,
  ): Promise<{ ticket: Ticket; end: () => void } | { error: GraphQLFormattedError }> {
    const { gate, caller } = connection;
    await gate.enter();
    connection.usedAt = performance.now();
    try {
      if (socket.readyState !== socket.OPEN) throw overloaded('The connection was closed.');
      if (connection.refusal) throw connection.refusal;
      const ticket = await admission.enter(caller, () => socket.readyState !== socket.OPEN);
      if (connection.refusal) {
        ticket.leave();
        throw connection.refusal;
      }
      return { ticket, end: () => (ticket.leave(), gate.leave()) };
    } catch (error) {
      gate.leave();
      return { error: pipeline.format(error) };
    }
  }

  /** Counts an operation until `endOperation`. Returns the reason for a refusal, or null. */
  function begin(
    connection: SocketConnection,
    id: string,
    { type, end }: { type: OperationTypeNode; end: () => void },
  ): GraphQLFormattedError | null {
    const { caller, endings } = connection;
    const isSubscription = type === 'subscription';
    if (
      isSubscription &&
      (connection.subscriptions >= limits.maxSubscriptionsPerSocket ||
        !subscriptions.take(caller.name))
    ) {
      end();
      return pipeline.format(tooManySubscriptions());
    }
    if (isSubscription) connection.subscriptions += 1;
    else connection.running += 1;
    const ending = () => {
      connection.usedAt = performance.now();
      if (isSubscription) {
        connection.subscriptions -= 1;
        subscriptions.release(caller.name);
      } else {
        connection.running -= 1;
        end();
      }
    };
    endings.set(id, [...(endings.get(id) ?? []), ending]);
    return null;
  }

  /** Returns false if no operation has the id. */
  function endOperation(connection: SocketConnection | undefined, id: string): boolean {
    const [ending, ...others] = connection?.endings.get(id) ?? [];
    if (!connection || !ending) return false;
    if (others.length) connection.endings.set(id, others);
    else connection.endings.delete(id);
    ending();
    return true;
  }

  /** Closes connections with unread responses, and idle connections without a key. */
  function sweep(): void {
    for (const [socket, gate] of gates) {
      if (gate.isStalled(STALLED_MS)) socket.terminate();
      const connection = connections.get(socket);
      const isIdle = connection?.caller.anonymous && gate.idle && !connection.subscriptions;
      if (isIdle && performance.now() - connection.usedAt > limits.anonymousIdleMs)
        socket.close(NORMAL, 'Idle');
    }
  }

  /** Bounds the number of WebSockets before `connection_init`. */
  function boundPending(socket: WebSocket): void {
    pending.add(socket);
    const [oldest] = pending;
    if (pending.size > MAX_PENDING) oldest?.terminate();
  }

  function logResult(
    { requestId, startedAt, type, operationName, contextValue }: Operation,
    errors: ExecutionResult['errors'],
    events?: number,
  ): void {
    logOperation(
      options,
      { requestId, transport: 'ws', type, operationName, startedAt, errors, events },
      contextValue as object,
    );
  }

  /**
   * Returns an iterator that sends events itself and yields only its end, because graphql-ws would
   * serialize each event for each subscriber. A full socket pauses only its own streams.
   */
  function streamFor(
    stream: EventStream,
    operation: Operation,
  ): AsyncIterableIterator<never, undefined> {
    const { streams } = connections.get(operation.socket) as SocketConnection;
    const sink = new WebSocketSink(operation);
    streams.add(stream);
    const end = () => {
      if (streams.delete(stream)) logResult(operation, sink.errors, sink.events);
    };
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      async next() {
        await stream.run(sink);
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

  function closeGoingAway(socket: WebSocket, atOnce = false): void {
    if (!atOnce && connections.get(socket)?.running) return;
    socket.close(GOING_AWAY, 'Server shutdown: reconnect and resume.');
    setTimeout(() => socket.terminate(), CLOSING_MS).unref();
  }

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const status = closing
      ? '503 Service Unavailable'
      : isGraphQL(request)
        ? null
        : '404 Not Found';
    if (status)
      return void socket.end(
        `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
        () => socket.destroy(),
      );
    sockets.handleUpgrade(request, socket, head, (client) => {
      gates.set(client, new SocketGate(client, socket, limits.maxOperationsPerSocket));
      const unwatch = unread.watch({
        bytes: () => client.bufferedAmount,
        drop: () => client.terminate(),
      });
      client.once('close', () => {
        unwatch();
        gates.get(client)?.close();
        gates.delete(client);
        pending.delete(client);
      });
      boundPending(client);
      ignoreSendErrors(client);
      sockets.emit('connection', client, request);
      // graphql-ws prints a stack for each malformed frame. ws has already closed the connection
      // (1002, 1007, 1009).
      client
        .removeAllListeners('error')
        .on('error', (error) => log.debug({ err: error }, 'websocket error'));
    });
  };
  server.on('upgrade', upgrade);

  return {
    counts: (): LiveCounts => ({
      connections: sockets.clients.size,
      subscriptions: [...all].reduce((sum, { streams }) => sum + streams.size, 0),
    }),
    /**
     * Waits up to `gracePeriodMs` for queries and mutations, then closes all sockets with 1001, so
     * that clients reconnect.
     */
    async close(gracePeriodMs: number): Promise<void> {
      closing = true;
      clearInterval(sweeping);
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

/**
 * Sends the events of a subscription as messages: adds the operation id to the shared serialized
 * event.
 */
class WebSocketSink implements Sink {
  events = 0;
  errors: ExecutionResult['errors'];
  private readonly start: Buffer;

  constructor(private readonly operation: Pick<Operation, 'id' | 'socket' | 'wire'>) {
    this.start = Buffer.from(`{"id":${JSON.stringify(operation.id)},"type":"next","payload":`);
  }

  get full(): boolean {
    const { socket, wire } = this.operation;
    if (socket.bufferedAmount > HIGH_WATER) uncork(wire);
    return socket.bufferedAmount > HIGH_WATER;
  }

  send({ bytes, errors }: EncodedEvent): Promise<void> | null {
    const { socket, wire } = this.operation;
    const message = Buffer.concat([this.start, bytes, END]);
    this.events += 1;
    this.errors = errors;
    corkForThisTurn(wire);
    if (socket.bufferedAmount > HIGH_WATER)
      return new Promise((resolve) => socket.send(message, TEXT, () => resolve()));
    socket.send(message, TEXT);
    return null;
  }
}

const corked: Socket[] = [];
const isCorked = new WeakSet<Socket>();

/**
 * Corks a socket until the end of the event-loop turn, so that all its frames are sent with one
 * system call.
 */
function corkForThisTurn(wire: Socket): void {
  if (isCorked.has(wire)) return;
  isCorked.add(wire);
  wire.cork();
  if (corked.push(wire) === 1) process.nextTick(flushCorked);
}

function uncork(wire: Socket): void {
  if (isCorked.delete(wire)) wire.uncork();
}

const flushCorked = (): void => corked.splice(0).forEach(uncork);
