import type { Pool, PoolClient } from 'pg';
import type { Cancellation } from '../../lib/cancellation';

/**
 * Runs `read` on a connection of a pool. Cancels the statement in flight when requested.
 * The connection returns to the pool only after the cancel request was handled, because it would
 * otherwise cancel the next statement, of another request.
 * @param cancelOn the pool that sends the cancel request
 * @throws the reason of the cancellation, or the error of `read`
 */
export async function cancellableRead<T>(
  { pool, cancelOn, cancellation }: { pool: Pool; cancelOn: Pool; cancellation: Cancellation },
  read: (client: PoolClient) => Promise<T>,
): Promise<T> {
  cancellation.throwIfCancelled();
  const client = await pool.connect();
  let cancelled: Promise<unknown> | undefined;
  const cancel = () => {
    const { processID } = client as unknown as { processID: number };
    // A statement that cannot be cancelled ends at the statement_timeout of its session.
    cancelled = cancelOn.query('SELECT pg_cancel_backend($1)', [processID]).catch(() => undefined);
  };
  let failure: Error | undefined;
  try {
    cancellation.throwIfCancelled();
    cancellation.listen(cancel);
    return await read(client);
  } catch (error) {
    failure = error as Error;
    throw error;
  } finally {
    cancellation.unlisten(cancel);
    await cancelled;
    const isUsable = failure === cancellation.reason || isOfStatement(failure);
    client.release(isUsable ? undefined : failure);
  }
}

/** Whether PostgreSQL refused or cancelled a statement, and the session remains usable. */
const isOfStatement = (error: Error | undefined): boolean =>
  (error as { severity?: string } | undefined)?.severity === 'ERROR';
