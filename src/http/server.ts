import {
  createServer as createHttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import {
  getOperationAST,
  type GraphQLFormattedError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { DomainError, ErrorCode } from '../errors';
import { createPipeline, MAX_TOKENS, type ReadPlanned, type Viewers } from './request-pipeline';
import { logOperations, preparedDocuments, statusOfRefusals } from './apollo-plugins';
import { Admission, type Caller, type Ticket } from './limits/admission';
import { serveCalendarFeed, type Feed } from './calendar-feed';
import { TextSender } from './compression';
import {
  answerGraphQL,
  BodyBudget,
  GRAPHQL_RESPONSE,
  headersOf,
  HttpRefusal,
  parseBody,
  pathOf,
  plainRequest,
  type PlainRequest,
  readBody,
  refusalBody,
  requestIdOf,
  sendJson,
} from './graphql-http';
import { logOperation, type OperationSink } from './access-log';
import type { LiveCounts } from './viewer-revalidation';
import { keyInAddress, serveEvents, wantsEvents } from './sse';
import {
  CallerQuota,
  MAX_BODIES_BYTES,
  SERVER_LIMITS,
  type ServerLimits,
} from './limits/server-limits';
import { UnreadBytes } from './limits/unread';
import { serveWebSocket } from './websocket/server';

/** What a request says of itself, the same over both transports. */
export interface RequestFacts {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly requestId: string;
  readonly remoteAddress: string;
  readonly transport: 'http' | 'ws' | 'sse';
}

export interface ServerOptions<C extends object = any> extends Viewers<C>, OperationSink<C> {
  readonly schema: GraphQLSchema;
  readonly host: string;
  readonly port: number;
  readonly production: boolean;
  readonly maxBodyBytes: number;
  /** Origins that browsers may call from; `*` for all. Keys are no cookies, so this gives nobody more than they have. */
  readonly corsOrigins: readonly string[];
  /** Request headers that browsers may send, beside those of the gateway itself; `*` for all. */
  readonly corsHeaders?: readonly string[];
  /** Bytes from which on answers are compressed for clients that accept it; 0 for never. */
  readonly compressFromBytes?: number;
  /** False to refuse introspection. */
  readonly introspection?: boolean;
  readonly contextFor: (facts: RequestFacts) => Promise<C>;
  /** Names who competes with others for the process; null for callers without a key, who share what their address may use. */
  readonly competitorOf?: (context: C, remoteAddress: string) => string | null;
  readonly limits?: Partial<ServerLimits>;
  /** Milliseconds for the headers of a request, and for all of it. @default 10 s and 30 s */
  readonly timeouts?: { readonly headersTimeout?: number; readonly requestTimeout?: number };
  /** What can answer a query without executing it. */
  readonly readPlanned?: ReadPlanned;
  /** Throws while requests could not be served; the message of a DomainError is sent. */
  readonly ready: () => Promise<void>;
  readonly health: () => Record<string, unknown>;
  /** Null where the caller may not read them. */
  readonly metrics?: (authorization: string | undefined) => Promise<string> | null;
  /** Serves a page when it owns the path. */
  readonly page?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** The calendar behind a token, or null. */
  readonly calendar?: (token: string) => Promise<Feed | null>;
  /** How long running requests are waited for. */
  readonly shutdownMs: number;
  /** How long a WebSocket may take to introduce itself; 3 s unless given. */
  readonly connectionInitMs?: number;
  /** Between pings to each WebSocket; 12 s unless given. One that does not answer before the next is dropped. */
  readonly keepAliveMs?: number;
  /** Between two looks at whether a connection's viewer still is who it was; 4 s unless given. */
  readonly recheckMs?: number;
}

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  /** Who is connected now, by transport. */
  live(): { readonly ws: LiveCounts; readonly sse: LiveCounts };
  /** Takes nothing new, lets finish what runs, tells subscribers to come back. Within `shutdownMs` and a second, and never more than 10 s. */
  stop(): Promise<void>;
}

/** A request whose operation may begin. */
interface Admitted<C> {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
  readonly context: C;
  readonly ticket: Ticket;
}

const METHODS = 'GET, POST, OPTIONS';

const STATUS_OF_GARBAGE: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

const MAX_SHUTDOWN_MS = 8_500;

/** Between two looks for requests that exceed the time for their headers or their body: Node's default is 30 s. */
const CHECK_CONNECTIONS_MS = 1_000;
/** Without a byte read or written, a connection that is being answered is closed. */
const STALLED_MS = 60_000;

/** What a context that could not be made is answered with; 500 for all else. */
const STATUS_OF = new Map<unknown, number>([
  [ErrorCode.UNAUTHENTICATED, 401],
  [ErrorCode.FORBIDDEN, 403],
  [ErrorCode.BAD_USER_INPUT, 400],
  [ErrorCode.BUSY, 503],
  [ErrorCode.WRITES_UNAVAILABLE, 503],
]);

/** HTTP, GraphQL and WebSocket on one port. */
export async function createServer<C extends object>(
  options: ServerOptions<C>,
): Promise<RunningServer> {
  const { schema, log, production } = options;
  const limits = { ...SERVER_LIMITS, ...options.limits };
  const pipeline = createPipeline(schema, log, {
    production,
    introspection: options.introspection,
    readPlanned: options.readPlanned,
    queryTimeoutMs: limits.queryTimeoutMs,
  });
  const admission = new Admission(limits);
  const bodies = new BodyBudget(MAX_BODIES_BYTES);
  const unread = new UnreadBytes();
  const competitorOf = (context: C, address: string): Caller => {
    if (!options.competitorOf) return { name: address, anonymous: false };
    const name = options.competitorOf(context, address);
    return { name: name ?? `anonymous ${address}`, anonymous: name === null };
  };
  const prepares = preparedDocuments(pipeline);
  const apollo = new ApolloServer<C>({
    schema,
    documentStore: prepares.documentStore,
    dangerouslyDisableValidation: true,
    parseOptions: { maxTokens: MAX_TOKENS },
    introspection: true,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: production,
    // Its preflight demand protects cookies. Nothing here authenticates by cookie, and the demand fails GraphQL over HTTP's audit.
    csrfPrevention: false,
    formatError: (_formatted, error) => pipeline.format(error),
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      prepares.plugin,
      statusOfRefusals,
      logOperations(options),
    ],
    stopOnTerminationSignals: false,
    logger: log as never,
  });
  await apollo.start();

  const sender = new TextSender(options.compressFromBytes ?? 0);
  let stopping = false;
  const timeouts = { headersTimeout: 10_000, requestTimeout: 30_000, ...options.timeouts };
  const server = createHttpServer(
    { ...timeouts, connectionsCheckingInterval: CHECK_CONNECTIONS_MS },
    (request, response) => {
      handle(request, response).catch((error: unknown) => refuse(request, response, error));
    },
  );
  // Browsers open connections in advance. Node's closeIdleConnections passes over those that never sent a request.
  const unused = new Set<Socket>();
  server.on('connection', (socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server
    .on('request', ({ socket }) => unused.delete(socket))
    .on('upgrade', ({ socket }) => unused.delete(socket));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const status = STATUS_OF_GARBAGE[error.code ?? ''] ?? '400 Bad Request';
    socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () =>
      socket.destroy(),
    );
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = requestIdOf(request.headers['x-request-id']);
    request.headers['x-request-id'] = requestId;
    response.setHeader('x-request-id', requestId);
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('referrer-policy', 'no-referrer');
    response.on('error', () => response.destroy());
    // A connection that was busy when the server stopped would else be kept alive for its next request.
    if (stopping) response.shouldKeepAlive = false;
    else response.on('close', () => stopping && setImmediate(() => server.closeIdleConnections()));
    const path = pathOf(request);
    switch (path) {
      case '/graphql':
        return graphql(request, response, requestId, wantsEvents(request));
      case '/graphql/stream':
        return graphql(request, response, requestId, true);
      case '/healthz':
        return sendJson(response, 200, { status: 'ok', ...options.health() });
      case '/readyz':
        return options.ready().then(
          () => sendJson(response, 200, { status: 'ready' }),
          (error: unknown) =>
            sendJson(response, 503, {
              status: 'not ready',
              ...(error instanceof DomainError ? { reason: error.message } : {}),
            }),
        );
      case '/metrics':
        if (options.metrics)
          return metrics(options.metrics(request.headers.authorization), response);
    }
    if (options.calendar && path.startsWith('/calendar/'))
      return serveCalendarFeed(options.calendar, request, response);
    if (
      (request.method === 'GET' || request.method === 'HEAD') &&
      options.page?.(request, response)
    )
      return;
    sendJson(
      response,
      404,
      refusalBody('There is nothing at this path: GraphQL is at /graphql.', ErrorCode.NOT_FOUND),
    );
  }

  async function metrics(text: Promise<string> | null, response: ServerResponse): Promise<void> {
    if (!text)
      throw new HttpRefusal(
        401,
        'Send the METRICS_TOKEN: "Authorization: Bearer <token>".',
        ErrorCode.UNAUTHENTICATED,
        { 'www-authenticate': 'Bearer' },
      );
    response.setHeader('content-type', 'text/plain; version=0.0.4').end(await text);
  }

  async function graphql(
    request: IncomingMessage,
    response: ServerResponse,
    requestId: string,
    asEvents: boolean,
  ): Promise<void> {
    allowOrigin(request, response, options);
    if (request.method === 'OPTIONS')
      return void response
        .writeHead(204, { 'access-control-max-age': '86400', allow: METHODS })
        .end();
    if (request.method !== 'GET' && request.method !== 'POST') {
      throw new HttpRefusal(405, 'GraphQL is asked by GET or POST.', ErrorCode.BAD_USER_INPUT, {
        allow: METHODS,
      });
    }
    if (isNavigation(request))
      return void response.writeHead(303, { location: './', 'content-length': 0 }).end();
    const read =
      request.method === 'POST' ? await readBody(request, options.maxBodyBytes, bodies) : null;
    let ticket: Ticket | null = null;
    try {
      const headers = asEvents
        ? { ...headersOf(request), ...keyInAddress(request) }
        : headersOf(request);
      const remoteAddress = request.socket.remoteAddress ?? '';
      const facts: RequestFacts = {
        headers,
        requestId,
        remoteAddress,
        transport: asEvents ? 'sse' : 'http',
      };
      const context = await options.contextFor(facts);
      ticket = await admission.enter(
        competitorOf(context, remoteAddress),
        () => response.destroyed,
      );
      const body = read ? parseBody(request, read.toString('utf8')) : undefined;
      if (asEvents) return await events.answer(request, response, { facts, body, context, ticket });
      response.setTimeout(STALLED_MS, () => response.destroy());
      const unwatch = unread.watch({
        bytes: () => response.writableLength,
        drop: () => response.destroy(),
      });
      response.once('close', unwatch);
      if (
        request.method === 'POST' &&
        (await answerPlain(request, response, { headers, body, context, ticket }))
      )
        return;
      prepares.admit(context, ticket);
      await answerGraphQL(apollo, request, response, { headers, body, context, sender });
    } finally {
      if (read) bodies.release(read.length);
      ticket?.leave();
    }
  }

  /**
   * A plain request needs nothing of what Apollo does around an execution: a planned query goes out as the database wrote it, everything
   * else through the same pipeline as over WebSocket. What is not plain, or refused before it runs, is for the server that knows all of
   * GraphQL over HTTP.
   */
  async function answerPlain(
    request: IncomingMessage,
    response: ServerResponse,
    { headers, body, context, ticket }: Admitted<C>,
  ): Promise<boolean> {
    const startedAt = performance.now();
    const asked = plainRequest(headers, body);
    if (!asked) return false;
    const prepared = pipeline.prepare(asked.query);
    if ('errors' in prepared) return sendRefusal(prepared.errors);
    const { document } = prepared;
    const refusal = pipeline.refuse(document, asked.operationName, asked.variables);
    if (refusal) return sendRefusal([pipeline.format(refusal)]);
    const { operation, name } = getOperationAST(
      document,
      asked.operationName,
    ) as OperationDefinitionNode;
    if (operation === 'subscription') return false;
    await ticket.weigh(pipeline.costOf(document, asked.operationName, asked.variables));
    const outcome = await pipeline.run(
      {
        schema,
        document,
        operationName: asked.operationName,
        variableValues: asked.variables,
        contextValue: context,
      },
      (work) => ticket.keepUntil(work),
    );
    const result = 'result' in outcome ? outcome.result : null;
    // Nothing has run: the variables do not fit.
    if (result && !('data' in result)) return false;
    const text =
      'planned' in outcome
        ? `{"data":${outcome.planned}}\n`
        : `${JSON.stringify(outcome.result)}\n`;
    await sender.send(request, response, {
      status: 200,
      headers: { 'content-type': asked.type, 'cache-control': 'no-store' },
      text,
    });
    logOperation(
      options,
      {
        requestId: headers['x-request-id'],
        transport: 'http',
        type: operation,
        operationName: name?.value,
        startedAt,
        errors: result?.errors as never,
      },
      context,
    );
    return true;

    /** A client that knows GraphQL's own media type expects 400, any other 200. */
    function sendRefusal(errors: readonly GraphQLFormattedError[]): true {
      const { type, operationName } = asked as PlainRequest;
      sendJson(
        response,
        type === GRAPHQL_RESPONSE ? 400 : 200,
        { errors },
        { 'content-type': type, 'cache-control': 'no-store' },
      );
      logOperation(
        options,
        { requestId: headers['x-request-id'], transport: 'http', operationName, startedAt, errors },
        context,
      );
      return true;
    }
  }

  function refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    if (error instanceof HttpRefusal)
      return sendJson(
        response,
        error.status,
        refusalBody(error.message, error.code),
        error.headers,
      );
    // A client that went away mid-body: nobody is left to answer.
    if (request.destroyed && !request.complete) return;
    const formatted = pipeline.format(error);
    const { code, retryAfterSeconds } = formatted.extensions ?? {};
    const status = STATUS_OF.get(code) ?? 500;
    const headers: Record<string, string> = status === 401 ? { 'www-authenticate': 'Bearer' } : {};
    if (retryAfterSeconds !== undefined) headers['retry-after'] = String(retryAfterSeconds);
    sendJson(response, status, { errors: [formatted] }, headers);
  }

  const subscriptions = new CallerQuota(limits.maxSubscriptionsPerCaller);
  const shared = { ...options, pipeline, limits, admission, subscriptions, competitorOf, unread };
  const sockets = serveWebSocket(server, shared);
  const events = serveEvents(shared);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const host = options.host === '0.0.0.0' || options.host === '::' ? 'localhost' : options.host;

  async function shutDown(): Promise<void> {
    stopping = true;
    events.close();
    const patienceMs = Math.min(options.shutdownMs, MAX_SHUTDOWN_MS);
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    unused.forEach((socket) => socket.destroy());
    const patience = setTimeout(() => server.closeAllConnections(), patienceMs);
    await Promise.all([sockets.close(patienceMs), closed]);
    clearTimeout(patience);
    await apollo.stop();
    unread.stop();
  }

  let stopped: Promise<void> | undefined;
  return {
    url: `http://${host}:${port}`,
    port,
    live: () => ({ ws: sockets.counts(), sse: events.counts() }),
    stop: () => (stopped ??= shutDown()),
  };
}

/** A browser that was pointed at the address, without a document: the explorer is what it wants. */
const isNavigation = ({ method, url, headers: { accept } }: IncomingMessage): boolean =>
  method === 'GET' && url === '/graphql' && /^\s*text\/html\b/i.test(accept ?? '');

/** Those that the gateway reads; `*` would not include Authorization. */
const OWN_HEADERS = [
  'authorization',
  'content-type',
  'idempotency-key',
  'last-event-id',
  'x-api-key',
  'x-request-id',
];

function allowOrigin(
  { headers: { origin } }: IncomingMessage,
  response: ServerResponse,
  { corsOrigins: origins, corsHeaders = [] }: ServerOptions,
): void {
  const toAll = origins.includes('*');
  // Also without an origin: a cache must not serve this answer to one.
  if (!toAll) response.setHeader('vary', 'origin');
  if (!origin || !(toAll || origins.includes(origin))) return;
  response.setHeader('access-control-allow-origin', toAll ? '*' : origin);
  response.setHeader('access-control-allow-headers', [...OWN_HEADERS, ...corsHeaders].join(', '));
  response.setHeader('access-control-allow-methods', METHODS);
  response.setHeader('access-control-expose-headers', 'x-request-id, retry-after');
}
