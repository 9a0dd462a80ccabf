import type { Duplex } from 'node:stream';
import type { GraphQLFormattedError, OperationTypeNode } from 'graphql';
import { CloseCode } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Caller } from '../limits/admission';
import { CallerQuota, tooManySubscriptions, type ServerLimits } from '../limits/server-limits';
import { SocketGate } from '../limits/socket-gate';
import type { UnreadBytes } from '../limits/unread';
import type { Pipeline } from '../operations/pipeline';
import type { RequestFacts } from '../server-options';
import type { Connection } from '../viewer-revalidation';

/** Milliseconds that a client has to acknowledge a close frame. */
export const CLOSING_MS = 500;

const TRY_AGAIN_LATER = 1013;
const NORMAL = 1000;
/** Maximum WebSockets before `connection_init`. The oldest is closed for the newest. */
const MAX_PENDING = 1_000;
/** Milliseconds that a client may leave responses unread. */
const STALLED_MS = 120_000;
/** Maximum operations in flight on a WebSocket without a key. */
const ANONYMOUS_OPERATIONS = 2;
const SWEEP_MS = 5_000;

export interface SocketConnection extends Connection {
  readonly caller: Caller;
  readonly gate: SocketGate;
  /**
   * Functions that end operations, by operation id. A client may reuse an id before its operation
   * has ended.
   */
  readonly endings: Map<string, (() => void)[]>;
  /** Queries and mutations in flight. */
  running: number;
  subscriptions: number;
  /** Time of the last operation, by `performance.now()`. */
  usedAt: number;
}

export interface ConnectionOptions {
  readonly pipeline: Pipeline;
  readonly limits: ServerLimits;
  /** Subscriptions of all callers, over every transport. */
  readonly subscriptions: CallerQuota;
  readonly competitorOf: (context: any, remoteAddress: string) => Caller;
  readonly unread: UnreadBytes;
}

/** The WebSockets of a process, their operations, and the limits of both. */
export class SocketConnections {
  /** Connections after `connection_init`. */
  readonly all = new Set<SocketConnection>();
  private readonly bySocket = new WeakMap<WebSocket, SocketConnection>();
  private readonly perCaller: CallerQuota;
  private readonly anonymous: CallerQuota;
  private readonly pending = new Set<WebSocket>();
  private readonly gates = new Map<WebSocket, SocketGate>();
  private readonly sweeping: NodeJS.Timeout;

  constructor(private readonly options: ConnectionOptions) {
    const { maxSocketsPerCaller, maxAnonymousSockets, anonymousIdleMs } = options.limits;
    this.perCaller = new CallerQuota(maxSocketsPerCaller);
    this.anonymous = new CallerQuota(maxAnonymousSockets);
    this.sweeping = setInterval(() => this.sweep(), Math.min(SWEEP_MS, anonymousIdleMs / 4));
    this.sweeping.unref();
  }

  /** Returns the connection of a socket after `connection_init`. */
  of(socket: WebSocket): SocketConnection | undefined {
    return this.bySocket.get(socket);
  }

  /** Watches a socket from its upgrade on. `wire` is its TCP socket. */
  open(client: WebSocket, wire: Duplex): void {
    const { limits, unread } = this.options;
    this.gates.set(client, new SocketGate(client, wire, limits.maxOperationsPerSocket));
    const unwatch = unread.watch({
      bytes: () => client.bufferedAmount,
      drop: () => client.terminate(),
    });
    client.once('close', () => {
      unwatch();
      this.gates.get(client)?.close();
      this.gates.delete(client);
      this.pending.delete(client);
    });
    this.pending.add(client);
    const [oldest] = this.pending;
    if (this.pending.size > MAX_PENDING) oldest?.terminate();
  }

  /** Registers a connection. Returns false if it is refused. */
  register(socket: WebSocket, facts: RequestFacts, context: object): boolean {
    const caller = this.options.competitorOf(context, facts.remoteAddress);
    const quota = caller.anonymous ? this.anonymous : this.perCaller;
    const name = caller.anonymous ? '' : caller.name;
    const gate = this.gates.get(socket);
    this.pending.delete(socket);
    if (!gate || socket.readyState !== socket.OPEN) return false;
    if (caller.anonymous) gate.limitTo(ANONYMOUS_OPERATIONS);
    if (!quota.take(name)) {
      socket.close(TRY_AGAIN_LATER, 'Too many connections.');
      return false;
    }
    const connection = connectionOf(socket, { facts, context, caller, gate });
    this.bySocket.set(socket, connection);
    this.all.add(connection);
    socket.once('close', () => {
      this.all.delete(connection);
      quota.release(name);
      for (const [id, endings] of connection.endings)
        endings.forEach(() => this.end(connection, id));
    });
    return true;
  }

  /** Counts an operation until `end`. Returns the reason for a refusal, or null. */
  begin(
    connection: SocketConnection,
    id: string,
    { type, end }: { type: OperationTypeNode; end: () => void },
  ): GraphQLFormattedError | null {
    const { limits, subscriptions, pipeline } = this.options;
    const { caller, endings } = connection;
    const isSubscription = type === 'subscription';
    if (
      isSubscription &&
      (connection.subscriptions >= limits.maxSubscriptionsPerSocket ||
        !subscriptions.take(caller.name))
    ) {
      end();
      return pipeline.format(tooManySubscriptions());
    }
    if (isSubscription) connection.subscriptions += 1;
    else connection.running += 1;
    const ending = () => {
      connection.usedAt = performance.now();
      if (isSubscription) {
        connection.subscriptions -= 1;
        subscriptions.release(caller.name);
      } else {
        connection.running -= 1;
        end();
      }
    };
    endings.set(id, [...(endings.get(id) ?? []), ending]);
    return null;
  }

  /** Ends an operation. Does nothing if no operation has the id. */
  end(connection: SocketConnection | undefined, id: string): void {
    const [ending, ...others] = connection?.endings.get(id) ?? [];
    if (!connection || !ending) return;
    if (others.length) connection.endings.set(id, others);
    else connection.endings.delete(id);
    ending();
  }

  stop(): void {
    clearInterval(this.sweeping);
  }

  /** Closes connections with unread responses, and idle connections without a key. */
  private sweep(): void {
    for (const [socket, gate] of this.gates) {
      if (gate.isStalled(STALLED_MS)) socket.terminate();
      const connection = this.bySocket.get(socket);
      const isIdle = connection?.caller.anonymous && gate.idle && !connection.subscriptions;
      const { anonymousIdleMs } = this.options.limits;
      if (isIdle && performance.now() - connection.usedAt > anonymousIdleMs)
        socket.close(NORMAL, 'Idle');
    }
  }
}

const connectionOf = (
  socket: WebSocket,
  properties: Pick<SocketConnection, 'facts' | 'context' | 'caller' | 'gate'>,
): SocketConnection => ({
  ...properties,
  endings: new Map(),
  streams: new Set(),
  running: 0,
  subscriptions: 0,
  usedAt: performance.now(),
  refusal: null,
  close() {
    socket.close(CloseCode.Forbidden, 'Forbidden');
    setTimeout(() => socket.terminate(), CLOSING_MS).unref();
  },
});
