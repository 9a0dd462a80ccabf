import type { IncomingMessage, ServerResponse } from 'node:http';
import { ErrorCode } from '../errors';
import type { Apollo } from './apollo/apollo';
import { headerMapOf } from './apollo/gateway-request';
import { clientAddressOf } from './client-address';
import type { TextSender } from './compression';
import { allowOrigin, methodsOf } from './cors';
import {
  headersOf,
  HttpRefusal,
  parseBody,
  readBody,
  urlOf,
  type BodyBudget,
} from './graphql-http';
import type { Admission, Caller, Ticket } from './limits/admission';
import type { UnreadBytes } from './limits/unread';
import type { RequestFacts, ServerOptions } from './server-options';
import type { EventServer } from './sse/event-server';
import { keyInAddress } from './sse/sse-request';

/** Milliseconds without a byte read or written after which a connection is closed. */
const STALLED_MS = 60_000;

interface EndpointOptions extends Pick<
  ServerOptions,
  'contextFor' | 'corsOrigins' | 'corsHeaders' | 'maxBodyBytes' | 'trustedProxies'
> {
  readonly apollo: Apollo;
  readonly admission: Admission;
  readonly bodies: BodyBudget;
  readonly competitorOf: (context: any, remoteAddress: string) => Caller;
  readonly events: EventServer;
  readonly sender: TextSender;
  readonly unread: UnreadBytes;
}

/** A request whose operation may start. */
export interface AdmittedRequest {
  readonly facts: RequestFacts;
  /** Undefined for GET. */
  readonly body: unknown;
  readonly context: object;
  readonly ticket: Ticket;
}

/** Whether a browser opened /graphql as a page, and is redirected to the explorer. */
const isNavigation = ({ method, url, headers: { accept } }: IncomingMessage): boolean =>
  method === 'GET' && url === '/graphql' && /^\s*text\/html\b/i.test(accept ?? '');

/**
 * Serves GraphQL over HTTP: admits a request and passes it to Apollo Server or the event stream.
 */
export class GraphQLEndpoint {
  constructor(private readonly options: EndpointOptions) {}

  /** @throws HttpRefusal, or a DomainError of the context or of admission */
  async serve(
    request: IncomingMessage,
    response: ServerResponse,
    { requestId, asEvents }: { requestId: string; asEvents: boolean },
  ): Promise<void> {
    const { maxBodyBytes, bodies, contextFor, admission, competitorOf } = this.options;
    const methods = methodsOf(asEvents);
    allowOrigin(request, response, { ...this.options, methods });
    if (request.method === 'OPTIONS')
      return void response
        .writeHead(204, { 'access-control-max-age': '86400', allow: methods })
        .end();
    if (!methods.split(', ').includes(request.method ?? '')) {
      const message = asEvents
        ? 'An event stream accepts GET, POST, PUT and DELETE.'
        : 'GraphQL accepts GET and POST.';
      throw new HttpRefusal(405, message, ErrorCode.BAD_USER_INPUT, { allow: methods });
    }
    if (isNavigation(request))
      return void response.writeHead(303, { location: './', 'content-length': 0 }).end();
    const read = request.method === 'POST' ? await readBody(request, maxBodyBytes, bodies) : null;
    let ticket: Ticket | null = null;
    try {
      const headers = headersOf(request);
      const remoteAddress = clientAddressOf(request, this.options.trustedProxies ?? null);
      const facts: RequestFacts = {
        headers: asEvents ? { ...headers, ...keyInAddress(request) } : headers,
        requestId,
        remoteAddress,
        transport: asEvents ? 'sse' : 'http',
      };
      const context = await contextFor(facts);
      const caller = competitorOf(context, remoteAddress);
      ticket = await admission.enter(caller, () => response.destroyed);
      const body = read ? parseBody(request, read.toString('utf8')) : undefined;
      const admitted = { facts, body, context, ticket };
      if (asEvents) await this.options.events.answer(request, response, admitted);
      else await this.execute(request, response, admitted);
    } finally {
      if (read) bodies.release(read.length);
      ticket?.leave();
    }
  }

  private async execute(
    request: IncomingMessage,
    response: ServerResponse,
    { facts, body, context, ticket }: AdmittedRequest,
  ): Promise<void> {
    const { apollo, sender, unread } = this.options;
    response.setTimeout(STALLED_MS, () => response.destroy());
    const unwatch = unread.watch({
      bytes: () => response.writableLength,
      drop: () => response.destroy(),
    });
    response.once('close', unwatch);
    const answer = await apollo.execute(
      {
        method: request.method ?? 'GET',
        headers: headerMapOf(facts.headers),
        search: request.method === 'GET' ? urlOf(request).search : '',
        body,
        transport: 'http',
        ticket,
      },
      context,
    );
    if (!response.destroyed) await sender.send(request, response, answer);
  }
}
