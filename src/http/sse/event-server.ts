import type { IncomingMessage, ServerResponse } from 'node:http';
import { getOperationAST, type ExecutionArgs, type OperationTypeNode } from 'graphql';
import { ErrorCode } from '../../errors';
import { logOperation } from '../access-log';
import type { Apollo } from '../apollo/apollo';
import { headerMapOf } from '../apollo/gateway-request';
import { HttpRefusal } from '../graphql-http';
import type { Ticket } from '../limits/admission';
import { tooManySubscriptions, type CallerQuota } from '../limits/server-limits';
import type { UnreadBytes } from '../limits/unread';
import type { Pipeline } from '../operations/pipeline';
import type { ValidDocument } from '../operations/prepare-document';
import type { RequestFacts, ServerOptions } from '../server-options';
import { EncodedEvent } from '../subscriptions/encoded-event';
import type { EventStream } from '../subscriptions/event-stream';
import { revalidateViewers, type LiveCounts } from '../viewer-revalidation';
import { EventOutput } from './event-output';
import {
  ReservedStreams,
  type OpenStream,
  type ReservedStream,
  type RunningOperation,
} from './reserved-streams';
import { operationIdOf, operationOf, tokenOf, type SseOperation } from './sse-request';

const KEEP_ALIVE_MS = 12_000;
const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
  connection: 'keep-alive',
};

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
  readonly unread: UnreadBytes;
}

interface AdmittedRequest {
  readonly facts: RequestFacts;
  readonly body: unknown;
  readonly context: object;
  readonly ticket: Ticket;
}

/** An operation whose syntax and validity were checked. */
interface Prepared {
  readonly params: SseOperation;
  readonly result: ReturnType<Pipeline['prepare']>;
  readonly type: OperationTypeNode | undefined;
}

interface Run extends AdmittedRequest {
  readonly prepared: Prepared;
  readonly operation: RunningOperation;
  readonly connection: OpenStream;
}

/**
 * Serves GraphQL over server-sent events. In distinct connections mode an operation has a stream of
 * its own, and the id of an event is its cursor. In single connection mode, the operations of a
 * client share the stream that it reserved. Queries and mutations pass through Apollo Server, which
 * has no subscriptions.
 */
export class EventServer {
  private readonly connections = new Set<OpenStream>();
  private readonly reserved: ReservedStreams;
  private readonly stopChecking: () => void;

  constructor(private readonly options: Options) {
    this.stopChecking = revalidateViewers(options, this.connections);
    this.reserved = new ReservedStreams(options.subscriptions);
  }

  /**
   * Runs one operation to its end, or serves a step of single connection mode.
   * @throws HttpRefusal 400, 404, 405 or 409 for an invalid request, before the stream starts.
   */
  async answer(
    request: IncomingMessage,
    response: ServerResponse,
    admitted: AdmittedRequest,
  ): Promise<void> {
    if (request.method === 'PUT') {
      const token = this.reserved.reserve(admitted.ticket.caller.name);
      return void response.writeHead(201, { 'content-type': 'text/plain' }).end(token);
    }
    const token = tokenOf(request);
    if (token !== null) {
      const stream = this.reserved.find(token, admitted.ticket.caller.name);
      return this.answerReserved(request, response, { ...admitted, stream });
    }
    const prepared = this.prepare(request, admitted);
    response.writeHead(200, HEADERS).flushHeaders();
    const operation = { output: new EventOutput(response) };
    const connection = connectionOf(response, admitted, () => undefined);
    await this.run({ ...admitted, prepared, operation, connection });
  }

  private async answerReserved(
    request: IncomingMessage,
    response: ServerResponse,
    { stream, ...admitted }: AdmittedRequest & { readonly stream: ReservedStream },
  ): Promise<void> {
    if (request.method === 'GET') {
      const connection = connectionOf(response, admitted, () => this.reserved.endIfIdle(stream));
      this.reserved.connect(stream, connection);
      response.writeHead(200, HEADERS).flushHeaders();
      return this.open(connection);
    }
    const id = operationIdOf(request, admitted.body);
    if (request.method === 'DELETE') {
      this.reserved.stop(stream, id);
      return void response.writeHead(200, { 'content-length': 0 }).end();
    }
    const prepared = this.prepare(request, admitted);
    const { operation, connection } = this.reserved.add(stream, id);
    response.writeHead(202, { 'content-length': 0 }).end();
    try {
      await this.run({ ...admitted, prepared, operation, connection });
    } finally {
      this.reserved.remove(stream, id, operation);
      if (connection.refusal) this.reserved.endIfIdle(stream);
    }
  }

  /** @throws HttpRefusal 400 for invalid parameters, 405 for a mutation by GET */
  private prepare(request: IncomingMessage, { body, ticket }: AdmittedRequest): Prepared {
    const params = operationOf(request, body);
    const { anonymous } = ticket.caller;
    const result = this.options.pipeline.prepare({ query: params.query, anonymous });
    const type =
      'document' in result
        ? getOperationAST(result.document, params.operationName)?.operation
        : undefined;
    if (type === 'mutation' && request.method === 'GET')
      throw new HttpRefusal(405, 'Mutations require POST.', ErrorCode.BAD_USER_INPUT, {
        allow: 'POST',
      });
    return { params, result, type };
  }

  private async run(run: Run): Promise<void> {
    const { prepared, facts, context, ticket, operation } = run;
    const { params, result, type } = prepared;
    if ('document' in result && type === 'subscription') await this.subscribe(run, result);
    else {
      const headers = headerMapOf({ ...facts.headers, accept: 'application/json' });
      const { text } = await this.options.apollo.execute(
        {
          method: 'POST',
          headers,
          search: '',
          body: params,
          transport: 'sse',
          ticket,
          prepared: result,
        },
        context,
      );
      operation.output.result(text.trimEnd());
    }
    operation.output.complete();
  }

  private async subscribe(run: Run, { document }: ValidDocument): Promise<void> {
    const { pipeline, schema } = this.options;
    const startedAt = performance.now();
    const { operationName, variables } = run.prepared.params;
    const { output } = run.operation;
    const name = getOperationAST(document, operationName)?.name?.value;
    const refusal = pipeline.refuse(document, operationName, variables);
    if (refusal) await output.send(new EncodedEvent(pipeline.resultOf(refusal)));
    else {
      const args: ExecutionArgs = {
        schema,
        document,
        operationName: name,
        variableValues: variables,
        contextValue: run.context,
      };
      await this.listen(run, args);
    }
    const { requestId } = run.facts;
    const { events, errors } = output;
    const record = { requestId, transport: 'sse', type: 'subscription', startedAt } as const;
    logOperation(this.options, { ...record, operationName: name, errors, events }, run.context);
  }

  private async listen(run: Run, args: ExecutionArgs): Promise<void> {
    const { pipeline, subscriptions } = this.options;
    const { ticket, operation } = run;
    const { name } = ticket.caller;
    if (!subscriptions.take(name)) {
      const refusal = pipeline.resultOf(tooManySubscriptions());
      return void (await operation.output.send(new EncodedEvent(refusal)));
    }
    try {
      const stream = await pipeline.subscribe(args, this.options);
      // The subscription only waits for events from here on, so its place is free.
      ticket.leave();
      if ('run' in stream) await this.follow(stream, run);
      else await operation.output.send(new EncodedEvent(stream));
    } finally {
      subscriptions.release(name);
    }
  }

  private async follow(stream: EventStream, { operation, connection }: Run): Promise<void> {
    connection.streams.add(stream);
    operation.stop = () => stream.stop();
    if (!this.connections.has(connection)) this.open(connection);
    if (operation.output.isClosed) stream.stop();
    try {
      await stream.run(operation.output);
    } finally {
      connection.streams.delete(stream);
    }
  }

  /** Keeps a connection alive and revalidates it until it closes, which ends its streams. */
  private open(connection: OpenStream): void {
    const { response } = connection;
    if (response.destroyed) return;
    this.connections.add(connection);
    const unwatch = this.options.unread.watch({
      bytes: () => response.writableLength,
      drop: () => response.destroy(),
    });
    const beat = setInterval(() => {
      if (!response.writableEnded) response.write(':\n\n');
    }, this.options.keepAliveMs ?? KEEP_ALIVE_MS);
    response.once('close', () => {
      clearInterval(beat);
      unwatch();
      this.connections.delete(connection);
      for (const stream of connection.streams) stream.stop();
    });
  }

  counts(): LiveCounts {
    const all = [...this.connections];
    const subscriptions = all.reduce((sum, { streams }) => sum + streams.size, 0);
    return { connections: all.length, subscriptions };
  }

  /** Destroys all streams without a `complete` event, so that clients reconnect and resume. */
  close(): void {
    this.stopChecking();
    for (const { response } of this.connections) response.destroy();
  }
}

const connectionOf = (
  response: ServerResponse,
  { facts, context }: AdmittedRequest,
  close: () => void,
): OpenStream => ({ facts, context, streams: new Set(), refusal: null, response, close });
