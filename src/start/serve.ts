import { printSchema, type GraphQLSchema } from 'graphql';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { AppOptions } from './app-options';
import type { Config } from '../config';
import { Role, type Context, type ContextFactory, type Viewer } from '../context';
import { migrations } from '../db/migrations';
import { readinessOf } from '../db/state/readiness';
import { viewerOf } from '../features/access/access.service';
import type { KeyCache } from '../features/access/key-cache';
import { readFeed } from '../features/calendar/serve-feed';
import { guestOf } from '../features/manage-links/guest';
import type { Planner } from '../graphql/planner/planner';
import { mayRead } from '../http/limits/metrics-token';
import { serveMetrics, type MetricsSource } from '../http/metrics-server';
import { playground } from '../http/playground';
import { createServer, type RunningServer } from '../http/server';
import type { RequestFacts } from '../http/server-options';
import type { JobRunner } from '../jobs/runner';
import { Deadline } from '../lib/deadline';
import { timeZoneDataVersion } from '../lib/time-zone';
import { commitOf, versionOf } from '../lib/version';
import { metricsOf } from '../metrics';

/**
 * The folder of the bundled pages: next to the compiled files, or under dist if the source runs
 * directly.
 */
const BUNDLE = join(
  __dirname,
  '..',
  '..',
  __dirname.endsWith(join('dist', 'src', 'start')) ? 'playground' : join('dist', 'playground'),
);

const VERSION = versionOf(__dirname);
/** The newest migration of this version. */
const MIGRATION = migrations.at(-1)?.name;
const COMMIT = commitOf(__dirname);
const NO_CONNECTIONS = { connections: 0, subscriptions: 0 };

interface ServedParts extends Pick<Context, 'db' | 'links' | 'now'> {
  readonly config: Config;
  readonly options: AppOptions;
  readonly log: Logger;
  readonly keyCache: KeyCache;
  readonly jobs: JobRunner;
  readonly planner: Planner;
  readonly schema: GraphQLSchema;
  readonly contextOf: ContextFactory;
}

/**
 * Returns the caller for limits: the key, for a publishable key with the address, because many
 * clients share it. Null without a key.
 */
function competitorOf({ businessId, role, actor }: Viewer, address: string): string | null {
  if (businessId === null) return null;
  return role === Role.PUBLIC ? `${businessId} ${actor} ${address}` : `${businessId} ${actor}`;
}

/** Identifies what a viewer may see, for subscribers that share an execution. */
const scopeOf = ({
  businessId,
  role,
  staffId,
  clientId,
  clientIds,
  locationIds,
  appointmentId,
}: Viewer): string =>
  JSON.stringify([businessId, role, staffId, clientId, clientIds, locationIds, appointmentId]);

/** Starts the metrics and the server. `stop` ends them in reverse order. */
export async function serve(
  parts: ServedParts,
): Promise<Pick<RunningServer, 'url' | 'port' | 'stop' | 'chargeDocument'>> {
  const { db, links, now, config, options, log, jobs, planner, schema, contextOf } = parts;
  let backstopHits = 0;
  db.signals.occupancyRejected.on(() => (backstopHits += 1));
  let live = (): ReturnType<RunningServer['live']> => ({
    ws: NO_CONNECTIONS,
    sse: NO_CONNECTIONS,
  });
  const counts = { backstopHits: () => backstopHits, live: () => live() };
  const metrics = metricsOf({ db, jobs, now, ...counts });
  const schemaVersion = schemaVersionOf(schema);
  const readMetrics: MetricsSource = (authorization) =>
    mayRead(config.metricsToken, authorization) ? metrics.text() : null;
  const stopMetrics = await listenForMetrics(config, readMetrics);
  const server = await createServer({
    ...settingsOf(config),
    schema,
    log,
    readPlanned: config.planner ? planner.answer.bind(planner) : undefined,
    apolloPlugins: options.apolloPlugins,
    contextFor: (facts) => contextFor(parts, facts),
    competitorOf: ({ viewer }: Context, address) => competitorOf(viewer, address),
    renew: ({ viewer, requestId, idempotencyKey, remoteAddress }: Context) =>
      contextOf({ viewer, requestId, idempotencyKey, remoteAddress, deadline: new Deadline() }),
    deadlineOf: ({ deadline }: Context) => deadline,
    scopeOf: ({ viewer }: Context) => scopeOf(viewer),
    ready: readinessOf(db),
    health: () => ({
      version: VERSION,
      commit: COMMIT,
      schema: schemaVersion,
      migration: MIGRATION,
      database: db.dialect,
      timeZoneData: timeZoneDataVersion(),
      backstopHits,
    }),
    onOperation: metrics.onOperation,
    callerOf: ({ viewer: { businessId, role, actor } }: Context) =>
      businessId === null ? {} : { business: businessId, key: actor, role },
    ...(config.metrics && config.metricsPort === null && { metrics: readMetrics }),
    page: playground(BUNDLE, config),
    calendar: (token) => readFeed(db, links, token, now()),
  }).catch(async (error: unknown) => {
    await stopMetrics();
    metrics.stop();
    throw error;
  });
  live = server.live;
  return {
    url: server.url,
    port: server.port,
    chargeDocument: server.chargeDocument,
    async stop() {
      await server.stop();
      await stopMetrics();
      metrics.stop();
    },
  };
}

/** Returns a hash of the schema: processes that report the same serve the same API. */
const schemaVersionOf = (schema: GraphQLSchema): string =>
  createHash('sha256').update(printSchema(schema)).digest('hex').slice(0, 12);

/** Listens on the port of the metrics, if they have one. Returns the function that ends it. */
async function listenForMetrics(
  { metrics, metricsPort: port, host }: Config,
  read: MetricsSource,
): Promise<() => Promise<void>> {
  return metrics && port !== null ? serveMetrics(read, { host, port }) : async () => undefined;
}

/** Returns the options of the server that are settings. */
const settingsOf = (config: Config) => ({
  host: config.host,
  port: config.port,
  production: config.production,
  maxBodyBytes: config.maxBodyBytes,
  corsOrigins: config.corsOrigins,
  corsHeaders: config.corsHeaders,
  shutdownMs: config.shutdownMs,
  compressFromBytes: config.compressFromBytes,
  introspection: config.introspection,
  limits: config.limits,
  trustedProxies: config.trustedProxies,
});

/** @throws DomainError UNAUTHENTICATED for an unknown or revoked key */
async function contextFor(
  { db, links, now, keyCache, contextOf }: ServedParts,
  { headers, requestId, remoteAddress, transport }: RequestFacts,
): Promise<Context> {
  const lastEventId = transport === 'sse' ? (headers['last-event-id'] ?? null) : null;
  const guest = (token: string) => guestOf(db, links, token, now());
  const viewer = await viewerOf({ db, keyCache, now }, headers, guest);
  const idempotencyKey = headers['idempotency-key'] ?? null;
  const deadline = new Deadline();
  return contextOf({ viewer, requestId, idempotencyKey, deadline, lastEventId, remoteAddress });
}
