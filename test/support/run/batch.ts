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
/** The last one first: Jest starts it first, and it has the longest suite. */
const batches = readdirSync(BATCHES)
  .filter((name) => name.startsWith('batch-'))
  .sort()
  .reverse();

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

/** Suites that take long, the longest first. */
const LONGEST = [
  'access/disclosure/disclosure',
  'db/faults',
  'availability/offers/offers',
  'booking/optimistic-rivals/optimistic-rivals',
  'locations/super-users/super-users',
  'graphql/cursors',
  'recurring/series-after-changes',
  'processes/commands/commands',
  'custom-fields/rules',
  'processes/restore',
  'services/retries-by-role',
  'graphql/numbers-as-ids',
  'access/public-limits/each-limit',
  'graphql/nulls',
  'availability/offered-is-bookable/offered-is-bookable',
  'graphql/odd-values',
  'services/retries/retries',
  'recurring/model',
  'processes/commands/each-command',
  'staff/lists',
  'appointments/permissions-as-data',
  'booking/engine/engine',
  'recurring/series/series',
  'classes/explanations/explanations',
].map((name) => `${name}.test.ts`);

/** Returns the batch of the suite at an index: 0, 1, 2, 2, 1, 0, 0, ... for three batches. */
function batchAt(index: number): string | undefined {
  const [round, place] = [Math.floor(index / batches.length), index % batches.length];
  return batches[round % 2 ? batches.length - 1 - place : place];
}

/** Runs the share of the other suites that belongs to a file of `test/batches`. */
export function runBatch(file: string): void {
  const others = suites.filter((path) => !startsProcesses(path));
  const missing = LONGEST.filter((path) => !others.includes(path));
  if (missing.length) throw new Error(`Unknown suites: ${missing.join(', ')}`);
  const ordered = [...LONGEST, ...others.filter((path) => !LONGEST.includes(path))];
  runSuites(ordered.filter((_, index) => batchAt(index) === basename(file)));
}
