import type { Database, Reader, Tx } from '../db/database';
import { pruneInBatches } from '../db/prune';
import { byDialect, isOneOf, raw, sql, type Sql } from '../db/sql';
import { insertIgnoringConflicts, remove, tableOf, update } from '../db/table';
import { MS_PER_DAY } from '../lib/time-zone';
import {
  delayAfter,
  type JobHandler,
  type JobHandlers,
  type Outcome,
  type Settled,
} from './handler';
import { Job, JobState } from './job.entity';

/** How long a worker keeps a job without saying that it lives. */
export const LEASE_MS = 10_000;
/** What is done, and what was given up, stays to be looked at for so long. */
const KEPT_MS = { DONE: 7 * MS_PER_DAY, DEAD: 90 * MS_PER_DAY };
const MAX_ERROR = 1_000;

export interface NewJob {
  readonly businessId: number;
  readonly kind: string;
  /** Unique within the kind for as long as the job is kept: enqueued again it is left as it is. */
  readonly key: string;
  readonly payload: unknown;
  /** Jobs that share it run one after another. Whoever enqueues them in several transactions has to hold a lock that puts these in an order. */
  readonly orderingKey?: string;
  /** At most `limit` jobs that share the key are run at once by a process, and about as many by all. */
  readonly group?: { readonly key: string; readonly limit: number };
  /** Now unless given. */
  readonly runAt?: number;
}

type Listener = () => void;
const listeners = new Set<Listener>();

/** Tells of jobs that this process has added: a hint, since others add them too. */
export function onEnqueued(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const wakeRunners = (): void => listeners.forEach((tell) => tell());

/** Adds jobs with whatever else the transaction does, each once for its key. */
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
  // What is sent later is sent together, and then in no order.
  await insertIgnoringConflicts(tx, Job, rows, {
    later: !jobs.some(({ orderingKey }) => orderingKey),
  });
  // What is due later is found when it is due.
  if (jobs.some(({ runAt = now }) => runAt <= now)) tx.afterCommit(wakeRunners);
}

/** In the transaction itself: SQLite has a single writer, PostgreSQL a sequence. */
async function nextIds(tx: Tx, count: number): Promise<(number | Sql)[]> {
  if (tx.dialect === 'postgres') return Array.from({ length: count }, () => sql`nextval('job_id')`);
  const [row] = await tx.all<{ next: number }>(sql`
    INSERT INTO id_block (kind, next) VALUES ('job', ${count + 1}) ON CONFLICT (kind) DO UPDATE SET next = id_block.next + ${count} RETURNING next`);
  const { next } = row as { next: number };
  return Array.from({ length: count }, (_, index) => next - count + index);
}

/** Takes back a job that no worker has. Answers whether there was one. */
export async function withdraw(
  tx: Tx,
  businessId: number,
  kind: string,
  key: string,
): Promise<boolean> {
  return (await remove(tx, Job, { businessId, kind, key, state: JobState.WAITING })) > 0;
}

/** Puts off whatever waits in a group. */
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

/** Takes away what waits in a group. */
export async function withdrawGroup(tx: Tx, businessId: number, groupKey: string): Promise<void> {
  await tx.run(
    sql`DELETE FROM job WHERE business_id = ${businessId} AND group_key = ${groupKey} AND state = 'WAITING'`,
  );
}

const EARLIER = sql`
  SELECT 1 FROM ${raw('job AS e')} WHERE e.business_id = j.business_id AND e.ordering_key = j.ordering_key AND e.id < j.id AND e.state IN ('WAITING', 'RUNNING')`;
const BUSY_GROUPS = sql`
  SELECT r.business_id, r.group_key FROM ${raw('job AS r')} WHERE r.state <> 'DONE' AND r.state = 'RUNNING' AND r.group_key IS NOT NULL
  GROUP BY r.business_id, r.group_key HAVING count(*) >= min(r.group_limit)`;

/**
 * Takes up to `room` jobs that are due, the one that waits longest first. Rows that another process is taking at this moment are passed by.
 * Call it again while it answers any: of a crowded group it takes no more than may run.
 */
export function claim(
  db: Database,
  handlers: JobHandlers,
  owner: string,
  room: number,
  now: number,
): Promise<Job[]> {
  const table = tableOf(Job);
  return db.transaction(async (tx) => {
    const rows = await tx.all(sql`
      SELECT ${table.select('j')} FROM ${raw('job AS j')}
      WHERE j.state <> 'DONE' AND j.state = 'WAITING' AND j.run_at <= ${now} AND ${isOneOf(raw('j.kind'), [...handlers.keys()])}
        AND (j.group_key IS NULL OR (j.business_id, j.group_key) NOT IN (${BUSY_GROUPS}))
        AND (j.ordering_key IS NULL OR NOT EXISTS (${EARLIER}))
      ORDER BY j.run_at, j.id LIMIT ${room} ${byDialect({ postgres: raw('FOR UPDATE OF j SKIP LOCKED'), sqlite: raw('') })}`);
    const jobs = await withinLimits(
      tx,
      rows.map((row) => table.hydrate(row)),
    );
    if (!jobs.length) return jobs;
    await tx.run(sql`
      UPDATE job SET state = 'RUNNING', attempts = attempts + 1, fence = fence + 1, lease_owner = ${owner}, lease_until = ${now + LEASE_MS}
      WHERE ${isOneOf(raw('business_id'), [...new Set(jobs.map(({ businessId }) => businessId))])} AND ${isOneOf(
        raw('id'),
        jobs.map(({ rowId }) => rowId),
      )}`);
    return jobs.map((job) =>
      Object.assign(job, {
        state: JobState.RUNNING,
        attempts: job.attempts + 1,
        fence: job.fence + 1,
      }),
    );
  });
}

/** Of each group no more than its limit leaves room for. */
async function withinLimits(tx: Tx, jobs: readonly Job[]): Promise<Job[]> {
  const groupOf = ({ businessId, groupKey }: Pick<Job, 'businessId' | 'groupKey'>) =>
    `${businessId} ${groupKey}`;
  if (!jobs.some(({ groupKey }) => groupKey !== null)) return [...jobs];
  const running = await tx.all<{ businessId: number; groupKey: string; count: number }>(sql`
    SELECT business_id AS "businessId", group_key AS "groupKey", count(*) AS count FROM job WHERE state <> 'DONE' AND state = 'RUNNING' AND group_key IS NOT NULL
    GROUP BY business_id, group_key`);
  const counts = new Map(running.map((row) => [groupOf(row), row.count]));
  return jobs.filter((job) => {
    if (job.groupKey === null) return true;
    const count = counts.get(groupOf(job)) ?? 0;
    counts.set(groupOf(job), count + 1);
    return count < (job.groupLimit ?? Infinity);
  });
}

/** Says that the worker lives: its jobs stay its own for another lease. */
export async function renew(
  db: Database,
  owner: string,
  jobs: readonly Job[],
  now: number,
): Promise<void> {
  if (!jobs.length) return;
  await db.transaction((tx) =>
    tx.run(sql`
    UPDATE job SET lease_until = ${now + LEASE_MS} WHERE state = 'RUNNING' AND lease_owner = ${owner}
      AND ${isOneOf(raw('business_id'), [...new Set(jobs.map(({ businessId }) => businessId))])} AND ${isOneOf(
        raw('id'),
        jobs.map(({ rowId }) => rowId),
      )}`),
  );
}

/**
 * Gives back what workers had that have not been heard of for a lease. Their attempt counts: a job that ends its process every time dies like
 * any other. `everybody`: of a database that has one process at a time, when that process starts.
 */
export async function releaseLost(
  db: Database,
  now: number,
  { everybody = false } = {},
): Promise<number> {
  const [lost] = await db.all(
    sql`SELECT id FROM job WHERE state <> 'DONE' AND state = 'RUNNING' AND ${everybody ? raw('1 = 1') : sql`lease_until <= ${now}`} LIMIT 1`,
  );
  if (!lost) return 0;
  return db.transaction((tx) =>
    tx.run(sql`
    UPDATE job SET state = 'WAITING', run_at = ${now}, lease_owner = NULL, lease_until = NULL, last_error = 'Its worker was not heard of again.'
    WHERE state <> 'DONE' AND state = 'RUNNING' AND ${everybody ? raw('1 = 1') : sql`lease_until <= ${now}`}`),
  );
}

/** Another worker has taken the job since: what this one did does not count. */
export class LostLease extends Error {}

/** Writes what became of an attempt. @throws LostLease, with nothing written, when the job was taken from the worker meanwhile. */
export function finishAttempt(
  db: Database,
  handler: JobHandler,
  job: Job,
  outcome: Outcome,
  now: number,
  random: () => number,
): Promise<Settled> {
  const settled = settledOf(handler, job, outcome, now, random);
  return db.transaction(async (tx) => {
    const { businessId, rowId, fence } = job;
    const finishedAt = settled.state === JobState.WAITING ? null : now;
    const kept = await update(
      tx,
      Job,
      { businessId, rowId, fence, state: JobState.RUNNING },
      { ...settled, leaseOwner: null, leaseUntil: null, finishedAt },
    );
    if (!kept) throw new LostLease();
    if (settled.state === JobState.WAITING && job.orderingKey !== null)
      await putOffFollowers(tx, job, settled.runAt);
    await outcome.record?.(tx, settled);
    if (settled.state === JobState.DEAD)
      await handler.buried?.(tx, job, settled.lastError ?? '', now);
    return settled;
  });
}

function settledOf(
  { retryDelays }: JobHandler,
  job: Job,
  outcome: Outcome,
  now: number,
  random: () => number,
): Settled {
  const { attempts, runAt } = job;
  if (outcome.result === 'DONE') return { state: JobState.DONE, runAt, attempts, lastError: null };
  if (outcome.result === 'POSTPONED')
    return {
      state: JobState.WAITING,
      runAt: outcome.at,
      attempts: attempts - 1,
      lastError: job.lastError,
    };
  const lastError = [...outcome.error.replaceAll('\0', '').toWellFormed()]
    .slice(0, MAX_ERROR)
    .join('');
  const delay = delayAfter(attempts, retryDelays, random);
  if (outcome.result === 'DEAD' || delay === null)
    return { state: JobState.DEAD, runAt, attempts, lastError };
  return { state: JobState.WAITING, runAt: outcome.at ?? now + delay, attempts, lastError };
}

/** They could not run before, and need not be looked at before. */
async function putOffFollowers(
  tx: Tx,
  { businessId, orderingKey, rowId }: Job,
  until: number,
): Promise<void> {
  await tx.run(sql`
    UPDATE job SET run_at = ${until}
    WHERE business_id = ${businessId} AND ordering_key = ${orderingKey} AND id > ${rowId} AND state IN ('WAITING', 'RUNNING') AND state = 'WAITING' AND run_at < ${until}`);
}

/** Forgets what was done a week ago, and what was given up three months ago. Any number of processes may do it at any time. Answers how many. */
export async function pruneJobs(db: Database, now: number): Promise<number> {
  let forgotten = 0;
  for (const [state, kept] of Object.entries(KEPT_MS)) {
    forgotten += await pruneInBatches(db, (tx, most) =>
      tx.run(sql`
      DELETE FROM job WHERE (business_id, id) IN (
        SELECT business_id, id FROM job WHERE state = ${raw(`'${state}'`)} AND finished_at < ${now - kept} ORDER BY finished_at LIMIT ${most})`),
    );
  }
  return forgotten;
}

export interface JobCount {
  readonly kind: string;
  readonly state: 'due' | 'running' | 'dead';
  readonly count: number;
}

/** How many jobs of each kind are due, running and dead, over all businesses. */
export function jobCounts(reader: Reader, now: number): Promise<JobCount[]> {
  return reader.all<JobCount>(sql`
    SELECT kind, CASE state WHEN 'WAITING' THEN 'due' WHEN 'RUNNING' THEN 'running' ELSE 'dead' END AS state, count(*) AS count FROM job
    WHERE state <> 'DONE' AND (state <> 'WAITING' OR run_at <= ${now}) GROUP BY kind, state`);
}
