import type { Socket } from 'node:net';
import {
  getOperationAST,
  GraphQLError,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLFormattedError,
  type OperationDefinitionNode,
  type OperationTypeNode,
} from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { costExtensions } from '../../graphql/limits/limits';
import { logOperation } from '../access-log';
import { overloaded, type Admission, type Ticket } from '../limits/admission';
import type { Pipeline } from '../operations/pipeline';
import type { ServerOptions } from '../server-options';
import type { EventStream } from '../subscriptions/event-stream';
import type { SocketConnection, SocketConnections } from './socket-connections';
import { WebSocketSink } from './websocket-sink';

export interface OperationOptions extends Pick<
  ServerOptions,
  'schema' | 'log' | 'renew' | 'scopeOf' | 'callerOf' | 'onOperation'
> {
  readonly pipeline: Pipeline;
  readonly admission: Admission;
}

/** The arguments of `execute` and `subscribe`, with the data for the access log. */
interface Operation extends ExecutionArgs {
  readonly id: string;
  readonly socket: WebSocket;
  /** The TCP socket of the WebSocket. */
  readonly wire: Socket;
  readonly requestId: string;
  readonly startedAt: number;
  readonly type: OperationTypeNode;
  readonly ticket: Ticket;
}

/** A message that begins an operation, and its socket. */
interface Request {
  readonly id: string;
  readonly socket: WebSocket;
  readonly wire: Socket;
  readonly payload: SubscribePayload;
}

interface Admitted {
  readonly ticket: Ticket;
  readonly end: () => void;
}

/** A formatted refusal as the GraphQLError that graphql-ws requires. */
export class RefusalError extends GraphQLError {
  constructor(readonly formatted: GraphQLFormattedError) {
    super(formatted.message);
  }
}

/**
 * Reads the idempotency key from the extensions of an operation. A header would apply to every
 * operation of the socket.
 */
function keyOf(extensions: Readonly<Record<string, unknown>> | null | undefined): {
  idempotencyKey?: string;
} {
  const key = extensions?.idempotencyKey;
  return key === undefined || key === null ? {} : { idempotencyKey: String(key) };
}

/** Runs the operations of WebSockets through the pipeline. */
export class SocketOperations {
  constructor(
    private readonly options: OperationOptions,
    private readonly connections: SocketConnections,
  ) {}

  /** Admits an operation. Returns the arguments to execute, or its refusals. */
  async begin({ id, socket, wire, payload }: Request): Promise<Operation | RefusalError[]> {
    const { schema, renew } = this.options;
    const connection = this.connections.of(socket) as SocketConnection;
    const { requestId } = connection.facts;
    const startedAt = performance.now();
    const { operationName, variables, extensions } = payload;
    const refuse = (errors: readonly GraphQLFormattedError[]) => {
      const record = { requestId, transport: 'ws', operationName, startedAt, errors } as const;
      logOperation(this.options, record, connection.context);
      return errors.map((error) => new RefusalError(error));
    };
    const admitted = await this.admit(connection, socket);
    if ('error' in admitted) return refuse([admitted.error]);
    const { ticket, end } = admitted;
    const accepted = this.accept(payload, connection.caller.anonymous);
    if ('errors' in accepted) {
      end();
      return refuse(accepted.errors);
    }
    const { document } = accepted;
    const { operation: type, name } = getOperationAST(
      document,
      operationName,
    ) as OperationDefinitionNode;
    const refusalOfStart = this.connections.begin(connection, id, { type, end });
    if (refusalOfStart) return refuse([refusalOfStart]);
    return {
      schema,
      document,
      operationName: name?.value,
      variableValues: variables,
      contextValue: Object.assign(renew(connection.context), keyOf(extensions)),
      id,
      socket,
      wire,
      requestId,
      startedAt,
      type,
      ticket,
    };
  }

  async execute(args: ExecutionArgs): Promise<ExecutionResult> {
    const { pipeline } = this.options;
    const operation = args as Operation;
    const { ticket, document, operationName, variableValues } = operation;
    const cost = pipeline.costOf(document, operationName, variableValues);
    const result = await ticket.weigh(cost).then(
      () => pipeline.run(operation, (work) => ticket.keepUntil(work)),
      (error: unknown) => pipeline.resultOf(error),
    );
    // An unread response occupies the socket only, not a place in the process.
    ticket.leave();
    this.logResult(operation, { errors: result.errors });
    return { ...result, extensions: { ...costExtensions(cost) } };
  }

  async subscribe(
    args: ExecutionArgs,
  ): Promise<ExecutionResult | AsyncIterableIterator<never, undefined>> {
    const operation = args as Operation;
    const result = await this.options.pipeline.subscribe(operation, this.options);
    // The subscription only waits for events from here on, so its place is free.
    operation.ticket.leave();
    this.connections.of(operation.socket)?.gate.leave();
    if ('run' in result) return this.streamFor(result, operation);
    this.logResult(operation, { errors: result.errors });
    return result;
  }

  /** Waits for admission of an operation, to its socket and to the process. */
  private async admit(
    connection: SocketConnection,
    socket: WebSocket,
  ): Promise<Admitted | { readonly error: GraphQLFormattedError }> {
    const { gate, caller } = connection;
    await gate.enter();
    connection.usedAt = performance.now();
    try {
      if (socket.readyState !== socket.OPEN) throw overloaded('The connection was closed.');
      if (connection.refusal) throw connection.refusal;
      const isGone = () => socket.readyState !== socket.OPEN;
      const ticket = await this.options.admission.enter(caller, isGone);
      if (connection.refusal) {
        ticket.leave();
        throw connection.refusal;
      }
      return { ticket, end: () => (ticket.leave(), gate.leave()) };
    } catch (error) {
      gate.leave();
      return { error: this.options.pipeline.format(error) };
    }
  }

  /** Returns the document of an operation within the limits, or the formatted errors. */
  private accept(
    { query, operationName, variables }: SubscribePayload,
    anonymous: boolean,
  ): { readonly document: DocumentNode } | { readonly errors: readonly GraphQLFormattedError[] } {
    const { pipeline } = this.options;
    const prepared = pipeline.prepare({ query, anonymous });
    if ('errors' in prepared) return prepared;
    const refusal = pipeline.refuse(prepared.document, operationName, variables);
    return refusal ? { errors: [pipeline.format(refusal)] } : prepared;
  }

  /**
   * Returns an iterator that sends events itself and yields only its end, because graphql-ws would
   * serialize each event for each subscriber. A full socket pauses only its own streams.
   */
  private streamFor(
    stream: EventStream,
    operation: Operation,
  ): AsyncIterableIterator<never, undefined> {
    const { streams } = this.connections.of(operation.socket) as SocketConnection;
    const sink = new WebSocketSink(operation);
    streams.add(stream);
    const end = () => {
      if (streams.delete(stream)) this.logResult(operation, sink);
    };
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      async next() {
        await stream.run(sink);
        end();
        return { done: true, value: undefined };
      },
      async return() {
        end();
        stream.stop();
        return { done: true, value: undefined };
      },
    };
  }

  private logResult(
    { requestId, startedAt, type, operationName, contextValue }: Operation,
    { errors, events }: { errors: ExecutionResult['errors']; events?: number },
  ): void {
    logOperation(
      this.options,
      { requestId, transport: 'ws', type, operationName, startedAt, errors, events },
      contextValue as object,
    );
  }
}
