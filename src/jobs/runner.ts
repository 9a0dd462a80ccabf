import { randomUUID } from 'node:crypto';
import type { Database } from '../db/database';
import type { Ids } from '../db/state/ids';
import type { JobHandler, JobHandlers, Outcome } from './handler';
import type { Job } from './job.entity';
import { claim, LEASE_MS, LostLease, releaseLost, renew, finishAttempt } from './leases';

export interface RunnerOptions {
  readonly db: Database;
  readonly ids: Ids;
  readonly handlers: JobHandlers;
  readonly now: () => number;
  readonly onError: (error: Error) => void;
  readonly random?: () => number;
  /** Maximum number of jobs that this process runs concurrently. */
  readonly concurrency?: number;
  /** Time after which the process loses a job whose lease it does not renew. */
  readonly leaseMs?: number;
}

export type SettledListener = (kind: string, result: Outcome['result'] | 'LOST') => void;

const POLL_MS = 1_000;
/** Time limit of running jobs after the process begins to stop. */
const STOP_TIMEOUT_MS = 1_000;

/**
 * Claims due jobs and runs them concurrently. Any number of processes may run one on the same
 * database.
 */
export class JobRunner {
  readonly owner = randomUUID();
  private readonly running = new Map<Job, Promise<void>>();
  private readonly stopping = new AbortController();
  private readonly listeners = new Set<SettledListener>();
  private readonly concurrency: number;
  private readonly leaseMs: number;
  private timers: NodeJS.Timeout[] = [];
  private unsubscribe?: () => void;
  private claiming: Promise<unknown> = Promise.resolve();
  /** The number of finished attempts. */
  private endedAttempts = 0;
  private busy = false;
  private again = false;
  private state: 'new' | 'started' | 'stopped' = 'new';

  constructor(private readonly options: RunnerOptions) {
    this.concurrency = options.concurrency ?? 16;
    this.leaseMs = options.leaseMs ?? LEASE_MS;
  }

  start(): void {
    this.state = 'started';
    const { db, now, onError } = this.options;
    // SQLite has one process, so all leases at the start are of an earlier one. They are released
    // before anything is claimed.
    if (db.dialect === 'sqlite')
      this.claiming = releaseLost(db, now(), { all: true }).catch(onError);
    this.unsubscribe = db.signals.enqueued.on(this.wake);
    this.timers = [
      setInterval(() => void releaseLost(db, now()).catch(onError).finally(this.wake), POLL_MS),
      setInterval(
        () => void renew(db, [...this.running.keys()], this.lease(now())).catch(onError),
        this.leaseMs / 3,
      ),
    ];
    this.wake();
  }

  /** Stops claiming and waits for running jobs, except those that ignore the abort signal. */
  async stop(): Promise<void> {
    this.state = 'stopped';
    this.unsubscribe?.();
    this.timers.forEach(clearInterval);
    await this.claiming;
    const ended = Promise.all(this.running.values());
    await within(STOP_TIMEOUT_MS, ended);
    this.stopping.abort(new Error('The process is stopping.'));
    await within(STOP_TIMEOUT_MS, ended);
  }

  onSettled(listener: SettledListener): void {
    this.listeners.add(listener);
  }

  /** Checks for due jobs. */
  wake = (): void => {
    this.again = true;
    if (this.busy || this.state !== 'started') return;
    this.busy = true;
    void this.drain()
      .catch(this.options.onError)
      .finally(() => (this.busy = false));
  };

  private async drain(): Promise<void> {
    while (this.again) {
      this.again = false;
      while (await this.claimNext(this.options.now));
    }
  }

  /**
   * Runs all jobs due at an instant, and those that become due at it meanwhile. Returns the number
   * of attempts.
   */
  async runDue(now: number): Promise<number> {
    await releaseLost(this.options.db, now);
    for (let attempts = 0; ;) {
      const { endedAttempts: ended } = this;
      for (let started = 1; started; attempts += started) started = await this.claimNext(() => now);
      // An attempt that ended meanwhile may have made another job due.
      if (!this.running.size && ended === this.endedAttempts) return attempts;
      if (this.running.size) await Promise.race(this.running.values());
    }
  }

  /** Serialised, so that a claim counts the jobs that an earlier claim is starting. */
  private claimNext(now: () => number): Promise<number> {
    const turn = this.claiming.then(() => this.startClaimed(now));
    this.claiming = turn.catch(() => 0);
    return turn;
  }

  /** Claims and starts as many jobs as the concurrency allows. Returns their number. */
  private async startClaimed(now: () => number): Promise<number> {
    const { db, handlers } = this.options;
    const free = this.concurrency - this.running.size;
    if (free <= 0 || this.state === 'stopped' || !handlers.size) return 0;
    const jobs = await claim(db, handlers, { ...this.lease(now()), limit: free });
    for (const job of jobs) {
      const work = this.work(job, now)
        .catch(this.options.onError)
        .finally(() => {
          this.running.delete(job);
          this.endedAttempts += 1;
          this.wake();
        });
      this.running.set(job, work);
    }
    return jobs.length;
  }

  private lease(now: number): { owner: string; now: number; leaseMs: number } {
    return { owner: this.owner, now, leaseMs: this.leaseMs };
  }

  private async work(job: Job, now: () => number): Promise<void> {
    const { db, random = Math.random } = this.options;
    const handler = this.options.handlers.get(job.kind) as JobHandler;
    const outcome = await this.attempt(handler, job, now);
    const notify = (result: Outcome['result'] | 'LOST') =>
      this.listeners.forEach((listener) => listener(job.kind, result));
    try {
      const { state } = await finishAttempt(db, { handler, job, outcome }, now(), random);
      notify(state === 'DEAD' ? 'DEAD' : outcome.result);
    } catch (error) {
      notify('LOST');
      // The outcome could not be written: the lease expires and a worker retries.
      if (!(error instanceof LostLease)) throw error;
    }
  }

  private async attempt(handler: JobHandler, job: Job, now: () => number): Promise<Outcome> {
    const { db, ids, random = Math.random } = this.options;
    const { signal } = this.stopping;
    // The process crashed in every attempt; otherwise the job would have died of the last one.
    if (job.attempts > handler.retryDelays.length + 1)
      return { result: 'DEAD', error: job.lastError ?? 'No worker could finish the job.' };
    try {
      return (await handler.run(job, { db, ids, now, random, signal })) ?? { result: 'DONE' };
    } catch (error) {
      if (signal.aborted) return { result: 'POSTPONED', at: now() };
      return { result: 'RETRY', error: (error as Error).message };
    }
  }
}

/** Waits for work for at most `ms` milliseconds. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, ms)))]).finally(
    () => clearTimeout(timer),
  );
}
