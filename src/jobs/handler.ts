import type { Database, Tx } from '../db/database';
import type { Ids } from '../db/state/ids';
import type { Job } from './job.entity';

/** The services that a handler may use. */
export interface JobContext {
  readonly db: Database;
  readonly ids: Ids;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** A random number from 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
  /**
   * Aborted when the process stops. A handler that then throws releases its job without counting
   * the attempt.
   */
  readonly signal: AbortSignal;
}

/**
 * Runs in the transaction that records the outcome. Does not run if another worker has claimed the
 * job.
 */
type Record = (tx: Tx, settled: Settled) => Promise<void>;

/** The outcome of an attempt. */
export type Outcome =
  | { readonly result: 'DONE'; readonly record?: Record }
  /** Retry by the policy of the kind, or at an instant, while attempts are left. */
  | {
      readonly result: 'RETRY';
      readonly error: string;
      readonly at?: number;
      readonly record?: Record;
    }
  /** Fails permanently. */
  | { readonly result: 'DEAD'; readonly error: string; readonly record?: Record }
  /** Nothing was attempted: run at an instant, without counting the attempt. */
  | { readonly result: 'POSTPONED'; readonly at: number; readonly record?: Record };

/** Columns of a job after an attempt. */
export type Settled = Pick<Job, 'state' | 'runAt' | 'attempts' | 'lastError'>;

export interface JobHandler {
  readonly kind: string;
  /**
   * Delays in milliseconds after the first, second … attempt. The job is dead after the attempt
   * that follows the last delay.
   */
  readonly retryDelays: readonly number[];
  /**
   * Runs one attempt. No outcome means done; an error means retry. Must be idempotent: a worker
   * can crash after its last effect.
   */
  run(job: Job, context: JobContext): Promise<Outcome | void>;
  /** Runs in the transaction that marks the job dead, for any reason. */
  onDead?(tx: Tx, job: Job, error: string, now: number): Promise<void>;
}

/** Handlers by kind. A process skips kinds without a handler: a newer version may have one. */
export type JobHandlers = ReadonlyMap<string, JobHandler>;

export const handlersOf = (handlers: readonly JobHandler[]): JobHandlers =>
  new Map(handlers.map((handler) => [handler.kind, handler]));

/**
 * Maximum random extension of a delay, so that jobs that failed together are not retried together.
 */
const JITTER = 0.1;

/** Returns the delay after a number of attempts, in milliseconds; null if none are left. */
export function delayAfter(
  attempts: number,
  delays: readonly number[],
  random: () => number,
): number | null {
  const delay = delays[attempts - 1];
  return delay === undefined ? null : Math.round(delay * (1 + JITTER * random()));
}
