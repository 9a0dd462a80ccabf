import { randomUUID } from 'node:crypto';
import type { Database } from '../db/database';
import type { Ids } from '../db/state/ids';
import type { JobHandler, JobHandlers, Outcome } from './handler';
import type { Job } from './job.entity';
import { claim, LEASE_MS, LostLease, onEnqueued, releaseLost, renew, finishAttempt } from './queue';

export interface RunnerOptions {
  readonly db: Database;
  readonly ids: Ids;
  readonly handlers: JobHandlers;
  readonly now: () => number;
  readonly onError: (error: Error) => void;
  readonly random?: () => number;
  /** Jobs that this process runs at once. */
  readonly concurrency?: number;
}

export type SettledListener = (kind: string, result: Outcome['result'] | 'LOST') => void;

const POLL_MS = 1_000;
/** How long jobs may take to finish once the process is to end, before they are told to give up. */
const PATIENCE_MS = 1_000;

/** Takes jobs that are due and runs them, some at once. Any number of processes may have one on the same database. */
export class JobRunner {
  readonly owner = randomUUID();
  private readonly running = new Map<Job, Promise<void>>();
  private readonly stopping = new AbortController();
  private readonly listeners = new Set<SettledListener>();
  private readonly room: number;
  private timers: NodeJS.Timeout[] = [];
  private forget?: () => void;
  private filling: Promise<unknown> = Promise.resolve();
  /** Attempts that are over. */
  private ended = 0;
  private busy = false;
  private again = false;
  private state: 'new' | 'started' | 'stopped' = 'new';

  constructor(private readonly options: RunnerOptions) {
    this.room = options.concurrency ?? 16;
  }

  start(): void {
    this.state = 'started';
    const { db, now, onError } = this.options;
    // The embedded database has one process at a time: whoever ran anything before is gone. Nothing is taken before that is given back.
    if (db.dialect === 'sqlite')
      this.filling = releaseLost(db, now(), { everybody: true }).catch(onError);
    this.forget = onEnqueued(this.wake);
    this.timers = [
      setInterval(() => void releaseLost(db, now()).catch(onError).finally(this.wake), POLL_MS),
      setInterval(
        () => void renew(db, this.owner, [...this.running.keys()], now()).catch(onError),
        LEASE_MS / 3,
      ),
    ];
    this.wake();
  }

  /** Takes nothing more, and waits for what runs; not for what does not give up when told. */
  async stop(): Promise<void> {
    this.state = 'stopped';
    this.forget?.();
    this.timers.forEach(clearInterval);
    await this.filling;
    const ended = Promise.all(this.running.values());
    await within(PATIENCE_MS, ended);
    this.stopping.abort(new Error('The process is about to end.'));
    await within(PATIENCE_MS, ended);
  }

  onSettled(listener: SettledListener): void {
    this.listeners.add(listener);
  }

  /** Something may be due. */
  wake = (): void => {
    this.again = true;
    if (this.busy || this.state !== 'started') return;
    this.busy = true;
    void this.fillUp()
      .catch(this.options.onError)
      .finally(() => (this.busy = false));
  };

  private async fillUp(): Promise<void> {
    while (this.again) {
      this.again = false;
      while (await this.fill(this.options.now));
    }
  }

  /** Runs whatever is due at an instant, and what becomes due at it by that, to the end. Answers how many attempts there were. */
  async runDue(now: number): Promise<number> {
    await releaseLost(this.options.db, now);
    for (let attempts = 0; ;) {
      const { ended } = this;
      for (let started = 1; started; attempts += started) started = await this.fill(() => now);
      // What ended while nothing was found may have let another begin.
      if (!this.running.size && ended === this.ended) return attempts;
      if (this.running.size) await Promise.race(this.running.values());
    }
  }

  /** One at a time: what another is about to start counts. */
  private fill(now: () => number): Promise<number> {
    const turn = this.filling.then(() => this.startSome(now));
    this.filling = turn.catch(() => 0);
    return turn;
  }

  /** Starts as many as there is room for. Answers how many. */
  private async startSome(now: () => number): Promise<number> {
    const { db, handlers } = this.options;
    const free = this.room - this.running.size;
    if (free <= 0 || this.state === 'stopped' || !handlers.size) return 0;
    const jobs = await claim(db, handlers, this.owner, free, now());
    for (const job of jobs) {
      const work = this.work(job, now)
        .catch(this.options.onError)
        .finally(() => {
          this.running.delete(job);
          this.ended += 1;
          this.wake();
        });
      this.running.set(job, work);
    }
    return jobs.length;
  }

  private async work(job: Job, now: () => number): Promise<void> {
    const { db, random = Math.random } = this.options;
    const handler = this.options.handlers.get(job.kind) as JobHandler;
    const outcome = await this.attempt(handler, job, now);
    const tell = (result: Outcome['result'] | 'LOST') =>
      this.listeners.forEach((listener) => listener(job.kind, result));
    try {
      const { state } = await finishAttempt(db, handler, job, outcome, now(), random);
      tell(state === 'DEAD' ? 'DEAD' : outcome.result);
    } catch (error) {
      tell('LOST');
      // What could not be written is known no more: the lease ends and somebody tries again.
      if (!(error instanceof LostLease)) throw error;
    }
  }

  private async attempt(handler: JobHandler, job: Job, now: () => number): Promise<Outcome> {
    const { db, ids, random = Math.random } = this.options;
    const { signal } = this.stopping;
    // Its process ended in each of its attempts, or it would have died of the last one.
    if (job.attempts > handler.retryDelays.length + 1)
      return { result: 'DEAD', error: job.lastError ?? 'Nobody could finish it.' };
    try {
      return (await handler.run(job, { db, ids, now, random, signal })) ?? { result: 'DONE' };
    } catch (error) {
      if (signal.aborted) return { result: 'POSTPONED', at: now() };
      return { result: 'RETRY', error: (error as Error).message };
    }
  }
}

/** Waits for work, but so long at most. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, ms)))]).finally(
    () => clearTimeout(timer),
  );
}
