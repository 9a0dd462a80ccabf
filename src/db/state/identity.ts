import type { Pool } from 'pg';
import { raw, type Sql } from '../sql';

/**
 * Returns SQL for the identity of the database that a statement runs on, over `database_epoch`. It
 * changes with the timeline (promotion, point-in-time recovery), the cluster, the database (a
 * copy) and the table (a restored dump). Parts that the role may not read are omitted, so all
 * processes of an installation must use one role.
 */
export async function identityOnPostgres(pool: Pool): Promise<Sql> {
  const {
    rows: [may],
  } = await pool.query<Record<'system' | 'wal' | 'checkpoint', boolean>>(`
    SELECT has_function_privilege('pg_control_system()', 'execute') AS system,
      has_function_privilege('pg_walfile_name(pg_lsn)', 'execute')
        AND has_function_privilege('pg_current_wal_insert_lsn()', 'execute') AS wal,
      has_function_privilege('pg_control_checkpoint()', 'execute') AS checkpoint`);
  // The control file names the timeline only after the first checkpoint of a promoted server; the
  // WAL names it immediately.
  const timeline = may?.wal
    ? 'left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)'
    : '(SELECT timeline_id FROM pg_control_checkpoint())';
  return raw(`concat_ws(' ',
    ${may?.system ? '(SELECT system_identifier FROM pg_control_system()),' : ''}
    ${may?.wal || may?.checkpoint ? `${timeline},` : ''}
    (SELECT oid FROM pg_database WHERE datname = current_database()), database_epoch.tableoid)`);
}
