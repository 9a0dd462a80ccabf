import type { DocumentNode } from 'graphql';
import { startApollo } from './apollo/apollo';
import { TextSender } from './compression';
import { GraphQLEndpoint } from './graphql-endpoint';
import { BodyBudget } from './graphql-http';
import { Admission, type Caller } from './limits/admission';
import { CallerQuota, MAX_BODIES_BYTES, SERVER_LIMITS } from './limits/server-limits';
import { UnreadBytes } from './limits/unread';
import { Listener } from './listener';
import { createPipeline } from './operations/pipeline';
import { Router } from './router';
import type { ServerOptions } from './server-options';
import { EventServer } from './sse/event-server';
import type { LiveCounts } from './viewer-revalidation';
import { serveWebSocket } from './websocket/server';

const MAX_SHUTDOWN_MS = 8_500;

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  /** Counts the memory that a plan of a document takes, or frees if negative, in the cache. */
  chargeDocument(document: DocumentNode, bytes: number): void;
  /** Returns the open connections and subscriptions by transport. */
  live(): { readonly ws: LiveCounts; readonly sse: LiveCounts };
  /**
   * Refuses new requests, waits for those in flight, and closes subscriptions so that clients
   * reconnect. Takes at most `shutdownMs` and 1 s, and never more than 10 s.
   */
  stop(): Promise<void>;
}

/** HTTP, GraphQL and WebSocket on one port. */
export async function createServer<C extends object>(
  options: ServerOptions<C>,
): Promise<RunningServer> {
  const { schema, log } = options;
  const limits = { ...SERVER_LIMITS, ...options.limits };
  const pipeline = createPipeline(schema, log, {
    ...options,
    queryTimeoutMs: limits.queryTimeoutMs,
  });
  const competitorOf = (context: C, address: string): Caller => {
    if (!options.competitorOf) return { name: address, anonymous: false };
    const name = options.competitorOf(context, address);
    return { name: name ?? `anonymous ${address}`, anonymous: name === null };
  };
  const apollo = await startApollo({ ...options, pipeline });
  const shared = {
    ...options,
    pipeline,
    apollo,
    limits,
    competitorOf,
    admission: new Admission(limits),
    subscriptions: new CallerQuota(limits.maxSubscriptionsPerCaller),
    unread: new UnreadBytes(),
  };
  const events = new EventServer(shared);
  const endpoint = new GraphQLEndpoint({
    ...shared,
    events,
    bodies: new BodyBudget(MAX_BODIES_BYTES),
    sender: new TextSender(options.compressFromBytes ?? 0),
  });
  const router = new Router({ ...options, endpoint, format: pipeline.format });
  const listener = new Listener(
    (request, response) => router.serve(request, response),
    options.timeouts,
  );
  const sockets = serveWebSocket(listener.server, shared);
  const port = await listener.listen(options.port, options.host);
  const host = options.host === '0.0.0.0' || options.host === '::' ? 'localhost' : options.host;

  async function shutDown(): Promise<void> {
    events.close();
    const gracePeriodMs = Math.min(options.shutdownMs, MAX_SHUTDOWN_MS);
    await Promise.all([listener.close(gracePeriodMs), sockets.close(gracePeriodMs)]);
    await apollo.stop();
    shared.unread.stop();
  }

  let stopped: Promise<void> | undefined;
  return {
    url: `http://${host}:${port}`,
    port,
    chargeDocument: pipeline.charge,
    live: () => ({ ws: sockets.counts(), sse: events.counts() }),
    stop: () => (stopped ??= shutDown()),
  };
}
