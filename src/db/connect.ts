import BetterSqlite3 from 'better-sqlite3';
import type { PoolClient, Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { DomainError, ErrorCode } from '../errors';
import type { Database } from './database';
import { renewEpoch } from './state/epoch';
import { postgresDatabase } from './postgres/database';
import { poolOf } from './postgres/pool';
import { Signals } from './signals';
import { sqliteDatabase } from './sqlite/database';
import { createPrivateFile } from './sqlite/files';

/** An arbitrary advisory-lock key, equal in all processes. Its holder runs the migrations. */
const MIGRATION_LOCK = 7_314_001;

/**
 * Connects, runs pending migrations and returns the database. On PostgreSQL any number of
 * processes may start concurrently: the first migrates, the others wait. With `migrate: false` the
 * tables stay unchanged. `signals` are those of the App; a command without one has its own.
 * @throws DomainError CONFLICT with `migrate: false` if tables are missing or migrations are
 * pending.
 */
export async function connect(
  make: (role: 'writer' | 'reader') => DataSource,
  onError: (error: Error) => void,
  { migrate = true, signals = new Signals() } = {},
): Promise<Database> {
  const writer = make('writer');
  await writer.initialize();
  try {
    if (writer.options.type !== 'postgres') {
      await (migrate ? writer.runMigrations() : requireMigrated(writer));
      return await sqliteDatabase(writer, await make('reader').initialize(), signals);
    }
    await watch(poolOf(writer), onError);
    await (migrate ? runMigrations(writer) : requireMigrated(writer));
    const reader = await make('reader').initialize();
    await watch(poolOf(reader), onError);
    const db = await postgresDatabase(writer, reader, signals);
    await renewEpoch(db);
    return db;
  } catch (error) {
    await writer.destroy();
    throw error;
  }
}

/** Compares names because showMigrations would create its table. */
async function requireMigrated(writer: DataSource): Promise<void> {
  const runner = writer.createQueryRunner();
  try {
    const rows = (await runner.hasTable('migrations'))
      ? ((await runner.query('SELECT name FROM migrations')) as { name: string }[])
      : [];
    const done = new Set(rows.map(({ name }) => name));
    const pending = writer.migrations.filter(
      ({ name, constructor }) => !done.has(name ?? constructor.name),
    );
    if (!pending.length) return;
    const fault = rows.length
      ? `The tables are those of an earlier version: ${pending.length} migrations are pending.`
      : 'The database has no tables of Slotgraph.';
    throw new DomainError(
      ErrorCode.CONFLICT,
      `${fault} Start the gateway once (npm start), which brings them up to date.`,
    );
  } finally {
    await runner.release();
  }
}

async function runMigrations(writer: DataSource): Promise<void> {
  const client = (await poolOf(writer).connect()) as PoolClient;
  try {
    await client.query('SET statement_timeout = 0; SET lock_timeout = 0');
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await writer.runMigrations();
  } finally {
    // Ends the session, which releases the lock and the settings.
    client.release(true);
  }
}

/**
 * Adds 'error' listeners: pg emits 'error' on clients that lose their server, and without a
 * listener the process ends.
 */
async function watch(pool: Pool, onError: (error: Error) => void): Promise<void> {
  pool.on('connect', (client) => client.on('error', onError));
  // The client that TypeORM used to verify the connection.
  const first = await pool.connect();
  first.on('error', onError);
  first.release();
}

/**
 * Locks the data directory for this process. The operating system releases the lock when the
 * process ends, even if killed.
 * @throws DomainError CONFLICT if another process holds the lock.
 */
export function lockDirectory(directory: string): { release(): void } {
  const file = `${directory}/slotgraph.lock`;
  createPrivateFile(file);
  const lock = new BetterSqlite3(file, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error;
    throw new DomainError(
      ErrorCode.CONFLICT,
      `Another process is using ${directory}. The embedded SQLite serves one process: stop the other, choose another DATA_DIR, or set DATABASE_URL to a PostgreSQL.`,
    );
  }
  return { release: () => void lock.close() };
}
