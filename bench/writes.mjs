// Inserts of whole rows by TypeORM's EntityManager beside those of the gateway's SQL layer, in one transaction that is rolled back.
// node writes.mjs [--gateway ..] [--rows 2000] [--database postgres://...]
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as databases from './database.mjs';
import { median } from './load.mjs';
import { table } from './report.mjs';

const { values } = parseArgs({
  options: {
    gateway: { type: 'string', default: '..' },
    rows: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '5' },
    database: { type: 'string' },
  },
});
const folder = resolve(values.gateway);
const rows = Number(values.rows);
const require = createRequire(join(folder, 'package.json'));
const { dataSource } = require(join(folder, 'dist/src/data-source.js'));
const { insertionOf, tableOf } = require(join(folder, 'dist/src/db/table.js'));
const { render } = require(join(folder, 'dist/src/db/sql.js'));
const { Appointment } = require(
  join(folder, 'dist/src/features/appointments/model/appointment.entity.js'),
);

/** From a dialect to a function that sends a rendered statement as the gateway does: prepared. */
const SENDERS = {
  sqlite: (connection) => {
    const prepared = new Map();
    return async ({ text, values: bound }) => {
      if (!prepared.has(text)) prepared.set(text, connection.prepare(text));
      const plain = bound.map((value) => (typeof value === 'boolean' ? Number(value) : value));
      prepared.get(text).run(plain);
    };
  },
  postgres: (client) => {
    const names = new Map();
    return ({ text, values: bound }) => {
      if (!names.has(text)) names.set(text, `w${names.size}`);
      return client.query({ name: names.get(text), text, values: bound });
    };
  },
};

async function measure(dialect, settings) {
  const source = await dataSource({
    databaseUrl: null,
    sqliteFile: '',
    poolSize: 2,
    ...settings,
  }).initialize();
  const runner = source.createQueryRunner();
  const send = SENDERS[dialect](await runner.connect());
  const row = tableOf(Appointment).hydrate(
    (
      await runner.query(
        `SELECT ${render(tableOf(Appointment).select('a'), dialect).text} FROM appointment AS a LIMIT 1`,
      )
    )[0],
  );
  let rowId = 1_500_000_000;
  const next = () => Object.assign(new Appointment(), row, { rowId: (rowId += 1) });
  const ways = {
    'SQL layer': () => send(render(insertionOf(Appointment, [next()]), dialect)),
    'TypeORM insert': () => runner.manager.insert(Appointment, next()),
  };
  const times = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  await runner.startTransaction();
  for (let round = 0; round <= Number(values.rounds); round += 1)
    for (const [name, insert] of Object.entries(ways)) {
      const cpu = process.cpuUsage();
      for (let count = 0; count < rows; count += 1) await insert();
      const { user, system } = process.cpuUsage(cpu);
      // The first round warms up.
      if (round) times[name].push((user + system) / rows);
    }
  await runner.rollbackTransaction();
  await runner.release();
  await source.destroy();
  return Object.entries(times).map(([name, all]) => [dialect, name, median(all).toFixed(0)]);
}

const onSqlite = await databases.sqlite(folder, 20_000, { keep: true });
const onPostgres = await databases.postgres(databases.adminOf(values.database), folder, 20_000, {
  keep: true,
});
try {
  const results = [
    ...(await measure('sqlite', { sqliteFile: join(onSqlite.copy('writes'), 'slotgraph.db') })),
    ...(await measure('postgres', { databaseUrl: await onPostgres.copy('writes') })),
  ];
  console.log(table([['', '', 'CPU µs for an appointment'], ...results]));
} finally {
  onSqlite.remove();
  await onPostgres.remove();
}
