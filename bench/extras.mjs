// Start-up, bookings hot and cold, and the fan-out of a subscription.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { memoryOf, start, stop } from './processes.mjs';
import { hangUp, median, post, turn } from './load.mjs';
import { ask } from './operations.mjs';

/** From the start of the process to its first answered query, migrated before; and what it holds when idle. */
export async function startUp(launch, headers, times = 5) {
  const taken = [];
  let memory = NaN;
  for (let index = 0; index < times; index += 1) {
    const server = await launch();
    const { path, body } = ask.gateway('q3', {});
    await post(server.url, path, body, headers, 1);
    taken.push(performance.now() - server.begun);
    if (index === times - 1) {
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      memory = memoryOf(server.pid);
    }
    hangUp(server.url);
    await stop(server);
  }
  return { ms: median(taken), memory };
}

/** Bookings a second: of one staff member by 32 clients, and spread over all. */
export async function bookings(server, nextFor, headers, { seconds }) {
  const booked = (text) => !JSON.parse(text).errors && JSON.parse(text).data.createAppointment.userErrors.length === 0;
  const of = (hot) => turn(async () => {
    const { path, body } = ask.gateway('m1', nextFor(hot));
    return booked(await post(server.url, path, body, headers, 32));
  }, { seconds, connections: 32 });
  const result = { hot: await of(true), cold: await of(false) };
  hangUp(server.url);
  return result;
}

const SUBSCRIPTION = 'subscription { bookingNotifications { type cursor appointment { id start status client { fullName } staff { fullName } } } }';

/** So many WebSockets in this process, each counting what it receives. */
async function listeners(gatewayFolder, url, count, { protocol, onOpen }) {
  const { WebSocket } = createRequire(join(gatewayFolder, 'package.json'))('ws');
  let received = 0;
  let bytes = '';
  let waiting = null;
  const sockets = await Promise.all(Array.from({ length: count }, () => new Promise((resolve, reject) => {
    const socket = new WebSocket(url, protocol);
    socket.on('open', () => onOpen(socket, () => resolve(socket)));
    socket.on('error', reject);
    socket.on('message', (data) => {
      const text = data.toString();
      if (protocol && !text.includes('"type":"next"')) return text.includes('connection_ack') ? socket.emit('acknowledged') : undefined;
      if (!bytes) bytes = text;
      received += 1;
      if (waiting && received >= waiting.count) waiting.resolve();
    });
  })));
  return {
    close: () => sockets.forEach((socket) => socket.terminate()),
    bytes: () => bytes,
    until: (target) => new Promise((resolve) => (received >= target ? resolve() : (waiting = { count: target, resolve }))),
  };
}

/** Deliveries a second of one document to many subscribers, beside the same bytes sent by a bare `ws`. */
export async function fanOut(gatewayFolder, server, nextFor, key, { subscribers, events }) {
  const headers = { authorization: `Bearer ${key}` };
  const own = await listeners(gatewayFolder, `${server.url.replace('http', 'ws')}/graphql`, subscribers, {
    protocol: 'graphql-transport-ws',
    onOpen(socket, done) {
      socket.once('acknowledged', () => {
        socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: SUBSCRIPTION } }));
        setTimeout(done, 500);
      });
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${key}` } }));
    },
  });
  const begun = performance.now();
  for (let index = 0; index < events; index += 1) {
    const { path, body } = ask.gateway('m1', nextFor(false));
    await post(server.url, path, body, headers, 4);
  }
  await own.until(subscribers * events);
  const gateway = (subscribers * events) / ((performance.now() - begun) / 1000);
  const text = own.bytes();
  own.close();
  hangUp(server.url);

  const bare = await start(process.execPath, ['servers/broadcast.mjs'], { env: { GATEWAY: gatewayFolder } });
  const heard = await listeners(gatewayFolder, bare.url.replace('http', 'ws'), subscribers, { protocol: undefined, onOpen: (_, done) => done() });
  const at = performance.now();
  await post(bare.url, '/', { text, times: events }, {}, 1);
  await heard.until(subscribers * events);
  const broadcast = (subscribers * events) / ((performance.now() - at) / 1000);
  heard.close();
  hangUp(bare.url);
  await stop(bare);
  return { gateway, broadcast };
}
