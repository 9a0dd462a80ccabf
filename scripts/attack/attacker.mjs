/**
 * One attacking process: eight anonymous connections that send large and expensive documents, two
 * WebSockets that never read, and a publishable key that requests months of availability.
 */
import { createRequire } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';
import { Connection } from './connection.mjs';

const { WebSocket } = createRequire(import.meta.url)('ws');
const { url, publishable, reasonId, locationId, index, only } = JSON.parse(process.argv[2]);
const counts = {};
let isStopped = false;
let serial = 0;

const count = (label) => (counts[label] = (counts[label] ?? 0) + 1);
const repeat = (times, text) => Array.from({ length: times }, (_, n) => text(n)).join(' ');
const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const month = (n) =>
  `a${n}: availability(input: { reasonId: "${reasonId}", locationId: "${locationId}", from: "${day(1)}", to: "${day(31)}" }) { availableTimes(first: 1000) { nodes { start text } } }`;
const TYPES = '__schema { types { name fields { name args { name } } } }';

const documents = {
  /** 28.8 kB, and another text each time: nothing of it is cached. */
  flood: () => `query q${(serial += 1)}x${index} { ${'viewer{role}'.repeat(2400)} }`,
  /** Below the limit of tokens, refused by a rule. */
  refused: () => `query q${(serial += 1)}x${index} { ${'nothing{role}'.repeat(600)} }`,
  /** Another text each time, and valid: it is parsed, validated and executed. */
  large: () => `query q${(serial += 1)}x${index} { ${TYPES} }`,
  aliases: () => `{ ${repeat(25, (n) => `a${n}: ${TYPES}`)} }`,
  introspection: () => `{ ${TYPES} }`,
};
const keyed = {
  /** The maximum that the cost limit admits. */
  months: () => `{ ${repeat(3, month)} }`,
  month: () => `{ ${month(0)} }`,
};

/** Sends one document after the other over one connection; a connection that was closed is opened again. */
async function post(name, text, key = null) {
  const connection = new Connection(url, key);
  while (!isStopped) {
    count(`${name} sent`);
    const { status } = await connection.post({ query: text() }).catch(() => ({ status: 0 }));
    count(`${name} ${status || 'closed'}`);
    if (!status) await pause(50);
  }
  connection.close();
}

/** Sends 400 introspections over a WebSocket and reads no response; again after ten seconds. */
async function unreadSocket() {
  while (!isStopped) {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    socket.once('open', () => socket.send('{"type":"connection_init"}'));
    socket.once('message', () => {
      count('socket opened');
      const payload = { query: `{ ${repeat(10, (n) => `a${n}: __schema { types { name } }`)} }` };
      for (let n = 0; n < 400; n += 1)
        socket.send(JSON.stringify({ id: String(n), type: 'subscribe', payload }));
      socket.pause();
    });
    await Promise.race([closed, pause(10_000)]);
    socket.terminate();
    await pause(50);
  }
}

/** Breaks off in the middle of a body, and leaves while a response is written. */
async function breakOff() {
  while (!isStopped) {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    socket.once('open', () => socket.send('{"type":"connection_init"}'));
    socket.once('message', () => {
      count('socket broken off');
      const payload = { query: documents.introspection() };
      for (let n = 0; n < 4; n += 1)
        socket.send(JSON.stringify({ id: String(n), type: 'subscribe', payload }));
      setTimeout(() => socket.terminate(), 20);
    });
    await Promise.race([closed, pause(5_000)]);
    await pause(100);
  }
}

/** Sends operations over one WebSocket with a key without waiting; again once it is closed. */
async function keyedSocket(label, query, times) {
  while (!isStopped) {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    socket.once('open', () =>
      socket.send(JSON.stringify({ type: 'connection_init', payload: { apiKey: publishable } })),
    );
    socket.once('message', () => {
      count(label);
      for (let n = 0; n < times; n += 1)
        socket.send(JSON.stringify({ id: String(n), type: 'subscribe', payload: { query } }));
    });
    await Promise.race([closed, pause(10_000)]);
    socket.terminate();
    await pause(50);
  }
}

const attacks = {
  flood: () => [post('flood', documents.flood), post('flood', documents.flood)],
  refused: () => [post('refused', documents.refused)],
  aliases: () => [post('aliases', documents.aliases), post('aliases', documents.aliases)],
  large: () => [post('large', documents.large), post('large', documents.large)],
  introspection: () => [post('introspection', documents.introspection)],
  socket: () => [unreadSocket(), unreadSocket()],
  break: () => [breakOff()],
  months: () => [
    post('months', keyed.months, publishable),
    post('months', keyed.months, publishable),
  ],
  month: () => [post('month', keyed.month, publishable)],
  queries: () => [keyedSocket('socket of 20,000 queries', '{ viewer { role } }', 20_000)],
  subscriptions: () => [
    keyedSocket(
      'socket of 10,000 subscriptions',
      'subscription { bookingNotifications { cursor } }',
      10_000,
    ),
  ],
};

process.on('message', (command) => {
  if (command === 'start')
    for (const [name, begin] of Object.entries(attacks))
      if (!only || only.split(',').includes(name)) begin();
  if (command === 'stop') {
    isStopped = true;
    process.send(counts);
  }
});
process.on('disconnect', () => process.exit());
