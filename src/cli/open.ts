import { loadConfig, type Config } from '../config';
import { dataSource } from '../data-source';
import { DomainError } from '../errors';
import { connect, lockDirectory } from '../shared/db/connect';
import type { Database } from '../shared/db/database';

/** Runs a command on the configured database; what it refuses is printed as a sentence, and the exit status is 1. */
export async function onDatabase(work: (db: Database, config: Config) => Promise<number>): Promise<void> {
  let release: () => void = () => undefined;
  let db: Database | undefined;
  try {
    const config = loadConfig();
    if (!config.databaseUrl) ({ release } = lockDirectory(config.dataDirectory));
    db = await connect((role) => dataSource(config, role), (error) => process.stderr.write(`${error.message}\n`));
    process.exitCode = await work(db, config);
  } catch (error) {
    process.stderr.write(`${error instanceof DomainError ? error.message : (error as Error).stack}\n`);
    process.exitCode = 1;
  } finally {
    await db?.close();
    release();
  }
}
