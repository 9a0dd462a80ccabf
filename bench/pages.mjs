// A page of 50, from ten thousand appointments to five million: what it costs must not depend on how many there are.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as databases from './database.mjs';
import { BUSINESSES, LOCATIONS } from './data.mjs';
import { compare, sender } from './measure.mjs';
import { ask } from './operations.mjs';
import { killAll, start, stop } from './processes.mjs';

const { values } = parseArgs({ options: { sizes: { type: 'string' }, seconds: { type: 'string' }, gateway: { type: 'string' } } });
const gatewayFolder = resolve(values.gateway ?? '..');
const sizes = (values.sizes ?? '10000,100000,1000000,5000000').split(',').map(Number);
const options = { seconds: Number(values.seconds ?? 3), rounds: 3, connections: 4, database: true };

console.log('| appointments | gateway req/s | p50 ms | p99 ms | CPU ms, server and database | ÷ limit |');
console.log('|---|---|---|---|---|---|');
try {
  for (const appointments of sizes) {
    const { env, keys } = await databases.postgres(gatewayFolder, appointments, { claims: false });
    const shared = { ...env, DATABASE_POOL: '10', LOG_LEVEL: 'info', SEED_DEMO: '0' };
    const servers = [
      { name: 'gateway', ...(await start(process.execPath, ['dist/src/main.js'], { cwd: gatewayFolder, env: shared })) },
      { name: 'limit', ...(await start(process.execPath, ['servers/limit.mjs'], { env: shared })) },
    ];
    const request = (name) => () => {
      const place = Math.floor(Math.random() * BUSINESSES);
      const input = { business: databases.businessOf(keys[place]), id: place * LOCATIONS + 1 + Math.floor(Math.random() * LOCATIONS) };
      return { ...ask[name]('page', input), headers: name === 'gateway' ? { authorization: `Bearer ${keys[place]}` } : {} };
    };
    const [own] = await compare(servers.map((server) => ({ ...server, send: sender(server, request(server.name), { connections: options.connections }) })), options);
    console.log(`| ${appointments.toLocaleString('en')} | ${own.rate.toFixed(0)} | ${own.p50.toFixed(1)} | ${own.p99.toFixed(1)} | ${(own.cpu + own.cpuDatabase).toFixed(2)} | ${own.ratios.map((ratio) => ratio.toFixed(2)).join(' ')} |`);
    for (const server of servers) await stop(server);
  }
} finally {
  killAll();
}
process.exit(0);
