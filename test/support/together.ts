import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const TESTS = join(__dirname, '..');
const SHARES = join(TESTS, 'all');
/** The longest that any suite gives a test, at whatever size. */
const PATIENCE_MS = 600_000;

const suites = readdirSync(TESTS).filter((name) => name.endsWith('.test.ts'));
const startsProcesses = (name: string): boolean =>
  readFileSync(join(TESTS, name), 'utf8').includes("from './support/process'");
const shares = readdirSync(SHARES).filter((name) => name.startsWith('share-'));

/**
 * Declares the suites of a file. A test that fails runs once more, and its first error is printed: the
 * suites kill processes and wait for leases on a machine of unknown speed.
 */
function together(names: readonly string[]): void {
  jest.retryTimes(1, { logErrorsBeforeRetry: true });
  for (const name of names) describe(name, () => void require(join(TESTS, name)));
  // Jest knows one patience for a file, and takes the last that is said.
  jest.setTimeout(PATIENCE_MS);
}

/** The suites that start processes, and kill some: one after the other. */
export const runProcesses = (): void => together(suites.filter(startsProcesses));

/** The part of all other suites that falls to the file of this name. */
export const runShare = (file: string): void =>
  together(
    suites
      .filter((name) => !startsProcesses(name))
      .filter((_, index) => index % shares.length === shares.indexOf(basename(file))),
  );
