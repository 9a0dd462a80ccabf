/**
 * Attacks a built gateway on loopback and measures what a legitimate client keeps of its throughput.
 * Eight anonymous connections send large invalid documents, introspection and unread WebSocket
 * operations; one publishable key asks for months of availability. Usage: npm run attack -- --seconds 600
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const { WebSocket } = createRequire(import.meta.url)('ws');
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    heap: { type: 'string', default: '512' },
  },
});
const seconds = Number(values.seconds);
const directory = mkdtempSync(join(tmpdir(), 'slotgraph-attack-'));
const child = spawn(process.execPath, [`--max-old-space-size=${values.heap}`, 'dist/src/main.js'], {
  env: {
    PATH: process.env.PATH,
    PORT: '0',
    DATA_DIR: directory,
    LOG_LEVEL: 'info',
    SEED_DEMO: '1',
  },
  stdio: ['ignore', 'pipe', 'ignore'],
});
let exited = false;
child.once('exit', () => (exited = true));

/** Resolves with the address and the demo's key. */
const started = new Promise((resolve, reject) => {
  let text = '';
  child.stdout.on('data', (chunk) => {
    if (text.length > 100_000) return;
    text += chunk;
    const url = /"url":"([^"]+)"/.exec(text)?.[1];
    const key = /Key +(sg_[\w-]+)\s/.exec(text)?.[1];
    if (url && key) resolve({ url, key });
  });
  child.once('exit', (code) => reject(new Error(`The gateway ended with ${code}.`)));
});

const rssMb = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

async function main() {
  const { url, key } = await started;
  let stop = false;
  const counts = {};
  const post = async (name, query, authorization) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(authorization ? { authorization: `Bearer ${authorization}` } : {}),
      },
      body: JSON.stringify({ query }),
      signal: AbortSignal.timeout(20_000),
    });
    const body = await response.text();
    const label = `${name} ${response.status}`;
    counts[label] = (counts[label] ?? 0) + 1;
    return { ok: response.ok && !body.includes('"errors"'), body };
  };
  const loop = async (work) => {
    while (!stop && !exited) await work().catch(() => pause(100));
  };

  const ask = async (query) => JSON.parse((await post('set-up', query, key)).body).data;
  const { createApiKey } = await ask(
    'mutation { createApiKey(input: { name: "attack", role: PUBLIC }) { created { key } } }',
  );
  const publishable = createApiKey.created.key;
  const { reasons, locations } = await ask(
    '{ reasons(first: 20) { nodes { id reasonType } } locations(first: 1) { nodes { id } } }',
  );
  const reason =
    reasons.nodes.find(({ reasonType }) => reasonType === 'SERVICE') ?? reasons.nodes[0];
  const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  const month = (alias) =>
    `${alias}: availability(input: { reasonId: "${reason.id}", locationId: "${locations.nodes[0].id}", from: "${day(1)}", to: "${day(31)}" }) { availableTimes { start text } }`;

  const legitimate = async (ms) => {
    const end = performance.now() + ms;
    let done = 0;
    const client = async () => {
      while (performance.now() < end && !exited) {
        const answer = await post(
          'legitimate',
          '{ appointments(first: 20) { nodes { id start client { fullName } staff { fullName } } } }',
          key,
        ).catch(() => ({ ok: false }));
        if (answer.ok) done += 1;
      }
    };
    await Promise.all(Array.from({ length: 8 }, client));
    return done / (ms / 1000);
  };

  await legitimate(2_000);
  const before = await legitimate(4_000);
  const rssBefore = rssMb();
  let serial = 0;
  const flood = () =>
    post('document', `query q${(serial += 1)} { ${'viewer{role}'.repeat(2400)} }`);
  const introspect = () =>
    post(
      'introspection',
      `{ ${Array.from({ length: 25 }, (_, n) => `a${n}: __schema { types { name fields { name args { name } } } }`).join(' ')} }`,
    );
  const large = () =>
    post(
      'introspection',
      `query q${(serial += 1)} { __schema { types { name fields { name type { name } } } } }`,
    );
  const socket = () =>
    new Promise((resolve) => {
      const ws = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
      ws.on('error', () => undefined)
        .on('close', resolve)
        .on('open', () => ws.send('{"type":"connection_init"}'));
      ws.on('unexpected-response', resolve);
      ws.once('message', () => {
        for (let n = 0; n < 400; n += 1)
          ws.send(
            JSON.stringify({
              id: String(n),
              type: 'subscribe',
              payload: { query: '{ __schema { types { name fields { name } } } }' },
            }),
          );
        ws.pause();
      });
      setTimeout(() => ws.terminate(), 10_000);
    });
  const attackers = [
    ...[flood, flood, flood, introspect, introspect, large, socket, socket].map(loop),
    ...Array.from({ length: 4 }, () =>
      loop(() =>
        post(
          'availability',
          `{ ${Array.from({ length: 25 }, (_, n) => month(`a${n}`)).join(' ')} }`,
          publishable,
        ),
      ),
    ),
    ...Array.from({ length: 2 }, () =>
      loop(() => post('availability', `{ ${month('a')} }`, publishable)),
    ),
  ];
  await pause(500);
  const memory = [];
  const sampling = setInterval(() => !exited && memory.push(Math.round(rssMb())), 1_000);
  const during = await legitimate(seconds * 1_000);
  stop = true;
  clearInterval(sampling);
  const alive = !exited && (await fetch(`${url}/healthz`)).ok;
  await Promise.race([Promise.all(attackers), pause(11_000)]);
  const report = {
    seconds,
    before: Math.round(before),
    during: Math.round(during),
    ratio: Math.round((during / before) * 100) / 100,
    alive,
    rssMb: { before: Math.round(rssBefore), most: Math.max(...memory), end: memory.at(-1) },
    counts,
  };
  process.stdout.write(`${JSON.stringify(report)}\n`);
  return alive && report.ratio >= 0.5;
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
    child.kill('SIGTERM');
    while (!exited) await pause(20);
    rmSync(directory, { recursive: true, force: true });
    process.exit();
  });
