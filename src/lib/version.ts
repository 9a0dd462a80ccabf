import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The version in the package.json nearest above a directory. */
export function versionOf(directory: string): string {
  const path = join(directory, 'package.json');
  if (existsSync(path))
    return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
  return dirname(directory) === directory ? 'unknown' : versionOf(dirname(directory));
}
