import { EventEmitter, once } from 'node:events';
import { Writable } from 'node:stream';
import { buildSchema } from 'graphql';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { DomainError, ErrorCode } from '../../../src/errors';
import { createServer, type RunningServer } from '../../../src/http/server';
import type { RequestFacts } from '../../../src/http/server-options';

interface TestContext {
  readonly viewer: string;
  readonly serial: number;
}

/** The source of a subscription, controlled by the test. */
class Source implements AsyncIterableIterator<unknown> {
  private readonly waiting: {
    resolve(step: IteratorResult<unknown>): void;
    reject(error: unknown): void;
  }[] = [];
  readonly returned = new Promise<void>((resolve) => (this.onReturn = resolve));
  private onReturn!: () => void;
  [Symbol.asyncIterator]() {
    return this;
  }
  next() {
    return new Promise<IteratorResult<unknown>>((resolve, reject) =>
      this.waiting.push({ resolve, reject }),
    );
  }
  async return() {
    this.onReturn();
    this.waiting.splice(0).forEach(({ resolve }) => resolve({ done: true, value: undefined }));
    return { done: true as const, value: undefined };
  }
  emit(value: unknown) {
    this.waiting.shift()!.resolve({ done: false, value });
  }
  fail(error: unknown) {
    this.waiting.shift()!.reject(error);
  }
  end() {
    this.waiting.shift()!.resolve({ done: true, value: undefined });
  }
}

/** Set-up and requests that the suites of this folder share. */
export function websocketFixture() {
  const schema = buildSchema(`
  type Item { name: String, items(first: Int): [Item!]! }
  type Query { hello: String, whoAmI: String, broken: String, taken: String, slow: String, echo(text: String!): String, items(first: Int): [Item!]! }
  type Mutation { touch: Boolean }
  type Subscription { ticks: Int, serial: Int, failing: Int, refused: Int, crashing: Int }
`);
  const bus = new EventEmitter();
  let touched = 0;
  let finishSlow: (text: string) => void;
  const failing = (error: Error) => () => {
    throw error;
  };
  const taken = new DomainError(ErrorCode.TIME_UNAVAILABLE, 'That time is taken.', {
    nearest: ['10:00'],
  });
  const secret = new Error('the password is hunter2');
  const opened = () => {
    const source = new Source();
    setImmediate(() => bus.emit('source', source));
    return source;
  };
  const set = (type: 'Query' | 'Mutation' | 'Subscription', name: string, parts: object) =>
    Object.assign((schema.getType(type) as any).getFields()[name], parts);
  set('Query', 'hello', { resolve: () => 'world' });
  set('Query', 'whoAmI', {
    resolve: (_: unknown, _args: unknown, { viewer }: TestContext) => viewer,
  });
  set('Query', 'broken', { resolve: failing(secret) });
  set('Query', 'taken', { resolve: failing(taken) });
  set('Query', 'slow', {
    resolve: () => new Promise((resolve) => (finishSlow = resolve) && bus.emit('slow')),
  });
  set('Query', 'items', { resolve: () => [] });
  set('Mutation', 'touch', { resolve: () => ++touched > 0 });
  set('Subscription', 'ticks', { subscribe: opened, resolve: (event: unknown) => event });
  set('Subscription', 'serial', {
    subscribe: opened,
    resolve: (_event: unknown, _args: unknown, { serial }: TestContext) => serial,
  });
  set('Subscription', 'failing', { subscribe: opened, resolve: failing(secret) });
  set('Subscription', 'refused', { subscribe: failing(taken) });
  set('Subscription', 'crashing', { subscribe: failing(secret) });

  let serial = 0;
  const lines: any[] = [];
  const linesOf = (requestId: string) => lines.filter((line) => line.requestId === requestId);
  const options = {
    schema,
    host: '127.0.0.1',
    port: 0,
    production: true,
    maxBodyBytes: 100_000,
    corsOrigins: ['*'],
    shutdownMs: 2_000,
    connectionInitMs: 150,
    log: pino(
      new Writable({
        write: (chunk, _encoding, done) => (lines.push(JSON.parse(String(chunk))), done()),
      }),
    ),
    async contextFor({ headers }: RequestFacts): Promise<TestContext> {
      const key = headers['x-api-key'] ?? headers.authorization;
      if (key === 'unknown')
        throw new DomainError(ErrorCode.UNAUTHENTICATED, 'This key is not known.');
      if (key === 'crash') throw secret;
      return { viewer: key ?? 'nobody', serial: (serial += 1) };
    },
    renew: ({ viewer }: TestContext) => ({ viewer, serial: (serial += 1) }),
    ready: async () => {},
    health: () => ({}),
  };

  let server: RunningServer;
  const clients: WebSocket[] = [];
  beforeAll(async () => {
    server = await createServer(options);
  });
  afterEach(() => clients.splice(0).forEach((client) => client.terminate()));
  afterAll(() => server.stop());

  /** A client that sends raw messages. */
  async function open(protocol: string | undefined = 'graphql-transport-ws', { port } = server) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, protocol ? [protocol] : []);
    clients.push(socket);
    const received: any[] = [];
    socket.on(
      'message',
      (data) => (received.push(JSON.parse(String(data))), socket.emit('received')),
    );
    socket.on('error', () => {});
    const closed = new Promise<[number, string]>((resolve) =>
      socket.on('close', (code, reason) => resolve([code, String(reason)])),
    );
    await once(socket, 'open');
    return {
      socket,
      closed,
      send: (message: object | string) =>
        socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
      async receive(): Promise<any> {
        while (!received.length) await once(socket, 'received');
        return received.shift();
      },
    };
  }

  async function connected(payload: object = {}, at = server) {
    const client = await open(undefined, at);
    client.send({ type: 'connection_init', payload });
    expect(await client.receive()).toEqual({ type: 'connection_ack' });
    const subscribe = (query: string, variables?: object, id = '1') =>
      client.send({ id, type: 'subscribe', payload: { query, variables } });
    return {
      ...client,
      subscribe,
      async ask(query: string, variables?: object) {
        subscribe(query, variables);
        const answer = await client.receive();
        if (answer.type === 'next')
          expect(await client.receive()).toEqual({ id: '1', type: 'complete' });
        return answer;
      },
      async listen(query: string): Promise<Source> {
        subscribe(query);
        const [source] = await once(bus, 'source');
        return source;
      },
    };
  }

  return {
    bus,
    get touched() {
      return touched;
    },
    get finishSlow() {
      return finishSlow;
    },
    secret,
    get serial() {
      return serial;
    },
    linesOf,
    options,
    get server() {
      return server;
    },
    open,
    connected,
  };
}
