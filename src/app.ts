import { pino, type Logger } from 'pino';
import type { AppOptions } from './start/app-options';
import { startBackgroundWork } from './start/background-work';
import type { Config } from './config';
import type { AppState, Context, ContextFactory } from './context';
import { clockOf } from './db/clock';
import { lockDirectory } from './db/connect';
import type { Database } from './db/database';
import { withRequestBatching } from './db/request-batching';
import { Signals } from './db/signals';
import { Ids } from './db/state/ids';
import { KeyCache } from './features/access/key-cache';
import { Contention } from './services/contention';
import { inviteOnCancel } from './features/waitlist/invitations/invite';
import { Planner } from './graphql/planner/planner';
import { requirePort } from './http/port';
import type { RunningServer } from './http/server';
import type { JobRunner } from './jobs/runner';
import { followLogs } from './log/follow-logs';
import { openDatabase } from './start/open-database';
import { gatewaySchema } from './schema';
import { subgraphSchema } from './subgraph';
import { serve } from './start/serve';
import { createVault } from './services/encryption';
import { linksOf, signerOf, type Links } from './services/links';
import { Outbound } from './services/outbound/outbound';
import { RuleCache } from './services/rule-cache';

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

/** Ends what has started, in reverse order. */
class Undo {
  private readonly steps: (() => Promise<void> | void)[] = [];

  add(step: () => Promise<void> | void): void {
    this.steps.push(step);
  }

  async run(): Promise<void> {
    for (const step of this.steps.reverse().splice(0)) await step();
  }
}

/** Starts the gateway: assembles all parts. `stop` ends them in reverse order. */
export async function startApp(config: Config, options: AppOptions = {}): Promise<App> {
  const log = options.log ?? pino({ level: config.logLevel });
  const undo = new Undo();
  const onError = (error: Error) =>
    log.error({ err: error }, 'background work failed; it will be retried');
  try {
    await requirePort(config.host, config.port);
    if (config.metricsPort !== null) await requirePort(config.host, config.metricsPort);
    const { db, ids, now, state } = await openState(config, options, { log, undo, onError });
    const address = { url: `http://${config.host}:${config.port}` };
    const links = linksOf(await signerOf(db, config.signingKey), config, () => address.url);
    const outbound = options.outbound ?? outboundOf(config);
    const services = {
      db,
      ids,
      links,
      outbound,
      vault: createVault(config.encryptionKey, config.previousEncryptionKeys),
      now,
    };
    const parts = { ...services, config, options, contextOf: contextsOf(state, services, config) };
    const { keyCache } = state;
    const { jobs, stop } = startBackgroundWork({ ...parts, keyCache, onError });
    undo.add(stop);
    let chargeDocument: RunningServer['chargeDocument'] = () => undefined;
    const schema = config.subgraph ? subgraphSchema() : gatewaySchema();
    const planner = new Planner(
      schema,
      (err) => log.error({ err }, 'a plan failed; resolvers answer instead'),
      (document, bytes) => chargeDocument(document, bytes),
    );
    const served = await serve({ ...parts, log, keyCache, jobs, planner, schema });
    undo.add(served.stop);
    address.url = served.url;
    chargeDocument = served.chargeDocument;
    const { url, port } = served;
    return { ...state, url, port, db, ids, jobs, links, planner, stop: () => undo.run() };
  } catch (error) {
    await undo.run();
    throw error;
  }
}

interface Starting {
  readonly log: Logger;
  readonly undo: Undo;
  onError(error: Error): void;
}

/** Opens the database, its clock and its logs, and makes the state of the App. */
async function openState(config: Config, options: AppOptions, { log, undo, onError }: Starting) {
  if (!config.databaseUrl) undo.add(lockDirectory(config.dataDirectory).release);
  const signals = new Signals();
  if (log.isLevelEnabled('trace'))
    signals.statementSent.on((text) => log.trace({ sql: text }, 'SQL statement'));
  const onWait = (message: string) => log.warn(message);
  const db = await openDatabase(config, { signals, onError, onWait });
  undo.add(() => db.close());
  const clock = options.now
    ? { now: options.now, stop: () => undefined }
    : await clockOf(db, onError);
  undo.add(clock.stop);
  const ids = new Ids(db);
  await options.prepare?.(db, ids);
  const keyCache = new KeyCache();
  const onEpoch = epochKeeper({ keyCache, ids, log, onError });
  const logs = await followLogs(db, { ...config, onEpoch }, log, onError);
  undo.add(() => logs.stop());
  const state: AppState = Object.freeze({
    log: logs.tail,
    ruleCache: new RuleCache(),
    contention: new Contention(options.contentionBackOffMs),
    keyCache,
    signals,
    inviteOnCancel,
  });
  return { db, ids, now: clock.now, state };
}

const outboundOf = (config: Config): Outbound =>
  new Outbound({ allowedHosts: config.webhookAllowedHosts, ports: config.webhookPorts });

/**
 * Returns a function that makes the context of an operation. Names each property: copying the
 * services of each operation takes longer than reading its row.
 */
const contextsOf =
  (
    app: AppState,
    services: Pick<Context, 'db' | 'ids' | 'links' | 'outbound' | 'vault' | 'now'>,
    { publicLimits }: Config,
  ): ContextFactory =>
  ({ viewer, requestId, idempotencyKey = null, deadline, remoteAddress, lastEventId }) => ({
    app,
    db: withRequestBatching(services.db, deadline),
    ids: services.ids,
    viewer,
    links: services.links,
    outbound: services.outbound,
    vault: services.vault,
    deadline,
    remoteAddress,
    publicLimits,
    now: services.now,
    random: Math.random,
    requestId,
    idempotencyKey,
    lastEventId,
  });
