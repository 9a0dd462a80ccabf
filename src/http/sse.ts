import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  getOperationAST,
  type ExecutionArgs,
  type ExecutionResult,
  type OperationDefinitionNode,
} from 'graphql';
import { ErrorCode } from '../errors';
import { resultOf, type Pipeline } from './request-pipeline';
import type { RequestFacts, ServerOptions } from './server';
import type { Ticket } from './limits/admission';
import { EncodedEvent } from './subscriptions/encoded-event';
import type { EventStream, Sink } from './subscriptions/event-stream';
import { HttpRefusal, urlOf } from './graphql-http';
import { logOperation } from './access-log';
import { revalidateViewers, type Connection, type LiveCounts } from './viewer-revalidation';
import { tooManySubscriptions, type CallerQuota } from './limits/server-limits';

/** Bytes that may wait in a connection before its subscription stops and waits too. */
const HIGH_WATER = 64 * 1024;
const KEEP_ALIVE_MS = 12_000;
const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
  connection: 'keep-alive',
};

interface Asked {
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
  /** Of all callers, over every transport. */
  readonly subscriptions: CallerQuota;
}

interface Admitted {
  readonly facts: RequestFacts;
  readonly body: unknown;
  readonly context: object;
  readonly ticket: Ticket;
}

interface Listening {
  readonly facts: RequestFacts;
  readonly args: ExecutionArgs;
  readonly outlet: Lines;
  readonly ticket: Ticket;
}

/** Whether a client wants its answer as a stream of events, before anything else. */
export const wantsEvents = ({ headers: { accept } }: IncomingMessage): boolean =>
  /^\s*text\/event-stream\b/i.test(accept ?? '');

/**
 * A browser's own EventSource sends no headers but Last-Event-ID: its key may stand in the address. Another's goes first.
 * @throws HttpRefusal 400 for an address that is none.
 */
export function keyInAddress(request: IncomingMessage): Readonly<Record<string, string>> {
  const key = urlOf(request).searchParams.get('apiKey');
  return key && !request.headers.authorization ? { 'x-api-key': key } : {};
}

/** GraphQL over server-sent events, in the mode of distinct connections, with the cursor of an event as its id. */
export function serveEvents(options: Options) {
  const { schema, pipeline, subscriptions, keepAliveMs = KEEP_ALIVE_MS } = options;
  const connections = new Set<Connection & { readonly response: ServerResponse }>();
  const stopChecking = revalidateViewers(options, connections);

  /** One operation, to its end. @throws HttpRefusal before the stream has begun, for what is no request. */
  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    { facts, body, context, ticket }: Admitted,
  ): Promise<void> {
    const startedAt = performance.now();
    const asked = askedIn(request, body);
    const prepared = pipeline.prepare(asked.query);
    const operation =
      'document' in prepared ? getOperationAST(prepared.document, asked.operationName) : null;
    if (operation?.operation === 'mutation' && request.method === 'GET')
      throw new HttpRefusal(405, 'Mutations are sent by POST.', ErrorCode.BAD_USER_INPUT, {
        allow: 'POST',
      });
    response.writeHead(200, HEADERS).flushHeaders();
    const outlet = new Lines(response);
    const done = (errors = outlet.errors) => {
      if (!response.destroyed && !response.writableEnded)
        response.end('event: complete\ndata: \n\n');
      logOperation(
        options,
        {
          requestId: facts.requestId,
          transport: 'sse',
          type: operation?.operation,
          operationName: operation?.name?.value,
          startedAt,
          errors,
          events: outlet.events,
        },
        context,
      );
    };
    const refusal =
      'document' in prepared
        ? pipeline.refuse(prepared.document, asked.operationName, asked.variables)
        : null;
    const refused =
      'errors' in prepared ? prepared.errors : refusal ? [pipeline.format(refusal)] : [];
    if ('errors' in prepared || refused.length) {
      await outlet.send(new EncodedEvent({ errors: refused as never }));
      return done();
    }
    const args: ExecutionArgs = {
      schema,
      document: prepared.document,
      operationName: (operation as OperationDefinitionNode).name?.value,
      variableValues: asked.variables,
      contextValue: context,
    };
    if (operation?.operation === 'subscription')
      await listen(response, { facts, args, outlet, ticket });
    else {
      await ticket.weigh(pipeline.costOf(args.document, args.operationName, args.variableValues));
      const outcome = await pipeline.run(args, (work) => ticket.keepUntil(work));
      await outlet.send(new EncodedEvent(resultOf(outcome)));
    }
    done();
  }

  async function listen(
    response: ServerResponse,
    { facts, args, outlet, ticket }: Listening,
  ): Promise<void> {
    const { name } = ticket.caller;
    if (!subscriptions.take(name)) {
      return void (await outlet.send(
        new EncodedEvent({ errors: [pipeline.format(tooManySubscriptions())] as never }),
      ));
    }
    try {
      const stream = await pipeline.subscribe(args, options);
      // It waits for events from here on: others may have its place.
      ticket.leave();
      if ('run' in stream) await follow(stream, response, { facts, args, outlet });
      else await outlet.send(new EncodedEvent(stream));
    } finally {
      subscriptions.release(name);
    }
  }

  async function follow(
    stream: EventStream,
    response: ServerResponse,
    { facts, args, outlet }: Omit<Listening, 'ticket'>,
  ): Promise<void> {
    const connection = {
      facts,
      context: args.contextValue as object,
      streams: new Set([stream]),
      refusal: null,
      response,
      close: () => undefined,
    };
    connections.add(connection);
    response.once('close', () => stream.stop());
    if (response.destroyed) stream.stop();
    const beat = setInterval(() => response.write(':\n\n'), keepAliveMs);
    try {
      await stream.run(outlet);
    } finally {
      clearInterval(beat);
      connections.delete(connection);
    }
  }

  return {
    answer,
    counts: (): LiveCounts => ({ connections: connections.size, subscriptions: connections.size }),
    /** Breaks off what runs, without a word: a client that is not told of an end comes back and resumes. */
    close(): void {
      stopChecking();
      for (const { response } of connections) response.destroy();
    },
  };
}

/** @throws HttpRefusal 400 where there is no document, or the variables are no object. */
function askedIn(request: IncomingMessage, body: unknown): Asked {
  const given =
    request.method === 'GET' ? parametersOf(request) : ((body ?? {}) as Record<string, unknown>);
  const { query, operationName, variables } = given;
  if (typeof query !== 'string')
    throw new HttpRefusal(400, 'Send the document as "query".', ErrorCode.BAD_USER_INPUT);
  if (operationName != null && typeof operationName !== 'string')
    throw new HttpRefusal(400, 'operationName is a text.', ErrorCode.BAD_USER_INPUT);
  if (variables != null && (typeof variables !== 'object' || Array.isArray(variables)))
    throw new HttpRefusal(400, 'variables is a JSON object.', ErrorCode.BAD_USER_INPUT);
  return {
    query,
    operationName: operationName || null,
    variables: variables as Asked['variables'],
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
    throw new HttpRefusal(400, 'variables is a JSON object.', ErrorCode.BAD_USER_INPUT);
  }
}

/** Answers as events. */
class Lines implements Sink {
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
    const event = `${cursor === null ? '' : `id: ${cursor}\n`}event: next\ndata: ${text}\n\n`;
    if (this.full) return new Promise((resolve) => response.write(event, () => resolve()));
    response.write(event);
    return null;
  }
}
