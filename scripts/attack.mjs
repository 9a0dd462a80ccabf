/**
 * Attacks a built gateway on loopback and reports how much of its throughput a legitimate client keeps.
 * Three kinds of processes run: the gateway with a bounded heap, the client, and attackers at low
 * priority, so that the ratio shows the gateway's work and not the machine's scheduler. The client is
 * measured before, during and after the attack.
 *
 * Usage: npm run attack -- --seconds 600 [--calm 20] [--heap 512] [--processes 2] [--profile DIRECTORY]
 * Prints one line of JSON. Exits with 1 if the gateway ended, a request of the client failed, or the
 * client kept less than half of its throughput.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Connection } from './attack/connection.mjs';

const ATTACKER_NICENESS = 10;
const MIN_RATIO = 0.5;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    calm: { type: 'string', default: '20' },
    heap: { type: 'string', default: '512' },
    processes: { type: 'string', default: '2' },
    only: { type: 'string' },
    profile: { type: 'string' },
  },
});
const [seconds, calm, processes] = [values.seconds, values.calm, values.processes].map(Number);
const directory = mkdtempSync(join(tmpdir(), 'slotgraph-attack-'));
const profile = values.profile ? ['--cpu-prof', `--cpu-prof-dir=${values.profile}`] : [];
const gateway = spawn(
  process.execPath,
  [`--max-old-space-size=${values.heap}`, ...profile, 'dist/src/main.js'],
  {
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      DATA_DIR: directory,
      LOG_LEVEL: 'info',
      SEED_DEMO: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  },
);
let hasExited = false;
gateway.once('exit', () => (hasExited = true));
let errorBytes = 0;
gateway.stderr.on('data', (chunk) => (errorBytes += chunk.length));

/** Resolves with the address and the demo's key. */
const started = new Promise((resolve, reject) => {
  let text = '';
  gateway.stdout.on('data', (chunk) => {
    if (text.length > 100_000) return;
    text += chunk;
    const url = /"url":"([^"]+)"/.exec(text)?.[1];
    const key = /Key +(sg_[\w-]+)\s/.exec(text)?.[1];
    if (url && key) resolve({ url, key });
  });
  gateway.once('exit', (code) => reject(new Error(`The gateway ended with ${code}.`)));
});

const worker = (file, niceness, options) => {
  const child = spawn(
    'nice',
    ['-n', String(niceness), process.execPath, `scripts/attack/${file}`, JSON.stringify(options)],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );
  return {
    child,
    /** Sends a command and resolves with the response. */
    async ask(command) {
      const response = once(child, 'message');
      child.send(command);
      return (await response)[0];
    },
  };
};

const rssMb = () =>
  Math.round(
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${gateway.pid}/status`, 'utf8'))?.[1] ?? 0) /
      1024,
  );

/** The heap in use by the gateway's own metric. */
async function heapMb(connection) {
  const { body } = await connection.get('/metrics').catch(() => ({ body: '' }));
  const bytes = /^nodejs_heap_size_used_bytes(?:\{[^}]*\})? (\S+)$/m.exec(body)?.[1];
  return bytes === undefined ? null : Math.round(Number(bytes) / 1024 / 1024);
}

/** A publishable key, and the queries of an attacker with it. */
async function prepare(url, key) {
  const connection = new Connection(url, key);
  const ask = async (query) => JSON.parse((await connection.post({ query })).body).data;
  const { createApiKey } = await ask(
    'mutation { createApiKey(input: { name: "attack", role: PUBLIC }) { key } }',
  );
  const { reasons, locations } = await ask(
    '{ reasons(first: 20) { nodes { id reasonType } } locations(first: 1) { nodes { id } } }',
  );
  const reason = reasons.nodes.find(({ reasonType }) => reasonType === 'SERVICE');
  connection.close();
  return {
    publishable: createApiKey.key,
    reasonId: reason.id,
    locationId: locations.nodes[0].id,
  };
}

async function main() {
  const { url, key } = await started;
  const facts = { url, key, ...(await prepare(url, key)) };
  const client = worker('client.mjs', 0, facts);
  const attackers = Array.from({ length: processes }, (_, index) =>
    worker('attacker.mjs', ATTACKER_NICENESS, { ...facts, index, only: values.only }),
  );
  const probe = new Connection(url, key);
  await client.ask({ forMs: 3_000 });

  const before = await client.ask({ forMs: calm * 1_000 });
  const atStart = { rssMb: rssMb(), heapMb: await heapMb(probe) };
  attackers.forEach(({ child }) => child.send('start'));
  await pause(500);
  const rss = [];
  const heap = [];
  const sampling = setInterval(async () => {
    if (hasExited) return;
    rss.push(rssMb());
    const used = await heapMb(probe);
    if (used !== null) heap.push(used);
  }, 1_000);
  const during = await client.ask({ forMs: seconds * 1_000 });
  clearInterval(sampling);
  const counts = {};
  for (const { ask } of attackers)
    for (const [name, count] of Object.entries(await ask('stop')))
      counts[name] = (counts[name] ?? 0) + count;
  await pause(2_000);
  // The least heap in use while the client works again is what a collection leaves.
  const left = [];
  const samplingEnd = setInterval(async () => {
    const used = hasExited ? null : await heapMb(probe);
    if (used !== null) left.push(used);
  }, 100);
  const after = await client.ask({ forMs: calm * 1_000 });
  clearInterval(samplingEnd);
  const isAlive = !hasExited && (await probe.get('/healthz')).status === 200;
  const atEnd = hasExited ? null : { rssMb: rssMb(), heapMb: Math.min(...left) };
  probe.close();
  [client, ...attackers].forEach(({ child }) => child.disconnect());

  const ratio = during.perSecond / ((before.perSecond + after.perSecond) / 2);
  const report = {
    seconds,
    client: { before, during, after },
    ratio: Math.round(ratio * 100) / 100,
    isAlive,
    atStart,
    most: { rssMb: Math.max(...rss), heapMb: Math.max(...heap) },
    atEnd,
    errorBytes,
    attack: counts,
  };
  process.stdout.write(`${JSON.stringify(report)}\n`);
  return isAlive && during.failed === 0 && ratio >= MIN_RATIO;
}

main()
  .then(
    (passed) => (process.exitCode = passed ? 0 : 1),
    (error) => {
      process.stderr.write(`${error.stack}\n`);
      process.exitCode = 1;
    },
  )
  .finally(async () => {
    gateway.kill('SIGTERM');
    while (!hasExited) await pause(20);
    rmSync(directory, { recursive: true, force: true });
    process.exit();
  });
