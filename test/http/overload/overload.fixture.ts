import { EventEmitter, once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { buildSchema } from 'graphql';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { DomainError, ErrorCode } from '../../../src/errors';
import { createServer, type RunningServer } from '../../../src/http/server';
import type { RequestFacts, ServerOptions } from '../../../src/http/server-options';

/** Set-up and requests that the suites of this folder share. */
export function overloadFixture() {
  const schema = buildSchema(`
  type Query { hello: String, wait: String, large: String }
  type Mutation { wait: String }
  type Subscription { never: Int }
`);
  const running = { now: 0, most: 0, all: 0 };
  let release: (() => void)[] = [];
  const letGo = () => release.splice(0).forEach((resolve) => resolve());
  const wait = async () => {
    running.all += 1;
    running.most = Math.max(running.most, (running.now += 1));
    await new Promise<void>((resolve) => release.push(resolve));
    running.now -= 1;
    return 'waited';
  };
  const LARGE = 'x'.repeat(100_000);
  const fields = (type: 'Query' | 'Mutation' | 'Subscription') =>
    schema.getType(type) as any as { getFields(): Record<string, any> };
  Object.assign(fields('Query').getFields().hello, { resolve: () => 'world' });
  Object.assign(fields('Query').getFields().wait, { resolve: wait });
  Object.assign(fields('Mutation').getFields().wait, { resolve: wait });
  Object.assign(fields('Query').getFields().large, { resolve: () => ((running.all += 1), LARGE) });
  Object.assign(fields('Subscription').getFields().never, {
    subscribe() {
      const ended = new EventEmitter();
      return {
        [Symbol.asyncIterator]() {
          return this;
        },
        next: () => once(ended, 'end').then(() => ({ done: true })),
        return: async () => (ended.emit('end'), { done: true }),
      };
    },
  });

  const revoked = new Set<string>();
  const keyOf = ({ headers }: RequestFacts) =>
    (headers['x-api-key'] ?? headers.authorization?.replace('Bearer ', '')) || null;
  const options: ServerOptions = {
    schema,
    host: '127.0.0.1',
    port: 0,
    production: true,
    maxBodyBytes: 100_000,
    corsOrigins: ['*'],
    shutdownMs: 500,
    log: pino({ level: 'silent' }),
    recheckMs: 50,
    async contextFor(facts) {
      const key = keyOf(facts);
      if (key && revoked.has(key)) throw new DomainError(ErrorCode.UNAUTHENTICATED, 'Revoked.');
      return { key };
    },
    competitorOf: ({ key }) => key,
    renew: (context) => ({ ...context }),
    ready: async () => {},
    health: () => ({}),
  };
  let server: RunningServer;
  const sockets: WebSocket[] = [];
  const start = async (limits: ServerOptions['limits'] = {}, more: Partial<ServerOptions> = {}) => {
    server = await createServer({ ...options, ...more, limits });
  };
  beforeEach(() => Object.assign(running, { now: 0, most: 0, all: 0 }));
  afterEach(async () => {
    sockets.splice(0).forEach((socket) => socket.terminate());
    const stopped = server?.stop();
    while (release.length) await pause(1, letGo());
    await stopped;
  });

  const post = (query: string, key: string | null, signal?: AbortSignal) =>
    fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(key ? { authorization: `Bearer ${key}` } : {}),
      },
      body: JSON.stringify({ query }),
      signal,
    });
  async function connected(key: string | null) {
    const socket = new WebSocket(
      `${server.url.replace('http', 'ws')}/graphql`,
      'graphql-transport-ws',
    );
    sockets.push(socket);
    const received: any[] = [];
    const closed = new Promise<[number, string]>((resolve) =>
      socket.on('close', (code, reason) => resolve([code, String(reason)])),
    );
    socket
      .on('error', () => undefined)
      .on('message', (data) => received.push(JSON.parse(String(data))));
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init', payload: key ? { apiKey: key } : {} }));
    while (!received.length && socket.readyState === socket.OPEN) await pause(2);
    const subscribe = (id: string, query: string) =>
      socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query } }));
    return { socket, received, closed, subscribe };
  }
  const until = async (done: () => boolean) => {
    while (!done()) await pause(5);
  };

  return {
    running,
    letGo,
    revoked,
    get server() {
      return server;
    },
    sockets,
    start,
    post,
    connected,
    until,
  };
}
