import { join } from 'node:path';
import type { ApolloServerPlugin } from '@apollo/server';
import { pino, type Logger } from 'pino';
import type { Config } from './config';
import { Role, type AppState, type Context, type Member, type Viewer } from './context';
import { prunePublicUsage } from './features/access/public-limits';
import { viewerOf } from './features/access/access.service';
import { KeyCache } from './features/access/key-cache';
import { Contention } from './features/appointments/booking/contention';
import { prunePublicHolds } from './features/appointments/booking/public-holds';
import { expireHolds } from './features/appointments/holds/expire-holds';
import { handlersOf } from './jobs/handler';
import { pruneJobs } from './jobs/queue';
import { JobRunner } from './jobs/runner';
import { readFeed } from './features/calendar/calendar-feed.read';
import { followLogs } from './log/follow-logs';
import { pruneEvents } from './log/prune-events';
import { autoInvite } from './features/waitlist/invitations/auto-invite';
import { runOnAppend } from './log/run-on-append';
import type { Transports } from './features/messages/transports/transport';
import { transportsFrom } from './features/messages/transports/transports';
import { planMessages } from './features/messages/delivery/enqueue-messages';
import { pruneMessages } from './features/messages/delivery/prune-messages';
import { recorderOf } from './features/messages/delivery/send';
import { inviteOnCancel } from './features/waitlist/invitations/invite';
import { expireInvitations } from './features/waitlist/invitations/expire-invitations';
import { guestOf } from './features/manage-links/guest';
import { followForWebhooks } from './features/webhooks/enqueue-deliveries';
import { pruneDeliveries } from './features/webhooks/prune-deliveries';
import { jobHandlers } from './job-handlers';
import { metricsOf } from './metrics';
import { openDatabase } from './open-database';
import { gatewaySchema } from './schema';
import { createServer, type RunningServer } from './http/server';
import type { RequestFacts } from './http/server-options';
import { clockOf } from './db/clock';
import { lockDirectory } from './db/connect';
import type { Database } from './db/database';
import { Signals } from './db/signals';
import { withRequestBatching } from './db/request-batching';
import { Ids } from './db/state/ids';
import { readinessOf } from './db/state/readiness';
import { pruneIdempotencyKeys } from './services/idempotency';
import { RuleCache } from './services/rule-cache';
import { linksOf, signerOf, type Links } from './services/links';
import { Outbound } from './services/outbound/outbound';
import { createPlanner, type Planner } from './graphql/planner/planner';
import { timeZoneDataVersion } from './lib/time-zone';
import { createEncryption } from './services/encryption';
import { versionOf } from './lib/version';
import { mayRead } from './http/limits/metrics-token';
import { playground } from './http/playground';
import { requirePort } from './http/port';

/**
 * The folder of the bundled pages: next to the compiled files, or under dist if the source runs
 * directly.
 */
const BUNDLE = join(
  __dirname,
  '..',
  __dirname.endsWith(join('dist', 'src')) ? 'playground' : join('dist', 'playground'),
);

const VERSION = versionOf(__dirname);
const NO_CONNECTIONS = { connections: 0, subscriptions: 0 };

const SWEEP_MS = 10 * 60 * 1000;
const HOLDS_MS = 10_000;
const WAITLISTS_MS = 5_000;
/** Milliseconds between an event and the planning of its messages, which batches events. */
const MESSAGES_SOON_MS = 200;

/** One gateway: what `startApp` assembled. Its contexts carry the state that it owns. */
export interface App extends AppState {
  readonly url: string;
  readonly port: number;
  readonly db: Database;
  readonly ids: Ids;
  readonly jobs: JobRunner;
  readonly links: Links;
  readonly planner: Planner;
  stop(): Promise<void>;
}

export interface AppOptions {
  /** Returns the time in epoch milliseconds. Defaults to the clock of the database. */
  readonly now?: () => number;
  readonly log?: Logger;
  /** Sends HTTP requests to webhooks. */
  readonly outbound?: Outbound;
  /** Transports of messages. Defaults to those of the configuration. */
  readonly transports?: Transports;
  /**
   * Whether messages are planned in the background. If false, the caller runs `planMessages`.
   * @default true
   */
  readonly planMessages?: boolean;
  /**
   * Whether background work runs. If false, only the log is sequenced and followed.
   * @default true
   */
  readonly backgroundWork?: boolean;
  /** Further plugins of Apollo Server, such as tracing. */
  readonly apolloPlugins?: readonly ApolloServerPlugin[];
  /**
   * Time for which bookings of a subject take the lock after a conflict, in milliseconds.
   * @default 1000
   */
  readonly contentionBackOffMs?: number;
  /** Runs after the migrations and before the server accepts requests. */
  readonly prepare?: (db: Database, ids: Ids) => Promise<void>;
}

interface EpochKeeper {
  readonly keyCache: KeyCache;
  readonly ids: Ids;
  readonly log: Logger;
  onError(error: Error): void;
}

/**
 * Invalidates ids and the key cache when the epoch of the database changes. The rule cache has its
 * own versions.
 */
function epochKeeper({ keyCache, ids, log, onError }: EpochKeeper): (epoch: number) => void {
  let current: number | null = null;
  return (epoch) => {
    if (epoch === current) return;
    if (current !== null)
      log.warn({ epoch }, 'database restored or failed over: earlier cursors have expired');
    current = epoch;
    keyCache.clear();
    void ids.enter(epoch).catch(onError);
  };
}

/**
 * Returns the caller for limits: the key, for a publishable key with the address, because many
 * clients share it. Null without a key.
 */
function competitorOf({ businessId, role, actor }: Viewer, address: string): string | null {
  if (businessId === null) return null;
  return role === Role.PUBLIC ? `${businessId} ${actor} ${address}` : `${businessId} ${actor}`;
}

/** Starts the gateway: assembles all parts. `stop` ends them in reverse order. */
export async function startApp(config: Config, options: AppOptions = {}): Promise<App> {
  const {
    log = pino({ level: config.logLevel }),
    outbound = new Outbound({
      allowedHosts: config.webhookAllowedHosts,
      ports: config.webhookPorts,
    }),
    prepare,
  } = options;
  const {
    transports = transportsFrom(config),
    planMessages: plansMessages = true,
    backgroundWork: runsBackgroundWork = true,
  } = options;
  const undo: (() => Promise<void> | void)[] = [];
  const stop = async () => {
    for (const step of undo.reverse().splice(0)) await step();
  };
  const onError = (error: Error) =>
    log.error({ err: error }, 'background work failed; it will be retried');
  const every = (ms: number, work: () => Promise<unknown>) => {
    if (!runsBackgroundWork) return;
    const timer = setInterval(() => void work().catch(onError), ms);
    undo.push(() => clearInterval(timer));
  };
  try {
    await requirePort(config.host, config.port);
    if (!config.databaseUrl) undo.push(lockDirectory(config.dataDirectory).release);
    const signals = new Signals();
    const db = await openDatabase(config, {
      signals,
      onError,
      onWait: (message) => log.warn(message),
    });
    undo.push(() => db.close());
    const { now, stop: stopClock } = options.now
      ? { now: options.now, stop: () => undefined }
      : await clockOf(db, onError);
    undo.push(stopClock);
    const ids = new Ids(db);
    await prepare?.(db, ids);
    const keyCache = new KeyCache();
    const onEpoch = epochKeeper({ keyCache, ids, log, onError });
    const logs = await followLogs(db, { ...config, onEpoch }, log, onError);
    undo.push(() => logs.stop());
    let backstopHits = 0;
    signals.occupancyRejected.on(() => (backstopHits += 1));
    const app: AppState = Object.freeze({
      log: logs.tail,
      ruleCache: new RuleCache(),
      contention: new Contention(options.contentionBackOffMs),
      keyCache,
      signals,
      inviteOnCancel,
    });

    every(SWEEP_MS, () => pruneEvents(db, now(), config.logRetentionDays));
    every(SWEEP_MS, () =>
      Promise.all([pruneIdempotencyKeys, pruneJobs].map((prune) => prune(db, now()))),
    );
    every(SWEEP_MS, () => pruneDeliveries(db, now(), config.webhookRetentionDays));
    every(SWEEP_MS, () => pruneMessages(db, now(), config.messageRetentionDays));
    every(SWEEP_MS, () => prunePublicUsage(db, now()));
    every(SWEEP_MS, () => prunePublicHolds(db, now()));
    every(HOLDS_MS, () => expireHolds(db, now()));

    let listening = `http://${config.host}:${config.port}`;
    const links = linksOf(await signerOf(db, config.signingKey), config, () => listening);
    const vault = createEncryption(config.encryptionKey);
    const contextOf = (
      viewer: Viewer,
      requestId: string,
      idempotencyKey: string | null,
    ): Context => ({
      app,
      db: withRequestBatching(db),
      ids,
      viewer,
      links,
      outbound,
      vault,
      now,
      random: Math.random,
      requestId,
      idempotencyKey,
      publicLimits: config.publicLimits,
    });
    const inBackground = (member: Member) => contextOf(member, 'jobs', null);
    const recorder = recorderOf({ carriers: transports, contextOf: inBackground });
    const handlers = jobHandlers({
      outbound,
      vault,
      carriers: transports,
      contextOf: inBackground,
    });
    const jobs = new JobRunner({ db, ids, handlers: handlersOf(handlers), now, onError });
    undo.push(() => jobs.stop());
    if (runsBackgroundWork) {
      jobs.start();
      const webhooks = followForWebhooks({ db, ids, links }, now, onError);
      undo.push(() => webhooks.stop());
    }
    if (runsBackgroundWork && plansMessages) {
      const messages = runOnAppend(
        signals,
        () => planMessages(db, ids, now(), recorder),
        onError,
        MESSAGES_SOON_MS,
      );
      undo.push(() => messages.stop());
    }
    every(WAITLISTS_MS, async () => {
      await expireInvitations(db, now());
      await autoInvite(db, (member) => contextOf(member, 'waitlist', null), now());
    });
    const schema = gatewaySchema();
    const planner = createPlanner(schema, (err) =>
      log.error({ err }, 'a plan failed; resolvers answer instead'),
    );
    let live = (): ReturnType<RunningServer['live']> => ({
      ws: NO_CONNECTIONS,
      sse: NO_CONNECTIONS,
    });
    const metrics = metricsOf({
      db,
      jobs,
      now,
      backstopHits: () => backstopHits,
      live: () => live(),
    });
    undo.push(() => metrics.stop());
    const server = await createServer({
      schema,
      log,
      readPlanned: config.planner ? planner.answer : undefined,
      apolloPlugins: options.apolloPlugins,
      host: config.host,
      port: config.port,
      production: config.production,
      maxBodyBytes: config.maxBodyBytes,
      corsOrigins: config.corsOrigins,
      corsHeaders: config.corsHeaders,
      shutdownMs: config.shutdownMs,
      compressFromBytes: config.compressFromBytes,
      introspection: config.introspection,
      async contextFor({ headers, requestId, remoteAddress, transport }: RequestFacts) {
        const lastEventId = transport === 'sse' ? (headers['last-event-id'] ?? null) : null;
        return Object.assign(
          contextOf(
            await viewerOf({ db, keyCache }, headers, (token) => guestOf(db, links, token, now())),
            requestId,
            headers['idempotency-key'] ?? null,
          ),
          { lastEventId, remoteAddress },
        );
      },
      competitorOf: ({ viewer }: Context, address) => competitorOf(viewer, address),
      limits: config.limits,
      renew: ({ viewer, requestId, idempotencyKey, remoteAddress }: Context) =>
        Object.assign(
          contextOf(viewer, requestId, idempotencyKey),
          remoteAddress === undefined ? {} : { remoteAddress },
        ),
      scopeOf: ({
        viewer: { businessId, role, staffId, clientId, clientIds, locationIds, appointmentId },
      }: Context) =>
        JSON.stringify([
          businessId,
          role,
          staffId,
          clientId,
          clientIds,
          locationIds,
          appointmentId,
        ]),
      ready: readinessOf(db),
      health: () => ({
        version: VERSION,
        database: db.dialect,
        timeZoneData: timeZoneDataVersion(),
        backstopHits,
      }),
      onOperation: metrics.onOperation,
      callerOf: ({ viewer: { businessId, role, actor } }: Context) =>
        businessId === null ? {} : { business: businessId, key: actor, role },
      ...(config.metrics
        ? {
            metrics: (authorization) =>
              mayRead(config.metricsToken, authorization) ? metrics.text() : null,
          }
        : {}),
      page: playground(BUNDLE, config),
      calendar: (token) => readFeed(db, links, token, now()),
    });
    listening = server.url;
    live = server.live;
    undo.push(() => server.stop());
    return { ...app, url: server.url, port: server.port, db, ids, jobs, links, planner, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
