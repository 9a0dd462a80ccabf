import { randomUUID } from 'node:crypto';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { ErrorCode } from './errors';
import { createPipeline, MAX_TOKENS, validationRules } from './pipeline';
import { logOperations, statusOfRefusals } from './transport/apollo-plugins';
import { answerGraphQL, HttpRefusal, parseBody, readBody, refusalBody, sendJson } from './transport/http';
import { serveWebSocket } from './transport/websocket';

/** What a request says of itself, the same over both transports. */
export interface RequestFacts {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly requestId: string;
  readonly remoteAddress: string;
  readonly transport: 'http' | 'ws';
}

export interface ServerOptions<C extends object = any> {
  readonly schema: GraphQLSchema;
  readonly log: Logger;
  readonly host: string;
  readonly port: number;
  readonly production: boolean;
  readonly maxBodyBytes: number;
  /** Origins that browsers may call from; `*` for all. Keys are no cookies, so this gives nobody more than they have. */
  readonly corsOrigins: readonly string[];
  readonly contextFor: (facts: RequestFacts) => Promise<C>;
  /** The same viewer with nothing loaded yet. */
  readonly renew: (context: C) => C;
  /** Throws while requests could not be served. */
  readonly ready: () => Promise<void>;
  readonly health: () => Record<string, unknown>;
  readonly metrics?: () => Promise<string>;
  /** Serves a page when it owns the path. */
  readonly page?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** How long running requests are waited for. */
  readonly shutdownMs: number;
  /** How long a WebSocket may take to introduce itself. */
  readonly connectionInitMs?: number;
}

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  /** Takes nothing new, lets finish what runs, tells subscribers to come back. Within `shutdownMs` and a second. */
  stop(): Promise<void>;
}

/** HTTP, GraphQL and WebSocket on one port. */
export async function createServer(options: ServerOptions): Promise<RunningServer> {
  const { schema, log, production } = options;
  const pipeline = createPipeline(schema, log, production);
  const apollo = new ApolloServer<any>({
    schema, validationRules, parseOptions: { maxTokens: MAX_TOKENS }, introspection: true, includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: production,
    // Its preflight demand protects cookies. Nothing here authenticates by cookie, and the demand fails GraphQL over HTTP's audit.
    csrfPrevention: false,
    formatError: (_formatted, error) => pipeline.format(error),
    plugins: [ApolloServerPluginCacheControlDisabled(), ApolloServerPluginLandingPageDisabled(), statusOfRefusals, logOperations(log)],
    stopOnTerminationSignals: false,
    logger: log as never,
  });
  await apollo.start();

  const server = createHttpServer((request, response) => {
    handle(request, response).catch((error: unknown) => refuse(request, response, error));
  });
  // Slow peers: headers within 10 s, a whole request within 30.
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = requestIdOf(request);
    response.setHeader('x-request-id', requestId);
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('referrer-policy', 'no-referrer');
    response.on('error', () => response.destroy());
    const { pathname } = new URL(request.url ?? '/', 'http://gateway');
    switch (pathname) {
      case '/graphql': return graphql(request, response, requestId);
      case '/healthz': return sendJson(response, 200, { status: 'ok', ...options.health() });
      case '/readyz': return options.ready().then(
        () => sendJson(response, 200, { status: 'ready' }),
        () => sendJson(response, 503, { status: 'not ready' }),
      );
      case '/metrics':
        if (options.metrics) return void response.setHeader('content-type', 'text/plain; version=0.0.4').end(await options.metrics());
    }
    if (request.method === 'GET' && options.page?.(request, response)) return;
    sendJson(response, 404, refusalBody('There is nothing at this path: GraphQL is at /graphql.', ErrorCode.NOT_FOUND));
  }

  async function graphql(request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void> {
    allowOrigin(request, response, options.corsOrigins);
    if (request.method === 'OPTIONS') return void response.writeHead(204, { 'access-control-max-age': '86400' }).end();
    if (request.method !== 'GET' && request.method !== 'POST') {
      throw new HttpRefusal(405, 'GraphQL is asked by GET or POST.', ErrorCode.BAD_USER_INPUT, { allow: 'GET, POST, OPTIONS' });
    }
    const body = request.method === 'POST' ? parseBody(request, await readBody(request, options.maxBodyBytes)) : undefined;
    const headers = request.headers as Record<string, string | undefined>;
    await answerGraphQL(apollo, request, response, body, () =>
      options.contextFor({ headers, requestId, remoteAddress: request.socket.remoteAddress ?? '', transport: 'http' }));
  }

  function refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    if (error instanceof HttpRefusal) return sendJson(response, error.status, refusalBody(error.message, error.code), error.headers);
    // A client that went away mid-body: nobody is left to answer.
    if (request.destroyed && !request.complete) return;
    sendJson(response, 500, { errors: [pipeline.format(error)] });
  }

  const sockets = serveWebSocket(server, { ...options, pipeline });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const host = options.host === '0.0.0.0' || options.host === '::' ? 'localhost' : options.host;

  return {
    url: `http://${host}:${port}`,
    port,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      const patience = setTimeout(() => server.closeAllConnections(), options.shutdownMs);
      await sockets.close();
      await closed;
      clearTimeout(patience);
      await apollo.stop();
    },
  };
}

/** The caller's own, when it is one that can stand in a log. */
function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,100}$/.test(given) ? given : randomUUID();
}

function allowOrigin({ headers }: IncomingMessage, response: ServerResponse, origins: readonly string[]): void {
  const { origin } = headers;
  if (!origin || !(origins.includes('*') || origins.includes(origin))) return;
  response.setHeader('access-control-allow-origin', origins.includes('*') ? '*' : origin);
  if (!origins.includes('*')) response.setHeader('vary', 'origin');
  response.setHeader('access-control-allow-headers', 'authorization, content-type, idempotency-key, x-api-key, x-request-id');
  response.setHeader('access-control-allow-methods', 'GET, POST, OPTIONS');
  response.setHeader('access-control-expose-headers', 'x-request-id');
}
