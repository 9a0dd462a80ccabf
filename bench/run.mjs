// The gateway beside its peers and the limit, in turns under the same load. See README.md.
import { existsSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import * as databases from './database.mjs';
import { BUSINESSES, LOCATIONS, REASONS, sizeOf, STAFF } from './data.mjs';
import { bookings, fanOut, startUp } from './extras.mjs';
import { compare, sender } from './measure.mjs';
import { ask, valuesOf } from './operations.mjs';
import { killAll, memoryOf, start, stop } from './processes.mjs';
import { plot, table, versus } from './report.mjs';

const { values } = parseArgs({ options: {
  ...Object.fromEntries(['appointments', 'seconds', 'rounds', 'connections', 'subscribers', 'gateway', 'only'].map((name) => [name, { type: 'string' }])), 'no-write': { type: 'boolean' },
} });
const option = (name, fallback) => Number(values[name] ?? fallback);
const [appointments, seconds, rounds, connections, subscribers] = [option('appointments', 500_000), option('seconds', 4), option('rounds', 5), option('connections', 16), option('subscribers', 1_000)];
const gatewayFolder = resolve(values.gateway ?? '..');
const only = values.only?.split(',') ?? ['postgres', 'sqlite', 'extras'];
const keep = !values['no-write'];
const size = sizeOf(appointments);
const POOL = { DATABASE_POOL: '10', LOG_LEVEL: 'info' };

let slot = 0;
const random = (count) => Math.floor(Math.random() * count);
/** Of the five businesses, the one at `place`. A free time of somebody: nobody is asked for the same twice in a run, nor in the next. */
const since = Math.floor(Date.now() / 1000) % 30_000_000;
function booking(place, staff) {
  slot += 1;
  return {
    place, locationId: place * LOCATIONS + 1, reasonId: place * REASONS + 1, clientId: place * size.clients + 1, staffId: place * STAFF + 1 + staff,
    start: size.freeFrom + (since % 60_000) * 1_800_000 + slot * 1_800_000,
  };
}
const INPUTS = {
  q1: (place = random(BUSINESSES)) => ({ place, id: place * size.perBusiness + 1 + random(size.perBusiness) }),
  q2: (place = random(BUSINESSES)) => ({ place, id: place * LOCATIONS + 1 + random(LOCATIONS) }),
  q3: (place = random(BUSINESSES)) => ({ place }),
  m1: () => booking(random(BUSINESSES), random(STAFF)),
};

async function compareAll(servers, keys, { database }) {
  const requestOf = (name, operation, { place, ...input }) => ({
    ...ask[name](operation, { business: databases.businessOf(keys[place]), ...input }), headers: name === 'gateway' ? { authorization: `Bearer ${keys[place]}` } : {},
  });
  const once = (server, operation, input) => sender(server, () => requestOf(server.name, operation, input), { connections })();
  const results = [];
  for (const operation of ['q1', 'q2', 'q3', 'm1']) {
    const input = INPUTS[operation]();
    const answers = [];
    for (const server of servers) answers.push(valuesOf(operation, await once(server, operation, operation === 'm1' ? { ...booking(input.place, 0), start: input.start + answers.length * 3_600_000 } : input)));
    const comparable = operation === 'm1' ? answers.map((answer) => ({ ...answer, start: null })) : answers;
    for (const [index, answer] of comparable.entries()) {
      if (!isDeepStrictEqual(answer, comparable[0])) throw new Error(`${operation}: ${servers[index].name} answers otherwise\n${JSON.stringify(answer).slice(0, 400)}\n${JSON.stringify(comparable[0]).slice(0, 400)}`);
    }
    slot += servers.length * 4;
    const sending = servers.map((server) => ({ ...server, send: sender(server, () => requestOf(server.name, operation, INPUTS[operation]()), { connections, check: operation === 'm1' ? (text) => !text.includes('"errors"') : undefined }) }));
    results.push({ operation: operation.toUpperCase(), servers: await compare(sending, { seconds, rounds, connections, database }) });
    console.log(table(results.slice(-1)), '\n');
  }
  return results;
}

const sections = [];
const removals = [];
try {
  if (only.includes('postgres')) {
    const { env, keys, remove } = await databases.postgres(gatewayFolder, appointments, { keep });
    if (!keep) removals.push(remove);
    const shared = { ...env, ...POOL };
    // The limit first: it makes the sequence that others take numbers from.
    const limit = { name: 'limit', ...(await start(process.execPath, ['servers/limit.mjs'], { env: shared })) };
    const servers = [{ name: 'gateway', ...(await start(process.execPath, ['dist/src/main.js'], { cwd: gatewayFolder, env: { ...shared, SEED_DEMO: '0' } })) }, limit];
    if (existsSync('node_modules/postgraphile')) {
      servers.push({ name: 'mercurius', ...(await start(process.execPath, ['servers/mercurius.mjs'], { env: shared })) });
      servers.push({ name: 'postgraphile', ...(await start('node_modules/node/bin/node', ['servers/postgraphile.mjs'], { env: shared })) });
    } else console.log('PostGraphile and Mercurius are left out: npm ci in this folder installs them.\n');
    const results = await compareAll(servers, keys, { database: true });
    sections.push(`## On PostgreSQL\n\n${table(results)}\n\n${versus(results)}\n`);
    if (keep) writeFileSync('results.svg', plot(results, `Requests a second ÷ the limit, PostgreSQL, ${size.appointments.toLocaleString('en')} appointments`));

    if (only.includes('extras')) {
      const [gateway, ...others] = servers;
      const loaded = memoryOf(gateway.pid);
      for (const server of others) await stop(server);
      const headers = { authorization: `Bearer ${keys[0]}` };
      const nextFor = (hot) => booking(0, hot ? 0 : random(STAFF));
      const rates = await bookings(gateway, nextFor, headers, { seconds });
      const fan = await fanOut(gatewayFolder, gateway, nextFor, keys[0], { subscribers, events: 50 });
      await stop(gateway);
      const up = await startUp(() => start(process.execPath, ['dist/src/main.js'], { cwd: gatewayFolder, env: { ...shared, SEED_DEMO: '0' } }), headers, keep ? 5 : 2);
      const told = [
        `- Start to first answer: ${up.ms.toFixed(0)} ms. Resident when idle: ${up.memory.toFixed(0)} MB; after all of the load above: ${loaded.toFixed(0)} MB.`,
        `- Bookings by 32 clients, of one staff member: ${rates.hot.rate.toFixed(0)} a second (p99 ${rates.hot.p99.toFixed(0)} ms); of all: ${rates.cold.rate.toFixed(0)} (p99 ${rates.cold.p99.toFixed(0)} ms). Refused: ${rates.hot.failed + rates.cold.failed}.`,
        `- 50 events to ${subscribers} subscribers of one document: ${fan.gateway.toFixed(0)} deliveries a second; a bare \`ws\` broadcast of the same bytes: ${fan.broadcast.toFixed(0)}.`,
      ].join('\n');
      console.log(told, '\n');
      sections.push(`## Start-up, bookings, fan-out\n\n${told}\n`);
    } else for (const server of servers) await stop(server);
  }
  if (only.includes('sqlite')) {
    const { env, keys, file, remove } = await databases.sqlite(gatewayFolder, appointments, { keep });
    if (!keep) removals.push(remove);
    const gateway = { name: 'gateway', ...(await start(process.execPath, ['dist/src/main.js'], { cwd: gatewayFolder, env: { ...env, ...POOL } })) };
    const limit = { name: 'limit', ...(await start(process.execPath, ['servers/limit-sqlite.mjs'], { env: { SQLITE_FILE: file, GATEWAY: gatewayFolder } })) };
    const results = await compareAll([gateway, limit], keys, { database: false });
    sections.push(`## On SQLite\n\nThe limit is a bare server with better-sqlite3 and hand-written SQL on the same file.\n\n${table(results)}\n`);
    for (const server of [gateway, limit]) await stop(server);
  }
  if (keep && values.only === undefined) {
    const head = `# Last full run\n\n\`npm run bench\`: ${size.appointments.toLocaleString('en')} appointments over two years, ${(size.clients * BUSINESSES).toLocaleString('en')} clients, ${STAFF * BUSINESSES} staff, ${LOCATIONS * BUSINESSES} locations and ${
      REASONS * BUSINESSES} reasons in ${BUSINESSES} businesses; ${connections} connections, ${rounds} rounds of ${seconds} s, ${cpus().length} cores with the load generator on them, Node ${process.version}. Medians; CPU is for each request.\n\n![Ratios](results.svg)\n`;
    writeFileSync('RESULTS.md', `${head}\n${sections.join('\n')}`);
  }
} finally {
  killAll();
  for (const remove of removals) await remove();
}
process.exit(0);
