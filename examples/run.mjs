// Generates and compiles the examples, starts a gateway with the demo data on SQLite, and runs all
// clients against it: npm run examples [-- NAME ...]. The exit code is 1 if one of them fails.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(HERE);
const TSC = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
const NODE = process.execPath;
/** Milliseconds after which an example is ended. */
const LIMIT_MS = 90_000;

const client = (name) => [NODE, [`dist/${name}/main.js`]];
const EXAMPLES = {
  codegen: client('codegen'),
  apollo: client('apollo'),
  urql: client('urql'),
  relay: client('relay'),
  'graphql-ws': client('graphql-ws'),
  'graphql-sse': client('graphql-sse'),
  curl: ['sh', ['curl/run.sh']],
  federation: client('federation'),
};
/** Examples that need a gateway of their own, with these variables. */
const SETTINGS = { federation: { SUBGRAPH: '1' } };

/** Runs a command in this folder. Resolves with whether it succeeded; its output is passed on. */
async function run([command, args], { cwd = HERE, env = {} } = {}) {
  const options = { cwd, env: { ...process.env, ...env }, timeout: LIMIT_MS };
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = await once(child, 'exit');
  return code === 0;
}

const relay = (folder) =>
  run([NODE, ['../node_modules/relay-compiler/cli.js', 'relay.config.js', '--output', 'quiet']], {
    cwd: join(HERE, folder),
  });

/** Resolves with whether the code of the clients was generated and compiled. */
async function build() {
  const generated = await Promise.all([
    run([NODE, ['codegen/generate.mjs']]),
    relay('relay'),
    run([NODE, ['relay-schema/generate.mjs']]).then(
      (succeeded) => succeeded && relay('relay-schema'),
    ),
  ]);
  return generated.every(Boolean) && run([NODE, [TSC, '-p', 'tsconfig.json']]);
}

/**
 * Starts a gateway. Returns its address and the keys of administrators of two businesses as variables
 * of the examples.
 */
async function startGateway(directory, settings = {}) {
  const env = { ...process.env, DATA_DIR: directory, PORT: '0', LOG_LEVEL: 'info', ...settings };
  const child = spawn(NODE, [join(ROOT, 'dist', 'src', 'main.js')], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The gateway ended with ${code}.`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('Slotgraph is listening')) resolve(JSON.parse(line).url);
    });
  });
  const [keys, others] = Object.values(
    JSON.parse(readFileSync(join(directory, 'demo-keys.json'), 'utf8')),
  );
  const stop = async () => {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  };
  const keysOfBoth = { GATEWAY_KEY: keys.secret, OTHER_KEY: others.secret };
  return { env: { GATEWAY_URL: url, ...keysOfBoth }, stop };
}

/** Runs an example, with a gateway of its own if it has settings. */
async function runExample(name, shared, directory) {
  const settings = SETTINGS[name];
  if (!settings) return run(EXAMPLES[name], { env: shared });
  const own = join(directory, name);
  mkdirSync(own);
  const { env, stop } = await startGateway(own, settings);
  try {
    return await run(EXAMPLES[name], { env });
  } finally {
    await stop();
  }
}

async function main(names) {
  const unknown = names.filter((name) => !(name in EXAMPLES));
  if (unknown.length > 0) throw new Error(`Unknown examples: ${unknown.join(', ')}`);
  const directory = mkdtempSync(join(tmpdir(), 'slotgraph-examples-'));
  try {
    const [isBuilt, { env, stop }] = await Promise.all([build(), startGateway(directory)]);
    try {
      if (!isBuilt) throw new Error('The examples do not compile.');
      const chosen = names.length > 0 ? names : Object.keys(EXAMPLES);
      const results = await Promise.all(
        chosen.map(async (name) => ({ name, succeeded: await runExample(name, env, directory) })),
      );
      for (const { name, succeeded } of results)
        console.log(`${succeeded ? 'ok    ' : 'FAILED'} ${name}`);
      return results.every(({ succeeded }) => succeeded);
    } finally {
      await stop();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
