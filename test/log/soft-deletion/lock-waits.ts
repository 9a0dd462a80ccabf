import type { Database } from '../../../src/db/database';
import { raw, sql } from '../../../src/db/sql';

/** Resolves once this number of sessions of the database wait for a lock. PostgreSQL only. */
export async function lockWaits(db: Pick<Database, 'shared'>, count: number): Promise<void> {
  for (;;) {
    const [row] = await db.shared.all<{ count: number }>(
      sql`SELECT count(*)::int AS count FROM ${raw('pg_stat_activity')} WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    if ((row?.count ?? 0) >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
