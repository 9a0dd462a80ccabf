import type { Database, Tx } from '../db/database';
import type { Ids } from '../db/state/ids';
import type { Job } from './job.entity';

/** What a handler works with. Nothing else of the process is needed to do a job. */
export interface JobContext {
  readonly db: Database;
  readonly ids: Ids;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Aborted when the process is about to end: a handler that then throws gives its job back, uncounted. */
  readonly signal: AbortSignal;
}

/** Runs in the transaction that finishes the attempt, and not at all where the job has been taken by another worker meanwhile. */
export type Record = (tx: Tx, settled: Settled) => Promise<void>;

/** What became of an attempt. */
export type Outcome =
  | { readonly result: 'DONE'; readonly record?: Record }
  /** To be tried again by the policy of its kind, or at an instant, unless there have been enough attempts. */
  | {
      readonly result: 'RETRY';
      readonly error: string;
      readonly at?: number;
      readonly record?: Record;
    }
  /** No attempt will help. */
  | { readonly result: 'DEAD'; readonly error: string; readonly record?: Record }
  /** Nothing was tried: again at an instant, and not counted. */
  | { readonly result: 'POSTPONED'; readonly at: number; readonly record?: Record };

/** How the row stands after an attempt. */
export type Settled = Pick<Job, 'state' | 'runAt' | 'attempts' | 'lastError'>;

export interface JobHandler {
  readonly kind: string;
  /** Milliseconds to wait after the first, the second ... attempt; after the last of them it is dead. */
  readonly retryDelays: readonly number[];
  /** One attempt. Nothing answered means done; what is thrown, to be tried again. May run twice for one job: a worker can die behind its last act. */
  run(job: Job, context: JobContext): Promise<Outcome | void>;
  /** In the transaction that gives the job up, for whatever reason. */
  buried?(tx: Tx, job: Job, error: string, now: number): Promise<void>;
}

/** By kind. A process leaves alone what it has no handler for: a newer one may. */
export type JobHandlers = ReadonlyMap<string, JobHandler>;

export const handlersOf = (handlers: readonly JobHandler[]): JobHandlers =>
  new Map(handlers.map((handler) => [handler.kind, handler]));

/** A tenth more at most, so that what failed together is not tried together. */
const JITTER = 0.1;

/** Milliseconds until the next attempt after so many; null when there have been enough. */
export function delayAfter(
  attempts: number,
  delays: readonly number[],
  random: () => number,
): number | null {
  const delay = delays[attempts - 1];
  return delay === undefined ? null : Math.round(delay * (1 + JITTER * random()));
}
