import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { ErrorCode } from '../../errors';
import { HttpRefusal } from '../graphql-http';
import { tooManySubscriptions, type CallerQuota } from '../limits/server-limits';
import type { Connection } from '../viewer-revalidation';
import { EventOutput } from './event-output';

/** For how long a reservation waits for its connection. */
const RESERVED_MS = 30_000;

/** An open response with events. */
export interface OpenStream extends Connection {
  readonly response: ServerResponse;
}

export interface RunningOperation {
  readonly output: EventOutput;
  /** Ends its subscription; undefined until it has one. */
  stop?: () => void;
}

/** The stream of a client, on which all of its operations send their results. */
export interface ReservedStream {
  readonly token: string;
  readonly caller: string;
  readonly operations: Map<string, RunningOperation>;
  /** Null until the client has connected. */
  connection: OpenStream | null;
  readonly expiry: NodeJS.Timeout;
}

const refuse = (status: number, message: string): HttpRefusal =>
  new HttpRefusal(status, message, status === 404 ? ErrorCode.NOT_FOUND : ErrorCode.BAD_USER_INPUT);

/** Reservations of streams, in the memory of the process that issued them. */
export class ReservedStreams {
  private readonly streams = new Map<string, ReservedStream>();

  /** @param quota counts each reservation as a subscription of its caller. */
  constructor(private readonly quota: CallerQuota) {}

  /** Returns the token of a new reservation. @throws DomainError BUSY at the limit of the caller */
  reserve(caller: string): string {
    if (!this.quota.take(caller)) throw tooManySubscriptions();
    const stream: ReservedStream = {
      token: randomBytes(24).toString('base64url'),
      caller,
      operations: new Map(),
      connection: null,
      expiry: setTimeout(() => this.release(stream), RESERVED_MS).unref(),
    };
    this.streams.set(stream.token, stream);
    return stream.token;
  }

  /** @throws HttpRefusal 404 for an unknown token, and for that of another caller */
  find(token: string, caller: string): ReservedStream {
    const stream = this.streams.get(token);
    if (stream?.caller !== caller)
      throw refuse(404, 'Unknown event stream. Reserve one with PUT, at the same process.');
    return stream;
  }

  /** @throws HttpRefusal 409 if the stream has a connection */
  connect(stream: ReservedStream, connection: OpenStream): void {
    if (stream.connection) throw refuse(409, 'The event stream is already connected.');
    clearTimeout(stream.expiry);
    stream.connection = connection;
    connection.response.once('close', () => this.release(stream));
    if (connection.response.destroyed) this.release(stream);
  }

  /** @throws HttpRefusal 409 if the stream has no connection, or the id is in use */
  add(
    { connection, operations }: ReservedStream,
    id: string,
  ): { readonly operation: RunningOperation; readonly connection: OpenStream } {
    if (!connection) throw refuse(409, 'Connect the event stream with GET first.');
    if (operations.has(id)) throw refuse(409, 'An operation with this id is in flight.');
    const operation = { output: new EventOutput(connection.response, id) };
    operations.set(id, operation);
    return { operation, connection };
  }

  /** Ends an operation without a `complete` event. Unknown ids are ignored. */
  stop({ operations }: ReservedStream, id: string): void {
    const operation = operations.get(id);
    operations.delete(id);
    operation?.output.end();
    operation?.stop?.();
  }

  /** Removes an operation that has ended, unless its id is in use by a later one. */
  remove({ operations }: ReservedStream, id: string, operation: RunningOperation): void {
    if (operations.get(id) === operation) operations.delete(id);
  }

  /** Ends the stream of a revoked key once its operations have sent their errors. */
  endIfIdle({ connection, operations }: ReservedStream): void {
    if (operations.size === 0) connection?.response.end();
  }

  private release(stream: ReservedStream): void {
    if (!this.streams.delete(stream.token)) return;
    clearTimeout(stream.expiry);
    this.quota.release(stream.caller);
    for (const id of stream.operations.keys()) this.stop(stream, id);
  }
}
