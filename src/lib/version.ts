import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Returns the commit that the build recorded at the root; 'unknown' without one. */
export function commitOf(directory: string): string {
  const path = join(directory, 'dist', 'commit');
  if (existsSync(path)) return readFileSync(path, 'utf8').trim();
  return dirname(directory) === directory ? 'unknown' : commitOf(dirname(directory));
}

/** Returns the version in the nearest package.json at or above a directory. */
export function versionOf(directory: string): string {
  const path = join(directory, 'package.json');
  if (existsSync(path))
    return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
  return dirname(directory) === directory ? 'unknown' : versionOf(dirname(directory));
}
