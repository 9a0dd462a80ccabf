/**
 * Plants faults in the pure modules and runs the suites that cover them: `npm run mutants -- money`.
 * Without a name it runs every module of the table. `--force` ignores the results of earlier runs;
 * `--concurrency=1` runs one mutant at a time.
 * Prints the score and the surviving mutants per module; exits with 1 below MIN_SCORE.
 */
import { existsSync, readdirSync } from 'node:fs';
import { Stryker } from '@stryker-mutator/core';

/** Percent of the mutants that a suite has to detect. */
const MIN_SCORE = 85;

/** Mutants at a time. */
const CONCURRENCY = Number(
  process.argv.find((argument) => argument.startsWith('--concurrency='))?.split('=')[1] ?? 2,
);

/** A suite is a file, or a folder of files. */
const suitesOf = (path) =>
  existsSync(`test/${path}.test.ts`)
    ? [`test/${path}.test.ts`]
    : readdirSync(`test/${path}`)
        .filter((name) => name.endsWith('.test.ts'))
        .map((name) => `test/${path}/${name}`);
const module = (path, ...files) => ({ suites: suitesOf(path), files });
const ENGINE = 'src/features/availability/engine';
const PLANNER = 'src/graphql/planner';
const FIELDS = 'src/features/custom-fields/values';

/** Smallest first. Each has a suite without a database, which Jest runs as well. */
const MODULES = {
  money: module('lib/money', 'src/lib/money.ts'),
  intervals: module('lib/intervals', 'src/lib/intervals.ts'),
  icalendar: module('lib/icalendar', 'src/lib/icalendar/*.ts'),
  cursors: module('graphql/connection', 'src/graphql/connection.ts', 'src/log/cursor.ts'),
  // The lines of periodOf and periodEnd: the rest of the file reads the database.
  quotas: module('availability/quotas', 'src/features/availability/facts/quota.ts:10-43'),
  recurrence: module('lib/recurrence', 'src/lib/recurrence.ts'),
  'time-zones': module('lib/time-zone', 'src/lib/time-zone.ts'),
  limits: module('graphql/operation-cost', 'src/graphql/limits/*.ts', 'src/graphql/field-cost.ts'),
  'server-limits': module(
    'http/server-limits',
    ...['server-limits', 'metrics-token', 'unread', 'socket-gate'].map(
      (name) => `src/http/limits/${name}.ts`,
    ),
  ),
  steps: module('availability/steps', `${ENGINE}/steps.ts`),
  allocation: module('availability/allocation', `${ENGINE}/allocation.ts`),
  engine: module('availability/engine', `${ENGINE}/engine.ts`, `${ENGINE}/bounds.ts`),
  sql: module('db/sql', 'src/db/sql.ts', 'src/graphql/planner/json-sql.ts'),
  selections: module('planner/selections', `${PLANNER}/selection.ts`, `${PLANNER}/codec.ts`),
  plans: module(
    'planner/compile',
    ...['compile', 'sql', 'assemble', 'fallback'].map((name) => `${PLANNER}/${name}.ts`),
  ),
  'field-rules': module('custom-fields/validation', `${FIELDS}/pattern.ts`, `${FIELDS}/rules.ts`),
};

const DETECTED = new Set(['Killed', 'Timeout']);
const VALID = new Set([...DETECTED, 'Survived', 'NoCoverage']);

const options = (name, { files, suites }, force) => ({
  mutate: files,
  testRunner: 'mocha',
  plugins: ['@stryker-mutator/mocha-runner'],
  mochaOptions: {
    require: ['./scripts/mutants-setup.cjs'],
    spec: suites,
  },
  coverageAnalysis: 'perTest',
  incremental: true,
  force,
  incrementalFile: `reports/mutants/${name}.json`,
  tempDirName: '.stryker-tmp',
  cleanTempDir: 'always',
  // The transform removes types, and Stryker reads tsconfig.json by an API that TypeScript 7 lacks.
  tsconfigFile: 'none.json',
  disableTypeChecks: false,
  ignorePatterns: ['/dist', '/bench', '/data', '/docs', '/reports', '/coverage'],
  concurrency: CONCURRENCY,
  timeoutMS: 30_000,
  timeoutFactor: 4,
  dryRunTimeoutMinutes: 20,
  reporters: ['progress-append-only'],
  logLevel: 'error',
  warnings: { slow: false },
  allowConsoleColors: false,
});

const place = ({ fileName, location: { start } }) =>
  `${fileName.replace(`${process.cwd()}/`, '').replace(/.*\/sandbox-\w+\//, '')}:${start.line}`;

async function run(name, force) {
  const found = await new Stryker(options(name, MODULES[name], force)).runMutationTest();
  const mutants = found.filter(({ status }) => VALID.has(status));
  const missed = mutants.filter(({ status }) => !DETECTED.has(status));
  const score = (100 * (mutants.length - missed.length)) / mutants.length;
  for (const mutant of missed)
    console.log(
      `  ${mutant.status} ${place(mutant)} ${mutant.mutatorName} -> ${mutant.replacement.replace(/\s+/g, ' ').slice(0, 100)}`,
    );
  console.log(`${name}: ${score.toFixed(1)} % of ${mutants.length} mutants, ${missed.length} left`);
  return score;
}

const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const unknown = names.filter((name) => !MODULES[name]);
if (unknown.length) {
  console.error(`No module ${unknown.join(', ')}. There are ${Object.keys(MODULES).join(', ')}.`);
  process.exit(2);
}
for (const name of names.length ? names : Object.keys(MODULES))
  if ((await run(name, process.argv.includes('--force'))) < MIN_SCORE) process.exitCode = 1;
