// The gateway beside its peers and the limit, in turns under the same load. See README.md.
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as databases from './database.mjs';
import { BUSINESSES, LOCATIONS, REASONS, sizeOf, STAFF } from './data.mjs';
import { bookings, fanOut, startUp } from './extras.mjs';
import { inputsOf, requestFor } from './inputs.mjs';
import { launchers } from './launch.mjs';
import { once } from './load.mjs';
import { agree, compare } from './measure.mjs';
import { accepts } from './operations.mjs';
import { memoryOf, stopAll } from './processes.mjs';
import { measured, plot, table, versus } from './report.mjs';

const { values } = parseArgs({
  allowNegative: true,
  options: {
    ...Object.fromEntries(
      [
        'appointments',
        'seconds',
        'rounds',
        'connections',
        'subscribers',
        'starts',
        'gateway',
        'database',
        'only',
      ].map((name) => [name, { type: 'string' }]),
    ),
    keep: { type: 'boolean', default: true },
    write: { type: 'boolean', default: true },
  },
});
const option = (name, fallback) => Number(values[name] ?? fallback);
const [seconds, rounds, connections, subscribers, starts] = [
  option('seconds', 4),
  option('rounds', 5),
  option('connections', 16),
  option('subscribers', 1_000),
  option('starts', 5),
];
const appointments = option('appointments', 500_000);
const size = sizeOf(appointments);
const folder = resolve(values.gateway ?? '..');
const admin = databases.adminOf(values.database);
const only = values.only?.split(',') ?? ['postgres', 'sqlite', 'extras'];
const { broadcast, ...launch } = launchers(folder);

const INPUTS = inputsOf(size);
const booking = INPUTS.m1;

/** All operations on running servers; prints and answers what was measured, and who takes a time twice. */
async function measureAll(servers, postmaster) {
  const results = [];
  for (const name of ['q1', 'q2', 'q3', 'm1']) {
    await agree(
      servers,
      name,
      Array.from({ length: BUSINESSES }, (_, place) => INPUTS[name](place)),
    );
    results.push({
      operation: name.toUpperCase(),
      servers: await compare(servers, name, () => INPUTS[name](), {
        seconds,
        rounds,
        connections,
        postmaster,
      }),
    });
    console.log(`${measured(results.slice(-1))}\n`);
  }
  const taken = booking();
  const twice = [];
  for (const server of servers) {
    const answers = [];
    for (let time = 0; time < 2; time += 1)
      answers.push({
        status: 200,
        body: Buffer.from(await once(server.url, server.request('m1', taken))),
      });
    if (accepts(server.isGateway, 'm1')(answers[1])) twice.push(server.name);
  }
  const failed = results
    .at(-1)
    .servers.map(({ name, failed: times }) => `${name} ${times}`)
    .join(', ');
  const notes = `If the time is occupied, ${twice.length ? `${twice.join(' and ')} book${twice.length > 1 ? '' : 's'} it again and the others refuse` : 'all refuse'}. Bookings of free times that failed: ${failed}.`;
  console.log(`${notes}\n`);
  return { results, notes };
}

const removals = [];
const tidy = async () => {
  await stopAll();
  for (const remove of removals) await remove();
};
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => tidy().finally(() => process.exit(1)));

async function onPostgres() {
  console.log('PostgreSQL: filling, or finding what was filled before.');
  const filled = await databases.postgres(admin, folder, appointments, { keep: values.keep });
  removals.push(filled.remove);
  if (!launch.postgraphile)
    console.log('PostGraphile and Mercurius are left out: npm ci in this folder installs them.');
  const servers = [];
  const startUps = new Map();
  for (const name of Object.keys(launch)) {
    const env = { DATABASE_URL: await filled.copy(name) };
    const request = requestFor(name, filled.keys);
    if (only.includes('extras'))
      startUps.set(
        name,
        await startUp(() => launch[name](env), request('q1', { place: 0, id: 1 }), {
          times: starts,
          idleMs: Math.min(2_000, seconds * 500),
        }),
      );
    servers.push({
      name,
      isGateway: name === 'gateway',
      env,
      request,
      analyze: () => databases.analyze(env.DATABASE_URL),
    });
  }
  for (const server of servers) Object.assign(server, await launch[server.name](server.env));
  const { results, notes } = await measureAll(servers, filled.postmaster);
  let extras = '';
  if (only.includes('extras')) {
    const held = new Map(servers.map(({ name, pid }) => [name, memoryOf(pid)]));
    const [gateway, limit, ...peers] = servers;
    for (const peer of peers) await peer.stop();
    const rates = [];
    for (const hot of [true, false])
      for (const server of [gateway, limit])
        rates.push([
          server.name,
          hot ? 'hot' : 'cold',
          await bookings(server, () => (hot ? booking(0, 0) : booking()), { hot, seconds }),
        ]);
    await limit.stop();
    const fan = await fanOut(gateway, broadcast, {
      folder,
      key: filled.keys[0],
      next: () => booking(0),
      subscribers,
      events: 50,
    });
    await gateway.stop();
    extras = [
      '### Start-up and memory',
      table([
        ['', 'ms from start to first answer', 'MB idle', 'MB after the load above'],
        ...servers.map(({ name }) => [
          name,
          startUps.get(name).ms.toFixed(0),
          startUps.get(name).memory.toFixed(0),
          held.get(name).toFixed(0),
        ]),
      ]),
      '### Bookings by 32 clients',
      'Hot: of one staff member, each time wanted by two clients at once. Cold: of all staff, each time wanted by one. No time was booked twice.',
      table([
        ['', '', 'booked/s', 'p50 ms', 'p99 ms', 'refused, of all requests'],
        ...rates.map(([name, how, { rate, p50, p99, failed, count }]) => [
          how,
          name,
          rate.toFixed(0),
          p50.toFixed(0),
          p99.toFixed(0),
          `${((100 * failed) / count).toFixed(0)} %`,
        ]),
      ]),
      '### Fan-out',
      `50 bookings to ${subscribers} subscribers of one document, ${fan.bytes} bytes each, beside a bare \`ws\` that sends the same bytes.`,
      table([
        ['', 'deliveries/s', 'CPU ms, server, for each', 'p99 ms of one booking, from sending it'],
        [
          'gateway',
          fan.gateway.rate.toFixed(0),
          fan.gateway.cpu.toFixed(3),
          fan.gateway.p99.toFixed(0),
        ],
        ['bare ws', fan.broadcast.rate.toFixed(0), fan.broadcast.cpu.toFixed(3), ''],
      ]),
    ].join('\n\n');
    console.log(`${extras}\n`);
  } else for (const server of servers) await server.stop();
  return {
    database: 'PostgreSQL',
    results,
    text: [measured(results), versus(results), notes, extras].filter(Boolean).join('\n\n'),
  };
}

async function onSqlite() {
  console.log('SQLite: filling, or finding what was filled before.');
  const filled = await databases.sqlite(folder, appointments, { keep: values.keep });
  removals.push(filled.remove);
  const servers = [];
  for (const name of ['gateway', 'limit'])
    servers.push({
      name,
      isGateway: name === 'gateway',
      request: requestFor(name, filled.keys),
      ...(await launch[name]({ DATA_DIR: filled.copy(name) })),
    });
  const { results, notes } = await measureAll(servers, null);
  for (const server of servers) await server.stop();
  return { database: 'SQLite', results, text: [measured(results), notes].join('\n\n') };
}

try {
  const sections = [];
  if (only.includes('postgres')) sections.push(await onPostgres());
  if (only.includes('sqlite')) sections.push(await onSqlite());
  for (const { results } of sections) if (versus(results)) console.log(`${versus(results)}\n`);
  if (values.write && values.only === undefined) {
    const many = (number) => number.toLocaleString('en');
    const head = `\`npm run bench\`: ${many(size.appointments)} appointments over two years, ${many(size.clients * BUSINESSES)} clients, ${STAFF * BUSINESSES} staff, ${LOCATIONS * BUSINESSES} locations and ${
      REASONS * BUSINESSES
    } reasons in ${BUSINESSES} businesses; ${connections} connections, ${rounds} rounds of ${seconds} s; ${cpus().length} cores, which the load and the database share with the servers; Node ${
      process.version
    }. Medians of the rounds; CPU and statements are for each request.`;
    writeFileSync(
      'results.svg',
      plot(sections, `Requests a second ÷ the limit, ${many(size.appointments)} appointments`),
    );
    writeFileSync(
      'RESULTS.md',
      `# Last full run\n\n${head}\n\n![Ratios](results.svg)\n\n${sections.map(({ database, text }) => `## On ${database}\n\n${text}\n`).join('\n')}`,
    );
  }
} finally {
  await tidy();
}
process.exit(0);
