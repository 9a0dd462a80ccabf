import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { randomUUID } from 'node:crypto';
import { execute, getOperationAST, GraphQLError, type ExecutionArgs, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { CloseCode } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import { ErrorCode } from '../errors';
import type { Pipeline } from '../pipeline';
import type { RequestFacts } from '../server';

const MAX_MESSAGE = 256 * 1024;
const GOING_AWAY = 1001;

interface Options {
  readonly schema: GraphQLSchema;
  readonly pipeline: Pipeline;
  readonly contextFor: (facts: RequestFacts) => Promise<object>;
  readonly renew: (context: any) => object;
  readonly connectionInitMs?: number;
  readonly keepAliveMs?: number;
}

type Params = Readonly<Record<string, unknown>> | undefined;

/** A browser cannot set headers on a WebSocket: what would be headers comes in the first message. */
function headersOf(request: IncomingMessage, params: Params): Record<string, string | undefined> {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers)) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  for (const [name, value] of Object.entries(params ?? {})) if (typeof value === 'string') headers[name.toLowerCase() === 'apikey' ? 'x-api-key' : name.toLowerCase()] = value;
  return headers;
}

/** graphql-transport-ws on the server's own port, through the same pipeline as HTTP. `close` tells clients to come back. */
export function serveWebSocket(server: Server, { schema, pipeline, contextFor, renew, connectionInitMs = 3_000, keepAliveMs = 12_000 }: Options) {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE, handleProtocols: (offered) => (offered.has('graphql-transport-ws') ? 'graphql-transport-ws' : false) });
  const contexts = new WeakMap<object, object>();
  const formatted = (errors: readonly unknown[]) => errors.map((error) => pipeline.format(error)) as unknown as readonly GraphQLError[];

  const transport = useServer({
    schema,
    connectionInitWaitTimeout: connectionInitMs,
    async onConnect(connection) {
      const { request } = connection.extra;
      try {
        contexts.set(connection.extra, await contextFor({
          headers: headersOf(request, connection.connectionParams as Params), requestId: randomUUID(), remoteAddress: request.socket.remoteAddress ?? '', transport: 'ws',
        }));
        return true;
      } catch (error) {
        // A key that is not known: 4403. Anything else is our fault, and the client should try again.
        const { extensions, message } = pipeline.format(error);
        if (extensions?.code === ErrorCode.UNAUTHENTICATED) return false;
        connection.extra.socket.close(CloseCode.InternalServerError, message.slice(0, 120));
        return false;
      }
    },
    onSubscribe(connection, _id, payload) {
      const prepared = pipeline.prepare(payload.query);
      if ('errors' in prepared) return formatted(prepared.errors);
      const { document } = prepared;
      if (!getOperationAST(document, payload.operationName)) {
        return formatted([new GraphQLError('Name the operation to run with operationName.', { extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } })]);
      }
      const args: ExecutionArgs = {
        schema, document, operationName: payload.operationName, variableValues: payload.variables, contextValue: renew(contexts.get(connection.extra)),
      };
      return args as never;
    },
    execute: (args) => execute(args as ExecutionArgs),
    subscribe: (args) => pipeline.subscribe(args as ExecutionArgs, renew) as never,
    onNext: (_connection, _id, _payload, args, result) => (result.errors && !isFormatted(args) ? { ...result, errors: formatted(result.errors) as readonly GraphQLFormattedError[] } : undefined) as never,
    onError: (_connection, _id, _payload, errors) => errors.map((error) => ('toJSON' in error ? pipeline.format(error) : error)) as never,
  }, sockets, keepAliveMs);

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const { pathname } = new URL(request.url ?? '/', 'http://gateway');
    if (pathname !== '/graphql') {
      socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      client.on('error', () => client.terminate());
      sockets.emit('connection', client, request);
    });
  };
  server.on('upgrade', upgrade);

  return {
    async close(): Promise<void> {
      server.off('upgrade', upgrade);
      for (const client of sockets.clients) client.close(GOING_AWAY, 'Going away: connect again and resume.');
      const patience = setTimeout(() => sockets.clients.forEach((client) => client.terminate()), 1_000);
      await transport.dispose();
      clearTimeout(patience);
    },
  };
}

/** Events of a subscription are formatted where they are made. */
const isFormatted = (args: ExecutionArgs): boolean => getOperationAST(args.document, args.operationName)?.operation === 'subscription';
