import type { Pool } from 'pg';
import type { Reader } from '../database';
import type { Signals } from '../signals';
import type { Sql } from '../sql';
import { send } from './send';

/** Runs `work` in one read-only transaction, whose statements all read the same snapshot. */
export async function readSnapshot<T>(
  pool: Pool,
  signals: Signals,
  work: (reader: Reader) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let connectionError: Error | undefined;
  const all = async <Row>(query: Sql): Promise<Row[]> =>
    (await send<Row>(client, query, signals)).rows;
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    // A slow consumer of the rows leaves the transaction idle.
    await client.query('SET LOCAL idle_in_transaction_session_timeout = 0');
    return await work({
      dialect: 'postgres',
      all,
      one: async <Row>(query: Sql) => (await all<Row>(query))[0] as Row,
    });
  } finally {
    await client.query('ROLLBACK').catch((failure: Error) => (connectionError = failure));
    client.release(connectionError);
  }
}
