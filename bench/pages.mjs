// A page of 50, from ten thousand appointments to five million: what it costs must not depend on how many there are.
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as databases from './database.mjs';
import { BUSINESSES, LOCATIONS } from './data.mjs';
import { launchers } from './launch.mjs';
import { median } from './load.mjs';
import { agree, compare } from './measure.mjs';
import { ask } from './operations.mjs';
import { stopAll } from './processes.mjs';
import { table } from './report.mjs';

const { values } = parseArgs({
  allowNegative: true,
  options: {
    ...Object.fromEntries(
      ['sizes', 'seconds', 'rounds', 'connections', 'gateway', 'database'].map((name) => [
        name,
        { type: 'string' },
      ]),
    ),
    keep: { type: 'boolean', default: true },
    write: { type: 'boolean', default: true },
  },
});
const folder = resolve(values.gateway ?? '..');
const sizes = (values.sizes ?? '10000,100000,500000,1000000,5000000').split(',').map(Number);
const [seconds, rounds, connections] = [
  Number(values.seconds ?? 3),
  Number(values.rounds ?? 3),
  Number(values.connections ?? 16),
];
const launch = launchers(folder);

const rows = [
  [
    'appointments',
    'server',
    'req/s',
    'p50 ms',
    'p99 ms',
    'CPU ms, server',
    'CPU ms, database',
    '÷ limit',
    'in each round',
  ],
];
const removals = [];
const tidy = async () => {
  await stopAll();
  for (const remove of removals) await remove();
};
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => tidy().finally(() => process.exit(1)));
try {
  for (const appointments of sizes) {
    // Nothing is written here, so both servers read the filled database itself. A page reads no claims: they are omitted.
    const { url, keys, postmaster, remove } = await databases.postgres(
      databases.adminOf(values.database),
      folder,
      appointments,
      { keep: values.keep, claims: false },
    );
    removals.push(remove);
    const servers = [];
    for (const name of ['gateway', 'limit']) {
      servers.push({
        name,
        isGateway: name === 'gateway',
        ...(await launch[name]({ DATABASE_URL: url })),
        request: (operation, { place, id }) => ({
          ...ask[name](operation, { business: databases.businessOf(keys[place]), id }),
          headers: name === 'gateway' ? { authorization: `Bearer ${keys[place]}` } : {},
        }),
      });
    }
    const input = (place = Math.floor(Math.random() * BUSINESSES)) => ({
      place,
      id: place * LOCATIONS + 1 + Math.floor(Math.random() * LOCATIONS),
    });
    await agree(
      servers,
      'page',
      Array.from({ length: BUSINESSES }, (_, place) => input(place)),
    );
    for (const { name, rate, p50, p99, cpu, database, over } of await compare(
      servers,
      'page',
      () => input(),
      { seconds, rounds, connections, postmaster },
    )) {
      rows.push([
        appointments.toLocaleString('en'),
        name,
        rate.toFixed(0),
        p50.toFixed(1),
        p99.toFixed(1),
        cpu.toFixed(2),
        database.toFixed(2),
        over.limit ? median(over.limit).toFixed(2) : '',
        over.limit?.map((ratio) => ratio.toFixed(2)).join(' ') ?? '',
      ]);
      console.log(rows.at(-1).join('\t'));
    }
    for (const server of servers) await server.stop();
  }
  console.log(`\n${table(rows)}`);
  if (values.write && values.sizes === undefined) {
    writeFileSync(
      'PAGES.md',
      `# Last run of the pages\n\n\`npm run pages\`: a page of 50 of one location, without a count, on PostgreSQL; ${connections} connections, ${rounds} rounds of ${seconds} s. CPU is for each request.\n\n${table(rows)}\n`,
    );
  }
} finally {
  await tidy();
}
process.exit(0);
