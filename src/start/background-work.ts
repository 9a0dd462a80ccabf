import type { AppOptions } from './app-options';
import type { Config } from '../config';
import type { Context, ContextFactory, Member } from '../context';
import type { KeyCache } from '../features/access/key-cache';
import { KEY_USES_MS } from '../features/access/lifetime/key-uses';
import { prunePublicUsage } from '../features/access/public-limits';
import { prunePublicHolds } from '../features/appointments/booking/public-holds';
import { expireHolds } from '../features/appointments/holds/expire-holds';
import { planMessages } from '../features/messages/delivery/enqueue-messages';
import { pruneMessages } from '../features/messages/delivery/prune-messages';
import { recorderOf } from '../features/messages/delivery/send';
import { transportsFrom } from '../features/messages/transports/transports';
import { autoInvite } from '../features/waitlist/invitations/auto-invite';
import { expireInvitations } from '../features/waitlist/invitations/expire-invitations';
import { followForWebhooks } from '../features/webhooks/delivery/enqueue-deliveries';
import { pruneDeliveries } from '../features/webhooks/delivery/prune-deliveries';
import { jobHandlers } from './job-handlers';
import { handlersOf } from '../jobs/handler';
import { pruneJobs } from '../jobs/queue';
import { JobRunner } from '../jobs/runner';
import { pruneEvents } from '../log/prune-events';
import { runOnAppend } from '../log/run-on-append';
import { pruneIdempotencyKeys } from '../services/idempotency';

const SWEEP_MS = 10 * 60 * 1000;
const HOLDS_MS = 10_000;
const WAITLISTS_MS = 5_000;
/** Milliseconds between an event and the planning of its messages, which batches events. */
const MESSAGES_SOON_MS = 200;

type Services = Pick<Context, 'db' | 'ids' | 'links' | 'outbound' | 'vault' | 'now'>;

interface BackgroundParts extends Services {
  readonly config: Config;
  readonly keyCache: KeyCache;
  readonly options: AppOptions;
  readonly contextOf: ContextFactory;
  onError(error: Error): void;
}

/**
 * Starts timers, jobs and what follows the log, except if the options exclude background work.
 * `stop` ends them in reverse order.
 */
export function startBackgroundWork(parts: BackgroundParts): {
  readonly jobs: JobRunner;
  stop(): Promise<void>;
} {
  const { db, ids, links, outbound, vault, now, config, options, contextOf, onError } = parts;
  const { transports: carriers = transportsFrom(config), deliveryTimings, jobLeaseMs } = options;
  const inBackground = (member: Member) => contextOf({ viewer: member, requestId: 'jobs' });
  const handlers = jobHandlers({
    outbound,
    vault,
    carriers,
    contextOf: inBackground,
    deliveryTimings,
  });
  const jobs = new JobRunner({
    db,
    ids,
    handlers: handlersOf(handlers),
    now,
    onError,
    leaseMs: jobLeaseMs,
  });
  if (options.backgroundWork === false) return { jobs, stop: () => jobs.stop() };
  const stopSweeps = startSweeps(parts);
  jobs.start();
  const followers = [followForWebhooks({ db, ids, links }, now, onError)];
  if (options.planMessages !== false) {
    const recorder = recorderOf({ carriers, contextOf: inBackground });
    const plan = () => planMessages(db, ids, now(), recorder);
    followers.push(runOnAppend(db.signals, plan, onError, MESSAGES_SOON_MS));
  }
  return {
    jobs,
    async stop() {
      stopSweeps();
      await parts.keyCache.uses.write(db).catch(onError);
      for (const follower of followers.reverse()) await follower.stop();
      await jobs.stop();
    },
  };
}

/** Starts the work that is due at intervals. Returns a function that ends it. */
function startSweeps({ db, now, keyCache, ...parts }: BackgroundParts): () => void {
  const { config, contextOf, onError } = parts;
  const every = (ms: number, work: () => Promise<unknown>) =>
    setInterval(() => void work().catch(onError), ms);
  const timers = [
    every(SWEEP_MS, () => pruneEvents(db, now(), config.logRetentionDays)),
    every(SWEEP_MS, () =>
      Promise.all([pruneIdempotencyKeys, pruneJobs].map((prune) => prune(db, now()))),
    ),
    every(SWEEP_MS, () => pruneDeliveries(db, now(), config.webhookRetentionDays)),
    every(SWEEP_MS, () => pruneMessages(db, now(), config.messageRetentionDays)),
    every(SWEEP_MS, () => prunePublicUsage(db, now())),
    every(SWEEP_MS, () => prunePublicHolds(db, now())),
    every(KEY_USES_MS, () => keyCache.uses.write(db)),
    every(HOLDS_MS, () => expireHolds(db, now())),
    every(WAITLISTS_MS, async () => {
      await expireInvitations(db, now());
      await autoInvite(db, (member) => contextOf({ viewer: member, requestId: 'waitlist' }), now());
    }),
  ];
  return () => timers.forEach(clearInterval);
}
