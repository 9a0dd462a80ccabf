import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphQLFormattedError } from 'graphql';
import { DomainError, ErrorCode } from '../errors';
import { serveCalendarFeed } from './calendar-feed';
import type { GraphQLEndpoint } from './graphql-endpoint';
import { HttpRefusal, pathOf, refusalBody, requestIdOf, sendJson } from './graphql-http';
import { sendMetrics } from './metrics-server';
import type { ServerOptions } from './server-options';
import { wantsEvents } from './sse/sse-request';

/** The status for an error before execution, by code; 500 for other codes. */
const STATUS_OF = new Map<unknown, number>([
  [ErrorCode.UNAUTHENTICATED, 401],
  [ErrorCode.FORBIDDEN, 403],
  [ErrorCode.BAD_USER_INPUT, 400],
  [ErrorCode.BUSY, 503],
  [ErrorCode.WRITES_UNAVAILABLE, 503],
]);

interface RouterOptions extends Pick<
  ServerOptions,
  'ready' | 'health' | 'metrics' | 'page' | 'calendar'
> {
  readonly endpoint: GraphQLEndpoint;
  readonly format: (error: unknown) => GraphQLFormattedError;
}

/** Serves each path of the server. */
export class Router {
  constructor(private readonly options: RouterOptions) {}

  /** Serves a request. Sends every error as a response. Never rejects. */
  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.route(request, response);
    } catch (error) {
      this.refuse(request, response, error);
    }
  }

  private async route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { endpoint, health, ready, metrics, calendar, page } = this.options;
    const requestId = requestIdOf(request.headers['x-request-id']);
    request.headers['x-request-id'] = requestId;
    response.setHeader('x-request-id', requestId);
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('referrer-policy', 'no-referrer');
    response.on('error', () => response.destroy());
    const path = pathOf(request);
    switch (path) {
      case '/graphql':
        return endpoint.serve(request, response, { requestId, asEvents: wantsEvents(request) });
      case '/graphql/stream':
        return endpoint.serve(request, response, { requestId, asEvents: true });
      case '/healthz':
        return sendJson(response, 200, { status: 'ok', ...health() });
      case '/readyz':
        return sendReadiness(ready(), response);
      case '/metrics':
        if (metrics) return sendMetrics(metrics, request, response);
    }
    if (calendar && path.startsWith('/calendar/'))
      return serveCalendarFeed(calendar, request, response);
    if ((request.method === 'GET' || request.method === 'HEAD') && page?.(request, response))
      return;
    sendJson(
      response,
      404,
      refusalBody('Unknown path. GraphQL is served at /graphql.', ErrorCode.NOT_FOUND),
    );
  }

  private refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    if (error instanceof HttpRefusal)
      return sendJson(
        response,
        error.status,
        refusalBody(error.message, error.code),
        error.headers,
      );
    // The client closed the connection before its body was complete.
    if (request.destroyed && !request.complete) return;
    const formatted = this.options.format(error);
    const { code, retryAfterSeconds } = formatted.extensions ?? {};
    const status = STATUS_OF.get(code) ?? 500;
    const headers: Record<string, string> = status === 401 ? { 'www-authenticate': 'Bearer' } : {};
    if (retryAfterSeconds !== undefined) headers['retry-after'] = String(retryAfterSeconds);
    sendJson(response, status, { errors: [formatted] }, headers);
  }
}

const sendReadiness = (ready: Promise<void>, response: ServerResponse): Promise<void> =>
  ready.then(
    () => sendJson(response, 200, { status: 'ready' }),
    (error: unknown) =>
      sendJson(response, 503, {
        status: 'not ready',
        ...(error instanceof DomainError ? { reason: error.message } : {}),
      }),
  );
