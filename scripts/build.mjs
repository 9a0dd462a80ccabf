// Compiles the gateway and bundles the playground into dist/.
//
//   node scripts/build.mjs [--if-stale]
//
// With --if-stale each part whose output is newer than everything it is made of is left as it is.
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const parts = [
  {
    name: 'gateway',
    mark: 'dist/.gateway',
    from: [
      'src',
      'ormconfig.ts',
      'tsconfig.json',
      'tsconfig.build.json',
      'package.json',
      'package-lock.json',
      'scripts',
    ],
    needs: 'node_modules/typescript',
    clean: ['dist/src', 'dist/ormconfig.js'],
    run: ['node', 'node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'],
  },
  {
    name: 'playground',
    mark: 'dist/.playground',
    from: ['src/playground', 'docs/scalars.md', 'package.json', 'package-lock.json', 'scripts'],
    needs: 'node_modules/esbuild',
    clean: ['dist/playground'],
    run: ['node', 'scripts/build-playground.mjs'],
  },
];

function newest(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  return stat.isDirectory()
    ? Math.max(stat.mtimeMs, ...readdirSync(path).map((entry) => newest(join(path, entry))))
    : stat.mtimeMs;
}

async function buildPart({ name, mark, from, needs, clean, run: [command, ...args] }, onlyStale) {
  const built = existsSync(mark) ? statSync(mark).mtimeMs : 0;
  if (onlyStale && built && built >= Math.max(...from.map(newest))) return;
  if (!existsSync(needs)) {
    if (built)
      return void console.warn(
        `The ${name} in dist may be old: what builds it is not installed. Going on with it.`,
      );
    throw new Error(
      `The ${name} is not built, and ${needs} is not installed: run npm ci with development dependencies first.`,
    );
  }
  console.log(`Building the ${name} ...`);
  const startedAt = new Date();
  rmSync(mark, { force: true });
  for (const path of clean) rmSync(path, { recursive: true, force: true });
  const code = await new Promise((resolve) =>
    spawn(command, args, { stdio: 'inherit' }).on('exit', resolve),
  );
  if (code !== 0) throw new Error(`The ${name} could not be built.`);
  writeFileSync(mark, '');
  // A file that was edited meanwhile is newer than the output.
  utimesSync(mark, startedAt, startedAt);
}

/** Records the commit, which /healthz reports: SOURCE_COMMIT where the sources have no repository. */
function recordCommit() {
  const { stdout } = spawnSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' });
  const commit = process.env.SOURCE_COMMIT || stdout?.trim();
  if (!commit) return;
  mkdirSync('dist', { recursive: true });
  writeFileSync('dist/commit', commit);
}

/** Builds both parts, from the root of the repository. Prints what fails, and returns whether nothing did. */
export async function build({ onlyStale = false } = {}) {
  const results = await Promise.allSettled(parts.map((part) => buildPart(part, onlyStale)));
  recordCommit();
  const failed = results.filter(({ status }) => status === 'rejected');
  for (const { reason } of failed) console.error(reason.message);
  return failed.length === 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = (await build({ onlyStale: process.argv.includes('--if-stale') })) ? 0 : 1;
}
