import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import { Writable } from 'node:stream';
import { buildSchema } from 'graphql';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { DomainError, ErrorCode } from '../../src/errors';
import { createServer, type RunningServer } from '../../src/http/server';
import type { RequestFacts } from '../../src/http/server-options';

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

const overHttp = async (query: string, variables?: object): Promise<any> =>
  (
    await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    })
  ).json();
const withoutId = (errors: any[]) =>
  JSON.parse(JSON.stringify(errors).replace(/"errorId":"[^"]+"/g, '"errorId":"..."'));

describe('close codes of graphql-transport-ws', () => {
  it.each<[number, string, (client: Awaited<ReturnType<typeof open>>) => void]>([
    [4400, 'Invalid message received', ({ send }) => send('{"type":"what"}')],
    [4400, 'Invalid message received', ({ send }) => send('not json')],
    [
      4401,
      'Unauthorized',
      ({ send }) => send({ id: '1', type: 'subscribe', payload: { query: '{ hello }' } }),
    ],
    [
      4403,
      'Forbidden',
      ({ send }) => send({ type: 'connection_init', payload: { apiKey: 'unknown' } }),
    ],
    [4408, 'Connection initialisation timeout', () => {}],
    [
      4429,
      'Too many initialisation requests',
      ({ send }) => [1, 2].forEach(() => send({ type: 'connection_init' })),
    ],
    [
      4500,
      'Internal server error',
      ({ send }) => send({ type: 'connection_init', payload: { apiKey: 'crash' } }),
    ],
    [1009, '', ({ send }) => send('x'.repeat(256 * 1024 + 1))],
  ])('%i %s', async (code, reason, act) => {
    const client = await open();
    act(client);
    expect(await client.closed).toEqual([code, reason]);
  });

  it('4406 without a subprotocol', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/graphql`);
    expect((await once(socket, 'close'))[0]).toBe(4406);
  });

  it('4406 for an unknown subprotocol', async () => {
    const socket = connect(server.port, '127.0.0.1', () =>
      socket.write(
        [
          'GET /graphql HTTP/1.1',
          'host: x',
          'connection: upgrade',
          'upgrade: websocket',
          'sec-websocket-version: 13',
          'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
          'sec-websocket-protocol: graphql-ws',
          '',
          '',
        ].join('\r\n'),
      ),
    );
    let bytes = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => (bytes = Buffer.concat([bytes, chunk])));
    while (!bytes.includes(Buffer.from('Subprotocol not acceptable'))) await once(socket, 'data');
    socket.destroy();
    const frame = bytes.subarray(bytes.indexOf('\r\n\r\n') + 4);
    expect([frame[0], frame.readUInt16BE(2)]).toEqual([0x88, 4406]);
  });

  it('4409 for an id in use', async () => {
    const client = await connected();
    await client.listen('subscription { ticks }');
    client.subscribe('subscription { ticks }');
    expect(await client.closed).toEqual([4409, 'Subscriber for 1 already exists']);
  });
});

describe('operations over WebSocket', () => {
  it('runs queries and mutations, one line of the log for each', async () => {
    const client = await connected({ 'x-request-id': 'ws-7' });
    expect(await client.ask('query Hi { hello }')).toEqual({
      id: '1',
      type: 'next',
      payload: { data: { hello: 'world' } },
    });
    expect(await client.ask('mutation { touch }')).toEqual({
      id: '1',
      type: 'next',
      payload: { data: { touch: true } },
    });
    expect(touched).toBe(1);
    expect(linesOf('ws-7')).toEqual([
      expect.objectContaining({
        transport: 'ws',
        type: 'query',
        operationName: 'Hi',
        durationMs: expect.any(Number),
      }),
      expect.objectContaining({ transport: 'ws', type: 'mutation' }),
    ]);
  });

  it.each([
    [{ authorization: 'Bearer a' }, 'Bearer a'],
    [{ apiKey: 'b' }, 'b'],
    [{ 'X-API-Key': 'c' }, 'c'],
    [{}, 'nobody'],
  ])('identifies the caller by %j', async (payload, viewer) => {
    expect((await (await connected(payload)).ask('{ whoAmI }')).payload).toEqual({
      data: { whoAmI: viewer },
    });
  });

  it.each(['{ broken }', '{ taken }', 'query ($text: String!) { echo(text: $text) }'])(
    'returns errors of %s as HTTP does',
    async (query) => {
      const { payload } = await (await connected()).ask(query, { text: 3 });
      const http = await overHttp(query, { text: 3 });
      expect(withoutId(payload.errors)).toEqual(withoutId(http.errors));
      expect(JSON.stringify(payload)).not.toContain('hunter2');
    },
  );

  it.each<[string, string, object]>([
    ['GRAPHQL_PARSE_FAILED', '{ hello', {}],
    ['GRAPHQL_VALIDATION_FAILED', '{ helo }', {}],
    [
      'QUERY_TOO_COMPLEX',
      `{ ${Array.from({ length: 51 }, (_, n) => `a${n}: hello`).join(' ')} }`,
      {},
    ],
    [
      'QUERY_TOO_COMPLEX',
      'query ($n: Int) { items(first: $n) { items(first: $n) { items(first: $n) { name } } } }',
      { n: 100 },
    ],
    ['OPERATION_RESOLUTION_FAILURE', 'query A { hello } query B { hello }', {}],
  ])('refuses with %s as HTTP does', async (code, query, variables) => {
    const requestId = `ws-${randomUUID()}`;
    const client = await connected({ 'x-request-id': requestId });
    const { type, payload } = await client.ask(query, variables);
    expect([type, payload[0].extensions.code]).toEqual(['error', code]);
    if (code !== 'OPERATION_RESOLUTION_FAILURE')
      expect(payload).toEqual((await overHttp(query, variables)).errors);
    expect((await client.ask('{ hello }')).payload).toEqual({ data: { hello: 'world' } });
    expect(linesOf(requestId)[0]).toMatchObject({
      transport: 'ws',
      errors: expect.arrayContaining([code]),
    });
  });
});

describe('subscriptions', () => {
  it('delivers each event, then completes when the source ends', async () => {
    const client = await connected({ 'x-request-id': 'ws-8' });
    const source = await client.listen('subscription { ticks }');
    source.emit(7);
    expect(await client.receive()).toEqual({
      id: '1',
      type: 'next',
      payload: { data: { ticks: 7 } },
    });
    source.end();
    expect(await client.receive()).toEqual({ id: '1', type: 'complete' });
    expect(linesOf('ws-8')).toEqual([expect.objectContaining({ type: 'subscription', events: 1 })]);
  });

  it('executes each event with a separate context', async () => {
    const client = await connected();
    const source = await client.listen('subscription { serial }');
    const before = serial;
    for (const nth of [1, 2, 3]) {
      source.emit({});
      expect((await client.receive()).payload).toEqual({ data: { serial: before + nth } });
    }
  });

  it('closes the source when the client unsubscribes', async () => {
    const client = await connected();
    const source = await client.listen('subscription { ticks }');
    client.send({ id: '1', type: 'complete' });
    await source.returned;
  });

  it.each([
    ['closes', (socket: WebSocket) => socket.close()],
    ['breaks off', (socket: WebSocket) => socket.terminate()],
  ] as const)('closes the source when the client %s', async (_how, act) => {
    const client = await connected();
    const source = await client.listen('subscription { ticks }');
    act(client.socket);
    await source.returned;
  });

  it('reports a domain error of the source, then ends', async () => {
    const client = await connected();
    const source = await client.listen('subscription { ticks }');
    source.fail(
      new DomainError(
        ErrorCode.SUBSCRIBER_LAGGED,
        'You fell behind: subscribe again from your cursor.',
        { cursor: '41' },
      ),
    );
    expect(await client.receive()).toEqual({
      id: '1',
      type: 'next',
      payload: {
        errors: [
          {
            message: 'You fell behind: subscribe again from your cursor.',
            extensions: { code: 'SUBSCRIBER_LAGGED', cursor: '41' },
          },
        ],
      },
    });
    expect(await client.receive()).toEqual({ id: '1', type: 'complete' });
  });

  it('masks every other failure: of the source, of an event, of the start', async () => {
    const client = await connected();
    (await client.listen('subscription { ticks }')).fail(secret);
    const ofSource = await client.receive();
    await client.receive();
    const source = await client.listen('subscription { failing }');
    source.emit({});
    const ofEvent = await client.receive();
    source.end();
    await client.receive();
    const ofStart = await client.ask('subscription { crashing }');
    for (const { payload } of [ofSource, ofEvent, ofStart]) {
      expect(payload.errors).toEqual([
        expect.objectContaining({
          extensions: { code: 'INTERNAL_SERVER_ERROR', errorId: expect.any(String) },
        }),
      ]);
      expect(JSON.stringify(payload)).not.toContain('hunter2');
    }
    expect((await client.ask('subscription { refused }')).payload.errors[0]).toMatchObject({
      message: 'That time is taken.',
      extensions: { code: 'TIME_UNAVAILABLE' },
    });
  });
});

describe('keep-alive', () => {
  it('pings, and disconnects a client that does not respond', async () => {
    const own = await createServer({ ...options, keepAliveMs: 40 });
    const [alive, dead] = [await connected({}, own), await connected({}, own)];
    const source = await dead.listen('subscription { ticks }');
    dead.socket.pause();
    await once(alive.socket, 'ping');
    await source.returned;
    expect((await alive.ask('{ hello }')).payload).toEqual({ data: { hello: 'world' } });
    await own.stop();
  });
});

describe('shutdown of the server', () => {
  it('lets a query finish, closes every socket with 1001, and closes the sources', async () => {
    const own = await createServer(options);
    const [idle, subscriber, asking] = [
      await connected({}, own),
      await connected({}, own),
      await connected({}, own),
    ];
    const source = await subscriber.listen('subscription { ticks }');
    asking.subscribe('{ slow }');
    await once(bus, 'slow');
    const stopped = own.stop();
    expect(await idle.closed).toEqual([1001, expect.stringContaining('reconnect')]);
    expect((await subscriber.closed)[0]).toBe(1001);
    await source.returned;
    finishSlow('done');
    expect(await asking.receive()).toEqual({
      id: '1',
      type: 'next',
      payload: { data: { slow: 'done' } },
    });
    expect(await asking.receive()).toEqual({ id: '1', type: 'complete' });
    expect((await asking.closed)[0]).toBe(1001);
    await stopped;
  });

  it('has a time limit for a query and for a client that answers no close frame', async () => {
    const own = await createServer({ ...options, shutdownMs: 100 });
    const asking = await connected({}, own);
    asking.subscribe('{ slow }');
    await once(bus, 'slow');
    const deaf = await connected({}, own);
    deaf.socket.pause();

    // Neither ever ends by itself.
    await own.stop();

    expect(await asking.closed).toHaveLength(2);
  });
});
