import { requireRole, Role, type Context } from '../context';
import { BusinessRule } from '../business-rule';
import { DomainError, ErrorCode, violatedAt } from '../errors';
import { findOne, update } from '../db/table';
import { parseGlobalId } from '../graphql/global-id';
import { Job, JobState } from './job.entity';
import type { RetryJobInput } from './job.inputs';

/**
 * Resets the attempts of a dead job and makes it due now.
 * @throws DomainError NOT_FOUND; RULE_VIOLATED if the job is not dead.
 */
export async function retry(context: Context, input: RetryJobInput): Promise<Job> {
  const { businessId } = requireRole(context, Role.ADMINISTRATOR);
  const path = ['input', 'id'];
  const rowId = parseGlobalId('Job', input.id, path);
  const now = context.now();
  return context.db.transaction(async (tx) => {
    const changed = await update(
      tx,
      Job,
      { businessId, rowId, state: JobState.DEAD },
      { state: JobState.WAITING, runAt: now, attempts: 0, finishedAt: null },
    );
    const job = await findOne(tx, Job, { businessId, rowId });
    if (!job)
      throw new DomainError(
        ErrorCode.NOT_FOUND,
        'There is no Job with this id, or your key may not see it.',
        { path },
      );
    if (!changed)
      throw violatedAt(
        BusinessRule.JOB_NOT_DEAD,
        `This job is ${job.state}; only a DEAD job can be retried.`,
        path,
      );
    tx.afterCommit(() => tx.signals.enqueued.emit());
    return job;
  });
}
