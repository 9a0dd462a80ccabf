// The gateway beside the limit, in turns under the same load. See README.md.
import { spawn } from 'node:child_process';
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { fill } from './data.mjs';

const { values } = parseArgs({ options: Object.fromEntries(['appointments', 'seconds', 'rounds', 'connections'].map((name) => [name, { type: 'string' }])) });
const option = (name, fallback) => Number(values[name] ?? fallback);
const [appointments, seconds, rounds, connections] = [option('appointments', 100_000), option('seconds', 5), option('rounds', 5), option('connections', 16)];

const NAMED = 'id status start client { fullName } staff { fullName } location { locationName } reason { reasonDesc }';
const QUERIES = {
  q1: 'query ($id: ID!) { appointment(id: $id) { ' + NAMED + ' } }',
  q2: 'query ($id: ID!) { appointments(first: 50, filter: { locationIds: [$id] }) { totalCount nodes { ' + NAMED + ' } } }',
  q3: '{ staff(first: 20) { nodes { fullName appointments(first: 10) { nodes { id client { fullName } reason { reasonDesc } } } } } }',
  m1: 'mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { appointment { id start client { fullName } staff { fullName } } userErrors { code } } }',
};

const url = new URL(process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres');
const name = `slotgraph_bench_${process.pid}`;
const admin = async (text) => {
  const client = new Client({ connectionString: url.href });
  await client.connect();
  await client.query(text).finally(() => client.end());
};
const database = new URL(url);
database.pathname = `/${name}`;
const env = { ...process.env, DATABASE_URL: database.href, NODE_ENV: 'production', HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'info', DATABASE_POOL: '10' };

const started = [];
function start(file, cwd) {
  const child = spawn(process.execPath, [file], { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => line.includes('"url"') && resolve(JSON.parse(line).url));
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code}`)));
  });
}

const agents = new Map();
/** One request on a kept connection. */
function post(to, body, headers) {
  const agent = agents.get(to) ?? agents.set(to, new Agent({ keepAlive: true, maxSockets: connections })).get(to);
  const text = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const sent = request(to, { method: 'POST', agent, headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), ...headers } }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks).toString())).on('error', reject);
    });
    sent.on('error', reject).end(text);
  });
}

async function turn(send) {
  const times = [];
  const end = performance.now() + seconds * 1000;
  await Promise.all(Array.from({ length: connections }, async () => {
    while (performance.now() < end) {
      const begun = performance.now();
      await send();
      times.push(performance.now() - begun);
    }
  }));
  times.sort((one, other) => one - other);
  return { rate: times.length / seconds, p50: times[Math.floor(times.length / 2)], p99: times[Math.floor(times.length * 0.99)] };
}
const median = (list) => [...list].sort((one, other) => one - other)[Math.floor(list.length / 2)];
const plain = (text) => JSON.stringify(JSON.parse(text));

await admin(`CREATE DATABASE ${name}`);
try {
  const { stdout } = await new Promise((resolve, reject) => {
    const made = spawn(process.execPath, ['dist/src/cli/create-business.js', '--name', 'Bench', '--time-zone', 'UTC'], { cwd: '..', env, stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    made.stdout.on('data', (chunk) => (out += chunk));
    made.on('exit', (code) => (code ? reject(new Error(`create-business ended with ${code}`)) : resolve({ stdout: out })));
  });
  const key = /sg_sk_\S+/.exec(stdout)[0];
  const client = new Client({ connectionString: database.href });
  await client.connect();
  const data = await fill(client, appointments);
  await client.end();
  const [gateway, limit] = await Promise.all([start('dist/src/main.js', '..'), start('limit.mjs', '.')]);

  const headers = { authorization: `Bearer ${key}` };
  const ask = (operation, variables) => post(`${gateway}/graphql`, { query: QUERIES[operation], variables }, headers);
  const pick = () => 1 + Math.floor(Math.random() * data.appointments);
  let slot = 0;
  const bookCold = () => {
    slot += 1;
    return ask('m1', { input: { locationId: 'Location:1', reasonId: 'Reason:1', clientId: 'Client:1', staffId: `Staff:${1 + (slot % 20)}`, start: new Date(data.freeFrom + Math.floor(slot / 20) * 1_800_000).toISOString() } });
  };
  const operations = {
    q1: { ours: () => ask('q1', { id: `Appointment:${pick()}` }), theirs: () => post(limit, { name: 'q1', id: pick() }) },
    q2: { ours: () => ask('q2', { id: `Location:${1 + (pick() % 5)}` }), theirs: () => post(limit, { name: 'q2', id: 1 + (pick() % 5) }) },
    q3: { ours: () => ask('q3', {}), theirs: () => post(limit, { name: 'q3' }) },
    m1: { ours: bookCold },
  };

  for (const [operation, variables, input] of [['q1', { id: 'Appointment:7' }, { id: 7 }], ['q2', { id: 'Location:2' }, { id: 2 }], ['q3', {}, {}]]) {
    const [ours, theirs] = [await ask(operation, variables), await post(limit, { name: operation, ...input })];
    if (plain(ours) !== plain(theirs)) throw new Error(`${operation}: the answers differ\n${ours.slice(0, 500)}\n${theirs.slice(0, 500)}`);
  }
  const booked = JSON.parse(await bookCold());
  if (!booked.data?.createAppointment.appointment) throw new Error(`m1: ${JSON.stringify(booked)}`);

  const statements = async () => Number(/slotgraph_sql_statements_total\S* (\d+)/.exec(await (await fetch(`${gateway}/metrics`)).text())[1]);
  console.log(`${data.appointments} appointments, ${connections} connections, ${rounds} rounds of ${seconds} s; medians\n`);
  console.log('| | gateway req/s | p50 ms | p99 ms | statements | limit req/s | p50 ms | ratio, each round |');
  console.log('|---|---|---|---|---|---|---|---|');
  for (const [operation, { ours, theirs }] of Object.entries(operations)) {
    // The first one looks the key up, which is then known for a second.
    await ours();
    const before = await statements();
    await ours();
    const sent = (await statements()) - before;
    const results = [];
    for (let round = 0; round < rounds; round += 1) results.push({ ours: await turn(ours), theirs: theirs && (await turn(theirs)) });
    const of = (side, figure) => (results[0][side] ? median(results.map((result) => result[side][figure])) : NaN);
    const show = (value, digits = 0) => (Number.isNaN(value) ? '' : value.toFixed(digits));
    const ratios = theirs ? results.map((result) => (result.ours.rate / result.theirs.rate).toFixed(2)).join(' ') : '';
    console.log(`| ${operation.toUpperCase()} | ${show(of('ours', 'rate'))} | ${show(of('ours', 'p50'), 1)} | ${show(of('ours', 'p99'), 1)} | ${sent} | ${show(of('theirs', 'rate'))} | ${show(of('theirs', 'p50'), 1)} | ${ratios} |`);
  }
} finally {
  for (const child of started) child.removeAllListeners('exit').kill('SIGKILL');
  for (const agent of agents.values()) agent.destroy();
  await admin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}
