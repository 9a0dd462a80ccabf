import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

const OWNER_ONLY = 0o600;

/** Creates the directory of the database with mode 0700. An existing directory keeps its mode. */
export const createDirectory = (path: string): void =>
  void mkdirSync(path, { recursive: true, mode: 0o700 });

/**
 * Creates the file with mode 0600 if it is missing, and restricts it and its -wal and -shm to that
 * mode.
 * SQLite gives the two the mode of the database file.
 */
export function createPrivateFile(path: string): void {
  createDirectory(dirname(path));
  closeSync(openSync(path, 'a', OWNER_ONLY));
  for (const file of [path, `${path}-wal`, `${path}-shm`]) if (existsSync(file)) restrict(file);
}

function restrict(file: string): void {
  try {
    chmodSync(file, OWNER_ONLY);
  } catch (error) {
    // The file belongs to another user who shares it with a group.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
  }
}
