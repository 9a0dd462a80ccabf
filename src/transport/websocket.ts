import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { getOperationAST, type ExecutionArgs, type ExecutionResult, type GraphQLSchema, type OperationDefinitionNode, type OperationTypeNode } from 'graphql';
import { CloseCode } from 'graphql-ws';
import { useServer, type Extra } from 'graphql-ws/use/ws';
import type { Logger } from 'pino';
import { WebSocketServer, type WebSocket } from 'ws';
import { ErrorCode } from '../errors';
import type { Pipeline } from '../pipeline';
import type { RequestFacts } from '../server';
import { headersOf, requestIdOf, urlOf } from './http';
import { logOperation } from './operation-log';

const MAX_MESSAGE = 256 * 1024;
const GOING_AWAY = 1001;
/** How long a client may take to answer a close frame. */
const CLOSING_MS = 500;

interface Options {
  readonly schema: GraphQLSchema;
  readonly log: Logger;
  readonly pipeline: Pipeline;
  readonly contextFor: (facts: RequestFacts) => Promise<object>;
  readonly renew: (context: any) => object;
  readonly connectionInitMs?: number;
  readonly keepAliveMs?: number;
}

interface Connection {
  readonly context: object;
  readonly requestId: string;
  /** The queries and mutations that are under way, by their ids. */
  readonly running: Set<string>;
}

/** What `execute` and `subscribe` are handed: what to run, and for whose line of the log. */
interface Operation extends ExecutionArgs {
  readonly requestId: string;
  readonly startedAt: number;
  readonly type: OperationTypeNode;
}

/** A browser cannot set headers on a WebSocket: what would be headers comes in the first message. */
function allHeadersOf(request: IncomingMessage, params: Readonly<Record<string, unknown>> | undefined): Record<string, string | undefined> {
  const headers = headersOf(request);
  for (const [name, value] of Object.entries(params ?? {})) {
    if (typeof value === 'string') headers[name.toLowerCase() === 'apikey' ? 'x-api-key' : name.toLowerCase()] = value;
  }
  return headers;
}

/** graphql-transport-ws on the server's own port, through the same pipeline as HTTP. */
export function serveWebSocket(server: Server, { schema, log, pipeline, contextFor, renew, connectionInitMs = 3_000, keepAliveMs = 12_000 }: Options) {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE });
  const connections = new WeakMap<WebSocket, Connection>();
  let closing = false;

  useServer<Record<string, unknown>, Partial<Extra>>({
    schema,
    connectionInitWaitTimeout: connectionInitMs,
    async onConnect({ extra, connectionParams }) {
      const { request, socket } = extra as Extra;
      const headers = allHeadersOf(request, connectionParams);
      const requestId = requestIdOf(headers['x-request-id']);
      try {
        const context = await contextFor({ headers: { ...headers, 'x-request-id': requestId }, requestId, remoteAddress: request.socket.remoteAddress ?? '', transport: 'ws' });
        connections.set(socket, { context, requestId, running: new Set() });
        return true;
      } catch (error) {
        const code = pipeline.format(error).extensions?.code;
        if (code === ErrorCode.UNAUTHENTICATED || code === ErrorCode.FORBIDDEN) return false;
        // Ours to answer for: a client that reads 4403 would give its key up.
        socket.close(CloseCode.InternalServerError, 'Internal server error');
        return false;
      }
    },
    onSubscribe({ extra }, id, { query, operationName, variables }) {
      const { context, requestId, running } = connections.get((extra as Extra).socket) as Connection;
      const startedAt = performance.now();
      const prepared = pipeline.prepare(query);
      const refusal = 'document' in prepared ? pipeline.refuse(prepared.document, operationName, variables) : null;
      const errors = 'errors' in prepared ? prepared.errors : refusal ? [refusal] : [];
      if (errors.length || 'errors' in prepared) {
        logOperation(log, { requestId, transport: 'ws', operationName, startedAt, errors });
        return errors;
      }
      const { document } = prepared;
      const { operation: type, name } = getOperationAST(document, operationName) as OperationDefinitionNode;
      if (type !== 'subscription') running.add(id);
      const operation: Operation = {
        schema, document, operationName: name?.value, variableValues: variables, contextValue: renew(context), requestId, startedAt, type,
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
      const result = await pipeline.subscribe(operation, renew);
      if (Symbol.asyncIterator in result) return logged(result, (events, errors) => logResult(operation, errors, events));
      logResult(operation, result.errors);
      return result;
    },
    // Results come formatted. Without this the library would ask each of their errors for its toJSON.
    onNext: (_connection, _id, _payload, _args, result) => result as never,
    onError: (_connection, _id, _payload, errors) => errors.map(pipeline.format),
    onComplete({ extra }, id) {
      const { socket } = extra as Extra;
      connections.get(socket)?.running.delete(id);
      // After the message that tells the client of it.
      if (closing) setImmediate(leave, socket);
    },
  }, sockets, keepAliveMs);

  function logResult({ requestId, startedAt, type, operationName }: Operation, errors: ExecutionResult['errors'], events?: number): void {
    logOperation(log, { requestId, transport: 'ws', type, operationName, startedAt, errors, events });
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
    /** Lets queries and mutations finish, for so long; tells everyone to come back (1001). */
    async close(patienceMs: number): Promise<void> {
      closing = true;
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

/** The same events; `onEnd` is told once how many there were and what the last one's errors are, however the stream ends. */
function logged(
  stream: AsyncIterableIterator<ExecutionResult>, onEnd: (events: number, errors: ExecutionResult['errors']) => void,
): AsyncIterableIterator<ExecutionResult> {
  let events = 0;
  let errors: ExecutionResult['errors'];
  let ended = false;
  const end = () => {
    if (!ended) onEnd(events, errors);
    ended = true;
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const step = await stream.next();
      if (step.done) end();
      else {
        events += 1;
        errors = step.value.errors;
      }
      return step;
    },
    async return() {
      end();
      return (await stream.return?.()) ?? { done: true, value: undefined };
    },
  };
}
