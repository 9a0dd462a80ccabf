// `npm start`: builds what is stale and runs the gateway in this very process, so that signals reach it.
//
// Keep the syntax readable for old versions of Node.js: the first statement is what they have to get to.
import { readFileSync } from 'node:fs';

const PARENT_CHECK_MS = 500;

/** Stops the gateway when npm is gone: a killed npm or shell forwards no signal. */
function stopWithParent() {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.emit('SIGTERM', 'SIGTERM');
  }, PARENT_CHECK_MS).unref();
}

function requiredVersion() {
  const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return engines.node.replace('>=', '');
}

function isOlder(version, required) {
  const [numbers, needed] = [version, required].map((text) => text.split('.').map(Number));
  return numbers[0] < needed[0] || (numbers[0] === needed[0] && numbers[1] < (needed[1] || 0));
}

const required = requiredVersion();
if (isOlder(process.versions.node, required)) {
  console.error(
    `Node.js ${process.versions.node} is too old: Slotgraph needs ${required} or newer. Install it, then run "npm ci" again.`,
  );
  process.exit(1);
}

const { build } = await import('./build.mjs');
if (!(await build({ onlyStale: true }))) process.exit(1);
if (process.env.npm_lifecycle_event === 'start') stopWithParent();
process.argv.splice(2, 0, 'start');
await import('../dist/src/cli/slotgraph.js');
