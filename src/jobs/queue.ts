import type { Database, Reader, Tx } from '../db/database';
import { pruneInBatches } from '../db/prune';
import { raw, sql, type Sql } from '../db/sql';
import { insertIgnoringConflicts, remove } from '../db/table';
import { MS_PER_DAY } from '../lib/time-zone';
import { Job, JobState } from './job.entity';

/** Retention of finished and dead jobs, in milliseconds. */
const RETENTION_MS = { DONE: 7 * MS_PER_DAY, DEAD: 90 * MS_PER_DAY };

export interface NewJob {
  readonly businessId: number;
  readonly kind: string;
  /** Unique within the kind while the job exists. Enqueuing it again changes nothing. */
  readonly key: string;
  readonly payload: unknown;
  /**
   * Jobs with the same key run one after another. Transactions that enqueue them must be ordered
   * by a lock.
   */
  readonly orderingKey?: string;
  /**
   * At most `limit` jobs with the same key run concurrently in a process, and about as many in all
   * processes.
   */
  readonly group?: { readonly key: string; readonly limit: number };
  /** Defaults to now. */
  readonly runAt?: number;
}

/** Adds jobs in the caller's transaction, each once for its key. */
export async function enqueue(tx: Tx, now: number, ...jobs: readonly NewJob[]): Promise<void> {
  const ids = await nextIds(tx, jobs.length);
  const rows = jobs.map((job, index) => ({
    businessId: job.businessId,
    rowId: ids[index],
    kind: job.kind,
    key: job.key,
    payload: job.payload,
    orderingKey: job.orderingKey ?? null,
    groupKey: job.group?.key ?? null,
    groupLimit: job.group?.limit ?? null,
    state: JobState.WAITING,
    runAt: job.runAt ?? now,
    attempts: 0,
    fence: 0,
    createdAt: now,
  }));
  // Jobs with deferred inserts have no order among themselves.
  await insertIgnoringConflicts(tx, Job, rows, {
    later: !jobs.some(({ orderingKey }) => orderingKey),
  });
  // Polling finds jobs that become due later.
  if (jobs.some(({ runAt = now }) => runAt <= now))
    tx.afterCommit(() => tx.signals.enqueued.emit());
}

/** Reserves ids in the transaction itself: SQLite has a single writer, PostgreSQL a sequence. */
async function nextIds(tx: Tx, count: number): Promise<(number | Sql)[]> {
  if (tx.dialect === 'postgres') return Array.from({ length: count }, () => sql`nextval('job_id')`);
  const [row] = await tx.all<{ next: number }>(sql`
    INSERT INTO id_block (kind, next) VALUES ('job', ${count + 1}) ON CONFLICT (kind) DO UPDATE SET next = id_block.next + ${count} RETURNING next`);
  const { next } = row as { next: number };
  return Array.from({ length: count }, (_, index) => next - count + index);
}

/** Deletes a job that no worker holds. Returns whether there was one. */
export async function withdraw(
  tx: Tx,
  businessId: number,
  kind: string,
  key: string,
): Promise<boolean> {
  return (await remove(tx, Job, { businessId, kind, key, state: JobState.WAITING })) > 0;
}

/** Postpones all waiting jobs of a group. */
export async function postponeGroup(
  tx: Tx,
  businessId: number,
  groupKey: string,
  until: number,
): Promise<void> {
  await tx.run(
    sql`UPDATE job SET run_at = ${until} WHERE business_id = ${businessId} AND group_key = ${groupKey} AND state = 'WAITING' AND run_at < ${until}`,
  );
}

/** Deletes all waiting jobs of a group. */
export async function withdrawGroup(tx: Tx, businessId: number, groupKey: string): Promise<void> {
  await tx.run(
    sql`DELETE FROM job WHERE business_id = ${businessId} AND group_key = ${groupKey} AND state = 'WAITING'`,
  );
}

/**
 * Deletes jobs that finished a week ago or died three months ago. Safe in any number of processes
 * concurrently. Returns their number.
 */
export async function pruneJobs(db: Database, now: number): Promise<number> {
  let deleted = 0;
  for (const [state, kept] of Object.entries(RETENTION_MS)) {
    deleted += await pruneInBatches(db, (tx, most) =>
      tx.run(sql`
      DELETE FROM job WHERE (business_id, id) IN (
        SELECT business_id, id FROM job WHERE state = ${raw(`'${state}'`)} AND finished_at < ${now - kept} ORDER BY finished_at LIMIT ${most})`),
    );
  }
  return deleted;
}

export interface JobCount {
  readonly kind: string;
  readonly state: 'due' | 'running' | 'dead';
  readonly count: number;
  /** When the first of them was due, in epoch milliseconds. */
  readonly oldest: number;
}

/** Counts due, running and dead jobs of each kind, over all businesses. */
export function jobCounts(reader: Reader, now: number): Promise<JobCount[]> {
  return reader.all<JobCount>(sql`
    SELECT kind, CASE state WHEN 'WAITING' THEN 'due' WHEN 'RUNNING' THEN 'running' ELSE 'dead' END AS state, count(*) AS count, min(run_at) AS oldest FROM job
    WHERE state <> 'DONE' AND (state <> 'WAITING' OR run_at <= ${now}) GROUP BY kind, state`);
}
