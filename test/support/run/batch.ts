import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const TESTS = join(__dirname, '..', '..');
const BATCHES = join(TESTS, 'batches');
/** At least the longest timeout that any suite sets. */
const TIMEOUT_MS = 600_000;

const suites = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.test.ts'))
  .sort();

/** Whether a suite, or a file of its folder that it imports, starts processes. */
function startsProcesses(path: string): boolean {
  const text = readFileSync(join(TESTS, path), 'utf8');
  const parts = [...text.matchAll(/ from '\.\/(.+)'/g)].map(([, name]) => `${name}.ts`);
  return (
    text.includes("support/harness/process'") ||
    parts.some((name) => startsProcesses(join(dirname(path), name)))
  );
}
const batches = readdirSync(BATCHES)
  .filter((name) => name.startsWith('batch-'))
  .sort();

/**
 * Runs a suite under its path. One that does not load is a failed test, so that the others of its
 * batch run.
 */
function runSuite(path: string): void {
  describe(path, () => {
    try {
      require(join(TESTS, path));
    } catch (error) {
      it('loads', () => {
        throw error;
      });
    }
  });
}

/**
 * Runs suites in one module registry. A test that fails runs once more, and its first error is
 * printed: the suites kill processes and wait for leases on a machine of unknown speed.
 */
function runSuites(paths: readonly string[]): void {
  jest.retryTimes(1, { logErrorsBeforeRetry: true });
  paths.forEach(runSuite);
  // Jest has one timeout for each file and applies the last one that was set.
  jest.setTimeout(TIMEOUT_MS);
}

/** Runs the suites that start processes, and kill some, one after the other. */
export const runProcessSuites = (): void => runSuites(suites.filter(startsProcesses));

/** Runs the share of the other suites that belongs to a file of `test/batches`. */
export const runBatch = (file: string): void =>
  runSuites(
    suites
      .filter((path) => !startsProcesses(path))
      .filter((_, index) => index % batches.length === batches.indexOf(basename(file))),
  );
