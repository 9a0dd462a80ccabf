import BetterSqlite3 from 'better-sqlite3';
import { mkdirSync } from 'node:fs';
import type { PoolClient, Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { DomainError, ErrorCode } from '../../errors';
import type { Database } from './database';
import { renewEpoch } from './epoch';
import { postgresDatabase } from './postgres';
import { sqliteDatabase } from './sqlite';

/** Any number, the same in every process: who holds it migrates. */
const MIGRATION_LOCK = 7_314_001;

/**
 * Connects, brings the tables up to date and answers the one way to read and write.
 * Any number of processes may start at once on PostgreSQL: the first migrates, the others wait.
 */
export async function connect(make: (role: 'writer' | 'reader') => DataSource, onError: (error: Error) => void): Promise<Database> {
  const writer = make('writer');
  await writer.initialize();
  try {
    if (writer.options.type !== 'postgres') {
      await writer.runMigrations();
      return await sqliteDatabase(writer, await make('reader').initialize());
    }
    await watch(poolOf(writer), onError);
    await migrate(writer);
    const reader = await make('reader').initialize();
    await watch(poolOf(reader), onError);
    const db = await postgresDatabase(writer, reader);
    await renewEpoch(db);
    return db;
  } catch (error) {
    await writer.destroy();
    throw error;
  }
}

const poolOf = (source: DataSource): Pool => (source.driver as unknown as { master: Pool }).master;

async function migrate(writer: DataSource): Promise<void> {
  const client = (await poolOf(writer).connect()) as PoolClient;
  try {
    await client.query('SET statement_timeout = 0; SET lock_timeout = 0');
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await writer.runMigrations();
  } finally {
    // Ends the session, and with it the lock and the settings.
    client.release(true);
  }
}

/** pg emits 'error' on clients that lose their server, idle or in use; without a listener that ends the process. */
async function watch(pool: Pool, onError: (error: Error) => void): Promise<void> {
  pool.on('connect', (client) => client.on('error', onError));
  // The one by which TypeORM has found out that the server is there.
  const first = await pool.connect();
  first.on('error', onError);
  first.release();
}

/**
 * Takes the data directory for this process until it ends, however it ends: the operating system drops the lock of a killed one.
 * @throws DomainError CONFLICT when another process has it.
 */
export function lockDirectory(directory: string): { release(): void } {
  mkdirSync(directory, { recursive: true });
  const lock = new BetterSqlite3(`${directory}/slotgraph.lock`, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch {
    lock.close();
    throw new DomainError(
      ErrorCode.CONFLICT,
      `Another process is using ${directory}. The embedded SQLite serves one process: stop the other, choose another DATA_DIR, or set DATABASE_URL to a PostgreSQL.`,
    );
  }
  return { release: () => void lock.close() };
}
