import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { DomainError, ErrorCode } from '../../errors';
import { createDirectory, createPrivateFile } from './files';

/**
 * Copies an SQLite database as of one commit, WAL included, and returns the size of the copy in
 * bytes. Other processes may write meanwhile. The target appears only once it is complete and
 * durable.
 * @throws DomainError CONFLICT if the target exists.
 */
const LOCK_WAIT_MS = 5_000;

/**
 * Copies a SQLite database as of one commit, WAL included, and returns the size of the copy in
 * bytes. Other processes may write meanwhile.
 * The target appears only once it is complete and durable.
 * @throws DomainError CONFLICT if the target exists.
 */
export function backUp(source: string, target: string): number {
  if (existsSync(target))
    throw new DomainError(
      ErrorCode.CONFLICT,
      `${target} exists already: choose another file with --to.`,
    );
  createDirectory(dirname(target));
  const partial = `${target}.partial`;
  rmSync(partial, { force: true });
  // VACUUM INTO accepts an empty file and keeps its mode.
  createPrivateFile(partial);
  const connection = new BetterSqlite3(source, {
    readonly: true,
    fileMustExist: true,
    timeout: LOCK_WAIT_MS,
  });
  try {
    connection.prepare('VACUUM INTO ?').run(partial);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  } finally {
    connection.close();
  }
  sync(partial);
  renameSync(partial, target);
  sync(dirname(target));
  return statSync(target).size;
}

function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}
