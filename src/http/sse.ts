import type { IncomingMessage, ServerResponse } from 'node:http';
import { getOperationAST, type ExecutionArgs, type ExecutionResult } from 'graphql';
import { ErrorCode } from '../errors';
import { logOperation } from './access-log';
import type { Apollo } from './apollo/apollo';
import { headerMapOf } from './apollo/gateway-request';
import { HttpRefusal, urlOf } from './graphql-http';
import type { Ticket } from './limits/admission';
import { tooManySubscriptions, type CallerQuota } from './limits/server-limits';
import type { Pipeline } from './operations/pipeline';
import type { ValidDocument } from './operations/prepare-document';
import type { RequestFacts, ServerOptions } from './server-options';
import { EncodedEvent } from './subscriptions/encoded-event';
import type { EventStream, Sink } from './subscriptions/event-stream';
import { revalidateViewers, type Connection, type LiveCounts } from './viewer-revalidation';

/** Buffered bytes above which the subscription of a connection pauses. */
const HIGH_WATER = 64 * 1024;
const KEEP_ALIVE_MS = 12_000;
const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
  connection: 'keep-alive',
};

interface SseOperation {
  readonly query: string;
  readonly operationName?: string | null;
  readonly variables?: Readonly<Record<string, unknown>> | null;
}

interface Options extends Pick<
  ServerOptions,
  | 'schema'
  | 'log'
  | 'contextFor'
  | 'renew'
  | 'scopeOf'
  | 'keepAliveMs'
  | 'recheckMs'
  | 'callerOf'
  | 'onOperation'
> {
  readonly pipeline: Pipeline;
  readonly apollo: Apollo;
  /** Subscriptions of all callers, over every transport. */
  readonly subscriptions: CallerQuota;
}

interface AdmittedRequest {
  readonly facts: RequestFacts;
  readonly body: unknown;
  readonly context: object;
  readonly ticket: Ticket;
}

interface SubscriptionRequest {
  readonly facts: RequestFacts;
  readonly args: ExecutionArgs;
  readonly sink: SseSink;
  readonly ticket: Ticket;
}

/** Whether a client prefers an event stream: the first media type of Accept. */
export const wantsEvents = ({ headers: { accept } }: IncomingMessage): boolean =>
  /^\s*text\/event-stream\b/i.test(accept ?? '');

/**
 * Reads the key from the query parameter `apiKey`, because EventSource cannot set headers. A header
 * takes precedence.
 * @throws HttpRefusal 400 for an invalid URL.
 */
export function keyInAddress(request: IncomingMessage): Readonly<Record<string, string>> {
  const key = urlOf(request).searchParams.get('apiKey');
  return key && !request.headers.authorization ? { 'x-api-key': key } : {};
}

/**
 * Serves GraphQL over server-sent events, in distinct connections mode. The id of an event is its
 * cursor. Queries and mutations pass through Apollo Server, which has no subscriptions.
 */
export class EventServer {
  private readonly connections = new Set<Connection & { readonly response: ServerResponse }>();
  private readonly stopChecking: () => void;

  constructor(private readonly options: Options) {
    this.stopChecking = revalidateViewers(options, this.connections);
  }

  /**
   * Runs one operation to its end.
   * @throws HttpRefusal 400 or 405 for an invalid request, before the stream starts.
   */
  async answer(
    request: IncomingMessage,
    response: ServerResponse,
    admitted: AdmittedRequest,
  ): Promise<void> {
    const params = operationOf(request, admitted.body);
    const prepared = this.options.pipeline.prepare({
      query: params.query,
      anonymous: admitted.ticket.caller.anonymous,
    });
    const operation =
      'document' in prepared ? getOperationAST(prepared.document, params.operationName) : null;
    if (operation?.operation === 'mutation' && request.method === 'GET')
      throw new HttpRefusal(405, 'Mutations require POST.', ErrorCode.BAD_USER_INPUT, {
        allow: 'POST',
      });
    response.writeHead(200, HEADERS).flushHeaders();
    if ('document' in prepared && operation?.operation === 'subscription')
      await this.subscribe(response, { params, prepared, ...admitted });
    else {
      const { facts, context, ticket } = admitted;
      const headers = headerMapOf({ ...facts.headers, accept: 'application/json' });
      const { text } = await this.options.apollo.execute(
        { method: 'POST', headers, search: '', body: params, transport: 'sse', ticket, prepared },
        context,
      );
      if (!response.destroyed) response.write(eventOf(text.trimEnd()));
    }
    if (!response.destroyed && !response.writableEnded) response.end('event: complete\ndata: \n\n');
  }

  private async subscribe(
    response: ServerResponse,
    {
      params,
      prepared: { document },
      facts,
      context,
      ticket,
    }: AdmittedRequest & { readonly params: SseOperation; readonly prepared: ValidDocument },
  ): Promise<void> {
    const { pipeline, schema } = this.options;
    const startedAt = performance.now();
    const { operationName, variables } = params;
    const sink = new SseSink(response);
    const name = getOperationAST(document, operationName)?.name?.value;
    const refusal = pipeline.refuse(document, operationName, variables);
    if (refusal) await sink.send(new EncodedEvent(pipeline.resultOf(refusal)));
    else {
      const args: ExecutionArgs = {
        schema,
        document,
        operationName: name,
        variableValues: variables,
        contextValue: context,
      };
      await this.listen(response, { facts, args, sink, ticket });
    }
    const { requestId } = facts;
    const { events, errors } = sink;
    const record = { requestId, transport: 'sse', type: 'subscription', startedAt } as const;
    logOperation(this.options, { ...record, operationName: name, errors, events }, context);
  }

  private async listen(
    response: ServerResponse,
    { facts, args, sink, ticket }: SubscriptionRequest,
  ): Promise<void> {
    const { pipeline, subscriptions } = this.options;
    const { name } = ticket.caller;
    if (!subscriptions.take(name)) {
      return void (await sink.send(new EncodedEvent(pipeline.resultOf(tooManySubscriptions()))));
    }
    try {
      const stream = await pipeline.subscribe(args, this.options);
      // The subscription only waits for events from here on, so its place is free.
      ticket.leave();
      if ('run' in stream) await this.follow(stream, response, { facts, args, sink });
      else await sink.send(new EncodedEvent(stream));
    } finally {
      subscriptions.release(name);
    }
  }

  private async follow(
    stream: EventStream,
    response: ServerResponse,
    { facts, args, sink }: Omit<SubscriptionRequest, 'ticket'>,
  ): Promise<void> {
    const connection = {
      facts,
      context: args.contextValue as object,
      streams: new Set([stream]),
      refusal: null,
      response,
      close: () => undefined,
    };
    this.connections.add(connection);
    response.once('close', () => stream.stop());
    if (response.destroyed) stream.stop();
    const beat = setInterval(
      () => response.write(':\n\n'),
      this.options.keepAliveMs ?? KEEP_ALIVE_MS,
    );
    try {
      await stream.run(sink);
    } finally {
      clearInterval(beat);
      this.connections.delete(connection);
    }
  }

  counts(): LiveCounts {
    const { size } = this.connections;
    return { connections: size, subscriptions: size };
  }

  /** Destroys all streams without a `complete` event, so that clients reconnect and resume. */
  close(): void {
    this.stopChecking();
    for (const { response } of this.connections) response.destroy();
  }
}

/** @throws HttpRefusal 400 if there is no document, or a parameter has the wrong type. */
function operationOf(request: IncomingMessage, body: unknown): SseOperation {
  const parameters =
    request.method === 'GET' ? parametersOf(request) : ((body ?? {}) as Record<string, unknown>);
  const { query, operationName, variables } = parameters;
  if (typeof query !== 'string')
    throw new HttpRefusal(400, 'Send the document as "query".', ErrorCode.BAD_USER_INPUT);
  if (operationName != null && typeof operationName !== 'string')
    throw new HttpRefusal(400, 'operationName must be a string.', ErrorCode.BAD_USER_INPUT);
  if (variables != null && (typeof variables !== 'object' || Array.isArray(variables)))
    throw new HttpRefusal(400, 'variables must be a JSON object.', ErrorCode.BAD_USER_INPUT);
  return {
    query,
    operationName: operationName || null,
    variables: (variables ?? null) as SseOperation['variables'],
  };
}

function parametersOf(request: IncomingMessage): Record<string, unknown> {
  const { searchParams } = urlOf(request);
  const variables = searchParams.get('variables');
  try {
    return {
      query: searchParams.get('query'),
      operationName: searchParams.get('operationName'),
      variables: variables ? JSON.parse(variables) : null,
    };
  } catch {
    throw new HttpRefusal(400, 'variables must be a JSON object.', ErrorCode.BAD_USER_INPUT);
  }
}

/** Returns a `next` event of the stream, without an id if the cursor is null. */
const eventOf = (text: string, cursor: string | null = null): string =>
  `${cursor === null ? '' : `id: ${cursor}\n`}event: next\ndata: ${text}\n\n`;

/** Writes encoded events to a response. */
class SseSink implements Sink {
  events = 0;
  errors: ExecutionResult['errors'];

  constructor(private readonly response: ServerResponse) {}

  get full(): boolean {
    return this.response.writableLength > HIGH_WATER;
  }

  send({ text, cursor, errors }: EncodedEvent): Promise<void> | null {
    const { response } = this;
    this.events += 1;
    this.errors = errors;
    if (response.destroyed) return null;
    const event = eventOf(text, cursor);
    if (this.full) return new Promise((resolve) => response.write(event, () => resolve()));
    response.write(event);
    return null;
  }
}
