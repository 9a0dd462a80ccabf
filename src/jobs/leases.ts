import type { Database, Tx } from '../db/database';
import { byDialect, isOneOf, raw, sql } from '../db/sql';
import { tableOf, update } from '../db/table';
import {
  delayAfter,
  type JobHandler,
  type JobHandlers,
  type Outcome,
  type Settled,
} from './handler';
import { Job, JobState } from './job.entity';

/** Time after which a worker loses a job whose lease it does not renew. */
export const LEASE_MS = 10_000;
const MAX_ERROR = 1_000;

const EARLIER = sql`
  SELECT 1 FROM ${raw('job AS e')} WHERE e.business_id = j.business_id AND e.ordering_key = j.ordering_key AND e.id < j.id AND e.state IN ('WAITING', 'RUNNING')`;
const BUSY_GROUPS = sql`
  SELECT r.business_id, r.group_key FROM ${raw('job AS r')} WHERE r.state <> 'DONE' AND r.state = 'RUNNING' AND r.group_key IS NOT NULL
  GROUP BY r.business_id, r.group_key HAVING count(*) >= min(r.group_limit)`;

/**
 * Claims up to `limit` due jobs, oldest due first. Skips rows that another process is claiming.
 * Call it again while it returns any, because group limits reduce a batch.
 */
export function claim(
  db: Database,
  handlers: JobHandlers,
  {
    owner,
    limit,
    now,
    leaseMs = LEASE_MS,
  }: { owner: string; limit: number; now: number; leaseMs?: number },
): Promise<Job[]> {
  const table = tableOf(Job);
  return db.transaction(async (tx) => {
    const rows = await tx.all(sql`
      SELECT ${table.select('j')} FROM ${raw('job AS j')}
      WHERE j.state <> 'DONE' AND j.state = 'WAITING' AND j.run_at <= ${now} AND ${isOneOf(raw('j.kind'), [...handlers.keys()])}
        AND (j.group_key IS NULL OR (j.business_id, j.group_key) NOT IN (${BUSY_GROUPS}))
        AND (j.ordering_key IS NULL OR NOT EXISTS (${EARLIER}))
      ORDER BY j.run_at, j.id LIMIT ${limit} ${byDialect({ postgres: raw('FOR UPDATE OF j SKIP LOCKED'), sqlite: raw('') })}`);
    const jobs = await withinLimits(
      tx,
      rows.map((row) => table.hydrate(row)),
    );
    if (!jobs.length) return jobs;
    await tx.run(sql`
      UPDATE job SET state = 'RUNNING', attempts = attempts + 1, fence = fence + 1, lease_owner = ${owner}, lease_until = ${now + leaseMs}
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

/** Returns the jobs that the limits of their groups allow. */
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

/** Extends the leases of a worker's running jobs. */
export async function renew(
  db: Database,
  jobs: readonly Job[],
  { owner, now, leaseMs = LEASE_MS }: { owner: string; now: number; leaseMs?: number },
): Promise<void> {
  if (!jobs.length) return;
  await db.transaction((tx) =>
    tx.run(sql`
    UPDATE job SET lease_until = ${now + leaseMs} WHERE state = 'RUNNING' AND lease_owner = ${owner}
      AND ${isOneOf(raw('business_id'), [...new Set(jobs.map(({ businessId }) => businessId))])} AND ${isOneOf(
        raw('id'),
        jobs.map(({ rowId }) => rowId),
      )}`),
  );
}

/**
 * Releases jobs whose lease has expired. Their attempt counts, so that a job that crashes its
 * process dies like any other. `all` releases all leases, when the only process of a
 * database starts.
 */
export async function releaseLost(
  db: Database,
  now: number,
  { all = false } = {},
): Promise<number> {
  const [lost] = await db.all(
    sql`SELECT id FROM job WHERE state <> 'DONE' AND state = 'RUNNING' AND ${all ? raw('1 = 1') : sql`lease_until <= ${now}`} LIMIT 1`,
  );
  if (!lost) return 0;
  return db.transaction((tx) =>
    tx.run(sql`
    UPDATE job SET state = 'WAITING', run_at = ${now}, lease_owner = NULL, lease_until = NULL, last_error = 'The lease of its worker expired.'
    WHERE state <> 'DONE' AND state = 'RUNNING' AND ${all ? raw('1 = 1') : sql`lease_until <= ${now}`}`),
  );
}

/** Another worker has claimed the job since, so the result of this attempt is discarded. */
export class LostLease extends Error {}

/** One run of a job that this worker has claimed. */
interface Attempt {
  readonly handler: JobHandler;
  readonly job: Job;
  readonly outcome: Outcome;
}

/**
 * Records the outcome of an attempt.
 * @throws LostLease, having written nothing, if another worker has claimed the job
 */
export function finishAttempt(
  db: Database,
  { handler, job, outcome }: Attempt,
  now: number,
  random: () => number,
): Promise<Settled> {
  const settled = settledOf({ handler, job, outcome }, now, random);
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
      await postponeFollowers(tx, job, settled.runAt);
    await outcome.record?.(tx, settled);
    if (settled.state === JobState.DEAD)
      await handler.onDead?.(tx, job, settled.lastError ?? '', now);
    return settled;
  });
}

function settledOf(
  { handler: { retryDelays }, job, outcome }: Attempt,
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

/** Postpones the jobs behind it in its order, which cannot run earlier. */
async function postponeFollowers(
  tx: Tx,
  { businessId, orderingKey, rowId }: Job,
  until: number,
): Promise<void> {
  await tx.run(sql`
    UPDATE job SET run_at = ${until}
    WHERE business_id = ${businessId} AND ordering_key = ${orderingKey} AND id > ${rowId} AND state IN ('WAITING', 'RUNNING') AND state = 'WAITING' AND run_at < ${until}`);
}
