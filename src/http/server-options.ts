import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLSchema } from 'graphql';
import type { Deadline } from '../lib/deadline';
import type { OperationSink } from './access-log';
import type { Feed } from './calendar-feed';
import type { TrustedProxies } from './client-address';
import type { MetricsSource } from './metrics-server';
import type { ServerLimits } from './limits/server-limits';
import type { ReadPlanned } from './operations/operation-run';
import type { Viewers } from './operations/pipeline';

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
  /** The deadline of a context, which stops the work of a query when its time limit has passed. */
  readonly deadlineOf?: (context: C) => Deadline | undefined;
  /** Proxies whose `X-Forwarded-For` is believed. Defaults to none. */
  readonly trustedProxies?: TrustedProxies;
  readonly limits?: Partial<ServerLimits>;
  /** Milliseconds for the headers and for the whole of a request. @default 10,000 and 30,000 */
  readonly timeouts?: { readonly headersTimeout?: number; readonly requestTimeout?: number };
  /** The planner, which reads queries without executing them. */
  readonly readPlanned?: ReadPlanned;
  /** Further plugins of Apollo Server, such as tracing. */
  readonly apolloPlugins?: readonly ApolloServerPlugin[];
  /** Rejects while the server is not ready; the message of a DomainError is sent. */
  readonly ready: () => Promise<void>;
  readonly health: () => Record<string, unknown>;
  /** Returns null if the caller may not read metrics. */
  readonly metrics?: MetricsSource;
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
