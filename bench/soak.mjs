// Ten minutes of steady load: the memory of the process must not grow. Reads and bookings at a fixed rate, each booking delivered to subscribers.
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import * as databases from './database.mjs';
import { sizeOf } from './data.mjs';
import { inputsOf, requestFor } from './inputs.mjs';
import { launchers } from './launch.mjs';
import { dial, median, post } from './load.mjs';
import { accepts } from './operations.mjs';
import { cpuOf, memoryOf, stopAll } from './processes.mjs';
import { table } from './report.mjs';

const { values } = parseArgs({
  options: Object.fromEntries(
    ['minutes', 'rate', 'subscribers', 'gateway', 'database'].map((name) => [
      name,
      { type: 'string' },
    ]),
  ),
});
const [minutes, rate, subscribers] = [
  Number(values.minutes ?? 10),
  Number(values.rate ?? 200),
  Number(values.subscribers ?? 20),
];
const folder = resolve(values.gateway ?? '..');
const SIZE = 20_000;
/** Shares of ten requests. */
const MIX = ['q1', 'q1', 'q1', 'q1', 'q2', 'q2', 'q3', 'q3', 'm1', 'm1'];
const CONNECTIONS = 16;

const fromGateway = createRequire(join(folder, 'package.json'));
const { createClient } = fromGateway('graphql-ws');
const { WebSocket } = fromGateway('ws');

/** Hears of every booking of a business; `heard.count` rises with each. */
function listen(url, key, heard) {
  const client = createClient({
    url: url.replace(/^http/, 'ws') + '/graphql',
    webSocketImpl: WebSocket,
    connectionParams: { apiKey: key },
  });
  client.subscribe(
    {
      query:
        'subscription { bookingNotifications { type cursor appointment { id start client { fullName } } } }',
    },
    { next: () => (heard.count += 1), error: (error) => (heard.error ??= error), complete() {} },
  );
  return () => client.dispose();
}

let filled;
try {
  filled = await databases.postgres(databases.adminOf(values.database), folder, SIZE, {
    keep: true,
  });
  const env = { DATABASE_URL: await filled.copy('gateway') };
  const server = await launchers(folder).gateway(env);
  const [inputs, request] = [inputsOf(sizeOf(SIZE)), requestFor('gateway', filled.keys)];
  const heard = { count: 0 };
  const leave = Array.from({ length: subscribers }, (_, index) =>
    listen(`${server.url}`, filled.keys[index % filled.keys.length], heard),
  );
  const connections = await Promise.all(
    Array.from({ length: CONNECTIONS }, () => dial(server.url)),
  );
  const end = performance.now() + minutes * 60_000;
  let [asked, failed] = [0, 0];
  const load = connections.map(async ({ send }, index) => {
    // Each connection keeps to its own beat, so that the rate is one that the gateway can hold.
    for (
      let next = performance.now() + (index * 1000) / rate;
      next < end;
      next += (CONNECTIONS * 1000) / rate
    ) {
      await sleep(Math.max(0, next - performance.now()));
      const operation = MIX[(asked += 1) % MIX.length];
      if (!accepts(true, operation)(await send(post(request(operation, inputs[operation]())))))
        failed += 1;
    }
  });
  const rows = [
    ['minute', 'requests', 'failed', 'MB', 'CPU ms, server, for each', 'notifications'],
  ];
  const held = [];
  for (let minute = 1; minute <= minutes; minute += 1) {
    const before = { asked, cpu: cpuOf(server.pid), heard: heard.count };
    const samples = [];
    while (samples.length < 12) {
      await sleep(5_000);
      samples.push(memoryOf(server.pid));
    }
    held.push(median(samples));
    rows.push([
      minute,
      asked - before.asked,
      failed,
      held.at(-1).toFixed(0),
      ((cpuOf(server.pid) - before.cpu) / (asked - before.asked)).toFixed(2),
      heard.count - before.heard,
    ]);
    console.log(rows.at(-1).join('\t'));
    if (minute === 1) await databases.analyze(env.DATABASE_URL);
  }
  await Promise.all(load);
  if (heard.error) throw new Error('a subscription ended', { cause: heard.error });
  leave.forEach((stop) => stop());
  connections.forEach(({ close }) => close());
  console.log(
    `\n${table(rows)}\n\nThe last minute's median over the third's: ${(held.at(-1) / held[Math.min(2, held.length - 1)]).toFixed(2)}`,
  );
} finally {
  await stopAll();
  await filled?.remove();
}
process.exit(0);
