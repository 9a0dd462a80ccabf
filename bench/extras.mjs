// Start-up, bookings hot and cold, and the fan-out of a subscription.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { dial, median, once, post, turn } from './load.mjs';
import { accepts } from './operations.mjs';
import { cpuOf, memoryOf } from './processes.mjs';

/** From the start of the process to its first answered query, migrated before; and what it then holds. */
export async function startUp(launch, request, { times, idleMs }) {
  const taken = [];
  let memory = NaN;
  for (let index = 0; index < times; index += 1) {
    const server = await launch();
    await once(server.url, request);
    taken.push(performance.now() - server.begun);
    if (index === times - 1) {
      await sleep(idleMs);
      memory = memoryOf(server.pid);
    }
    await server.stop();
  }
  return { ms: median(taken), memory };
}

/**
 * Bookings by 32 clients. Hot: of one staff member, each time requested by two clients concurrently. Cold: of all staff, each time by one.
 * @param next an input each time
 * @throws Error where a time was booked twice
 */
export async function bookings(server, next, { hot, seconds }) {
  let wanted = null;
  const input = () => {
    if (!hot) return next(false);
    const again = wanted;
    wanted = again ? null : next(true);
    return again ?? wanted;
  };
  const booked = new Set();
  let refused = 0;
  const accepted = accepts(server.isGateway, 'm1');
  const result = await turn(
    server.url,
    () => {
      const { place, ...wants } = input();
      return {
        ...server.request('m1', { place, ...wants }),
        time: `${wants.staffId} ${wants.start}`,
      };
    },
    {
      seconds,
      warm: Math.min(1, seconds / 4),
      connections: 32,
      accept(answer, { time }) {
        const ok = accepted(answer);
        if (ok && booked.has(time)) throw new Error(`${server.name} booked ${time} twice`);
        if (ok) booked.add(time);
        else refused += 1;
        return ok;
      },
    },
  );
  return { ...result, refused };
}

const SUBSCRIPTION =
  'subscription { bookingNotifications { type cursor appointment { id start status client { fullName } staff { fullName } } } }';
const PATIENCE_MS = 120_000;

/** Opens WebSockets in this process, which count the events that they receive. */
async function listen(WebSocket, url, count, { protocol, onOpen }) {
  const heard = new Set();
  let received = 0;
  let sample = '';
  let times = [];
  const sockets = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise((resolve, reject) => {
          const socket = new WebSocket(url, protocol, { perMessageDeflate: false });
          socket
            .on('open', () => onOpen(socket))
            .on('error', reject)
            .on('message', (data) => {
              if (data.includes('"type":"connection_ack"')) socket.emit('acknowledged');
              if (!data.includes('"type":"next"')) return;
              sample ||= data.toString();
              received += 1;
              times.push(performance.now());
              heard.add(socket);
            });
          socket.once('ready', () => resolve(socket));
        }),
    ),
  );
  const until = async (what, holds) => {
    for (const begun = performance.now(); !holds();) {
      if (performance.now() - begun > PATIENCE_MS)
        throw new Error(
          `${what}: ${received} deliveries to ${heard.size} of ${count} subscribers, and no more came`,
        );
      await sleep(2);
    }
  };
  return {
    /** Milliseconds from before `send` until 99 of 100 have its one event. */
    async p99(send) {
      [received, times] = [0, []];
      const begun = performance.now();
      await send();
      await until('one event', () => received >= count);
      return times.sort((one, other) => one - other)[Math.ceil(count * 0.99) - 1] - begun;
    },
    close: () => sockets.forEach((socket) => socket.terminate()),
    sample: () => sample,
    heardByAll: () => heard.size === count,
    /** Resolves with the deliveries a second from now on, and the server's CPU milliseconds for each. */
    async measure(server, deliveries, send) {
      for (let before = NaN; before !== received; await sleep(300)) before = received;
      received = 0;
      const [begun, cpu] = [performance.now(), cpuOf(server.pid)];
      await send();
      await until('fan-out', () => received >= deliveries);
      return {
        rate: deliveries / ((performance.now() - begun) / 1000),
        cpu: (cpuOf(server.pid) - cpu) / deliveries,
      };
    },
  };
}

/** Deliveries a second of one document's events to many subscribers, beside the same bytes sent by a bare `ws`. */
export async function fanOut(gateway, launchBroadcast, { folder, key, next, subscribers, events }) {
  const { WebSocket } = createRequire(join(folder, 'package.json'))('ws');
  const book = async (connection) => connection.send(post(gateway.request('m1', next(false))));
  const connections = await Promise.all(Array.from({ length: 4 }, () => dial(gateway.url)));
  const own = await listen(WebSocket, `${gateway.url.replace('http', 'ws')}/graphql`, subscribers, {
    protocol: 'graphql-transport-ws',
    onOpen(socket) {
      socket.once('acknowledged', () => {
        socket.send(
          JSON.stringify({ id: '1', type: 'subscribe', payload: { query: SUBSCRIPTION } }),
        );
        socket.emit('ready');
      });
      socket.send(
        JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${key}` } }),
      );
    },
  });
  // Only its first event shows that a subscription has begun.
  for (let tries = 0; !own.heardByAll(); tries += 1) {
    if (tries === 20) throw new Error('fan-out: not all subscribers hear of bookings');
    await book(connections[0]);
    for (let waited = 0; waited < 20 && !own.heardByAll(); waited += 1) await sleep(100);
  }
  const measured = await own.measure(gateway, subscribers * events, async () => {
    let left = events;
    await Promise.all(
      connections.map(async (connection) => {
        while (left > 0) {
          left -= 1;
          await book(connection);
        }
      }),
    );
  });
  const latencies = [];
  for (let round = 0; round < 9; round += 1) {
    await sleep(300);
    latencies.push(await own.p99(() => book(connections[0])));
  }
  own.close();
  for (const { close } of connections) close();

  const bare = await launchBroadcast();
  const others = await listen(WebSocket, bare.url.replace('http', 'ws'), subscribers, {
    onOpen: (socket) => socket.emit('ready'),
  });
  const broadcast = await others.measure(bare, subscribers * events, () =>
    once(bare.url, { path: '/', body: { text: own.sample(), times: events } }),
  );
  others.close();
  await bare.stop();
  return {
    gateway: { ...measured, p99: median(latencies) },
    broadcast,
    bytes: Buffer.byteLength(own.sample()),
  };
}
