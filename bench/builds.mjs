// Two builds of the gateway in turns under the same load, each on its own database. See README.md.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as databases from './database.mjs';
import { sizeOf } from './data.mjs';
import { inputsOf, requestFor } from './inputs.mjs';
import { launchers } from './launch.mjs';
import { median } from './load.mjs';
import { compare } from './measure.mjs';
import { stopAll } from './processes.mjs';
import { table } from './report.mjs';

const { values } = parseArgs({
  options: {
    base: { type: 'string' },
    gateway: { type: 'string', default: '..' },
    database: { type: 'string' },
    operations: { type: 'string', default: 'q1,q2,q3,m1' },
    appointments: { type: 'string', default: '20000' },
    seconds: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '8' },
    connections: { type: 'string', default: '16' },
  },
});
if (!values.base) {
  console.error('Name the folder of the other build: npm run builds -- --base FOLDER');
  process.exit(1);
}

const appointments = Number(values.appointments);
const admin = databases.adminOf(values.database);
const inputs = inputsOf(sizeOf(appointments));
const folders = { base: resolve(values.base), gateway: resolve(values.gateway) };
const removals = [];

/** Migrations of the builds may differ, so each build fills its own database. */
async function serverOf(name) {
  const folder = folders[name];
  const filled = await databases.postgres(admin, folder, appointments, {
    keep: false,
    suffix: `_${name}`,
  });
  removals.push(filled.remove);
  const env = { DATABASE_URL: await filled.copy(name) };
  return {
    name,
    isGateway: true,
    request: requestFor('gateway', filled.keys),
    analyze: () => databases.analyze(new URL(env.DATABASE_URL)),
    postmaster: filled.postmaster,
    ...(await launchers(folder).gateway(env)),
  };
}

try {
  const servers = [await serverOf('base'), await serverOf('gateway')];
  const rows = [['', '÷ base', 'in each round', 'CPU ms, gateway', 'CPU ms, base', 'statements']];
  for (const name of values.operations.split(',')) {
    const results = await compare(servers, name, () => inputs[name](), {
      seconds: Number(values.seconds),
      rounds: Number(values.rounds),
      connections: Number(values.connections),
      postmaster: servers[0].postmaster,
    });
    const [base, gateway] = results;
    rows.push([
      name.toUpperCase(),
      median(gateway.over.base).toFixed(2),
      gateway.over.base.map((ratio) => ratio.toFixed(2)).join(' '),
      gateway.cpu.toFixed(3),
      base.cpu.toFixed(3),
      `${gateway.statements.toFixed(2)}, ${base.statements.toFixed(2)}`,
    ]);
    console.log(table([rows[0], rows.at(-1)]));
  }
  console.log(`\n${table(rows)}`);
} finally {
  await stopAll();
  for (const remove of removals) await remove();
}
