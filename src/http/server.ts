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

/** The facts of a request that a context is created from, equal for all transports. */
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
  /**
   * Origins that browsers may call from; `*` for all. Safe, because keys are not sent as cookies.
   */
  readonly corsOrigins: readonly string[];
  /** Request headers that browsers may send in addition to those of the gateway; `*` for all. */
  readonly corsHeaders?: readonly string[];
  /** Minimum bytes of a response for compression; 0 for never. */
  readonly compressFromBytes?: number;
  /** Whether introspection is allowed. @default true */
  readonly introspection?: boolean;
  readonly contextFor: (facts: RequestFacts) => Promise<C>;
  /**
   * Returns the caller that limits apply to; null for callers without a key, which are limited by
   * address.
   */
  readonly competitorOf?: (context: C, remoteAddress: string) => string | null;
  readonly limits?: Partial<ServerLimits>;
  /** Milliseconds for the headers and for the whole of a request. @default 10,000 and 30,000 */
  readonly timeouts?: { readonly headersTimeout?: number; readonly requestTimeout?: number };
  /** The planner, which reads queries without executing them. */
  readonly readPlanned?: ReadPlanned;
  /** Rejects while the server is not ready; the message of a DomainError is sent. */
  readonly ready: () => Promise<void>;
  readonly health: () => Record<string, unknown>;
  /** Returns null if the caller may not read metrics. */
  readonly metrics?: (authorization: string | undefined) => Promise<string> | null;
  /** Serves a page. Returns false for other paths. */
  readonly page?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Returns the calendar of a token, or null. */
  readonly calendar?: (token: string) => Promise<Feed | null>;
  /** Milliseconds that a shutdown waits for requests in flight. */
  readonly shutdownMs: number;
  /** Milliseconds within which a WebSocket must send `connection_init`. @default 3,000 */
  readonly connectionInitMs?: number;
  /**
   * Milliseconds between pings. A WebSocket without a pong before the next ping is closed.
   * @default 12,000
   */
  readonly keepAliveMs?: number;
  /** Milliseconds between revalidations of the viewers of connections. @default 750 */
  readonly recheckMs?: number;
}

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  /** Returns the open connections and subscriptions by transport. */
  live(): { readonly ws: LiveCounts; readonly sse: LiveCounts };
  /**
   * Refuses new requests, waits for those in flight, and closes subscriptions so that clients
   * reconnect. Takes at most `shutdownMs` and 1 s, and never more than 10 s.
   */
  stop(): Promise<void>;
}

/** A request whose operation may start. */
interface AdmittedRequest<C> {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
  readonly context: C;
  readonly ticket: Ticket;
}

const METHODS = 'GET, POST, OPTIONS';

const STATUS_OF_PARSER_ERROR: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

const MAX_SHUTDOWN_MS = 8_500;

/** Interval of the check for request timeouts. The default of Node is 30 s. */
const CHECK_CONNECTIONS_MS = 1_000;
/** Milliseconds without a byte read or written after which a connection is closed. */
const STALLED_MS = 60_000;

/** The status for an error before execution, by code; 500 for other codes. */
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
  const preparedStore = preparedDocuments(pipeline);
  const apollo = new ApolloServer<C>({
    schema,
    documentStore: preparedStore.documentStore,
    dangerouslyDisableValidation: true,
    parseOptions: { maxTokens: MAX_TOKENS },
    introspection: true,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: production,
    // CSRF prevention protects cookies, which this server does not use, and fails the audit of
    // GraphQL over HTTP.
    csrfPrevention: false,
    formatError: (_formatted, error) => pipeline.format(error),
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      preparedStore.plugin,
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
  // Browsers open connections in advance. closeIdleConnections of Node skips those without a first
  // request.
  const idleSockets = new Set<Socket>();
  server.on('connection', (socket) => {
    idleSockets.add(socket);
    socket.once('close', () => idleSockets.delete(socket));
  });
  server
    .on('request', ({ socket }) => idleSockets.delete(socket))
    .on('upgrade', ({ socket }) => idleSockets.delete(socket));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const status = STATUS_OF_PARSER_ERROR[error.code ?? ''] ?? '400 Bad Request';
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
    // Otherwise a connection that is busy at shutdown would be kept alive for a next request.
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
      refusalBody('Unknown path. GraphQL is served at /graphql.', ErrorCode.NOT_FOUND),
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
      throw new HttpRefusal(405, 'GraphQL accepts GET and POST.', ErrorCode.BAD_USER_INPUT, {
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
      preparedStore.admit(context, ticket);
      await answerGraphQL(apollo, request, response, { headers, body, context, sender });
    } finally {
      if (read) bodies.release(read.length);
      ticket?.leave();
    }
  }

  /**
   * Serves a plain request without Apollo: sends the JSON text of a planned query unchanged, and
   * executes others in the pipeline. Returns false if Apollo must serve it: not a plain request, a
   * subscription, or variables that do not coerce.
   */
  async function answerPlain(
    request: IncomingMessage,
    response: ServerResponse,
    { headers, body, context, ticket }: AdmittedRequest<C>,
  ): Promise<boolean> {
    const startedAt = performance.now();
    const plain = plainRequest(headers, body);
    if (!plain) return false;
    const prepared = pipeline.prepare(plain.query);
    if ('errors' in prepared) return sendRefusal(prepared.errors);
    const { document } = prepared;
    const refusal = pipeline.refuse(document, plain.operationName, plain.variables);
    if (refusal) return sendRefusal([pipeline.format(refusal)]);
    const { operation, name } = getOperationAST(
      document,
      plain.operationName,
    ) as OperationDefinitionNode;
    if (operation === 'subscription') return false;
    await ticket.weigh(pipeline.costOf(document, plain.operationName, plain.variables));
    const outcome = await pipeline.run(
      {
        schema,
        document,
        operationName: plain.operationName,
        variableValues: plain.variables,
        contextValue: context,
      },
      (work) => ticket.keepUntil(work),
    );
    const result = 'result' in outcome ? outcome.result : null;
    // Nothing was executed: the variables could not be coerced.
    if (result && !('data' in result)) return false;
    const text =
      'planned' in outcome
        ? `{"data":${outcome.planned}}\n`
        : `${JSON.stringify(outcome.result)}\n`;
    await sender.send(request, response, {
      status: 200,
      headers: { 'content-type': plain.type, 'cache-control': 'no-store' },
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

    /** Sends 400 to clients of application/graphql-response+json, 200 to others. */
    function sendRefusal(errors: readonly GraphQLFormattedError[]): true {
      const { type, operationName } = plain as PlainRequest;
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
    // The client closed the connection before its body was complete.
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
    const gracePeriodMs = Math.min(options.shutdownMs, MAX_SHUTDOWN_MS);
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    idleSockets.forEach((socket) => socket.destroy());
    const deadline = setTimeout(() => server.closeAllConnections(), gracePeriodMs);
    await Promise.all([sockets.close(gracePeriodMs), closed]);
    clearTimeout(deadline);
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

/** Whether a browser opened /graphql as a page, and is redirected to the explorer. */
const isNavigation = ({ method, url, headers: { accept } }: IncomingMessage): boolean =>
  method === 'GET' && url === '/graphql' && /^\s*text\/html\b/i.test(accept ?? '');

/** Request headers that the gateway reads. A CORS `*` does not include Authorization. */
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
  // Also set without an origin: a cache must not serve this response to a request with an origin.
  if (!toAll) response.setHeader('vary', 'origin');
  if (!origin || !(toAll || origins.includes(origin))) return;
  response.setHeader('access-control-allow-origin', toAll ? '*' : origin);
  response.setHeader('access-control-allow-headers', [...OWN_HEADERS, ...corsHeaders].join(', '));
  response.setHeader('access-control-allow-methods', METHODS);
  response.setHeader('access-control-expose-headers', 'x-request-id, retry-after');
}
