import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { buildSchema } from 'graphql';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { DomainError, ErrorCode } from '../../src/errors';
import { createServer, type RunningServer } from '../../src/http/server';
import type { RequestFacts, ServerOptions } from '../../src/http/server-options';
import { Admission, HEAVY_COST } from '../../src/http/limits/admission';
import { BodyBudget, HttpRefusal } from '../../src/http/graphql-http';
import { SERVER_LIMITS } from '../../src/http/limits/server-limits';
import { UnreadBytes } from '../../src/http/limits/unread';

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

describe('operations in flight on one WebSocket', () => {
  it.each(['query { wait }', 'mutation { wait }'])(
    'are limited, and further ones wait their turn: %s',
    async (query) => {
      await start({ maxOperationsPerSocket: 5 });
      const { subscribe, received } = await connected('one');

      for (let n = 0; n < 300; n += 1) subscribe(String(n), query);
      await until(() => running.now === 5);
      while (received.filter(({ type }) => type === 'complete').length < 300)
        await pause(1, letGo());

      expect([running.most, running.all]).toEqual([5, 300]);
    },
  );

  it('do not start while the client leaves its responses unread', async () => {
    await start();
    const { socket, subscribe, received } = await connected('one');
    await until(() => received.length === 1);

    socket.pause();
    for (let n = 0; n < 2_000; n += 1) subscribe(String(n), '{ large }');
    await until(() => running.all > 0);
    let begun: number;
    do {
      begun = running.all;
      for (let turn = 0; turn < 500; turn += 1) await new Promise(setImmediate);
    } while (running.all !== begun);

    // The kernel buffers some megabytes; then nothing more is executed.
    expect(begun).toBeLessThan(200);

    socket.resume();
    await until(() => received.filter(({ type }) => type === 'complete').length === 2_000);
    expect(running.all).toBe(2_000);
  });

  it('are limited to two without a key', async () => {
    await start();
    const { subscribe } = await connected(null);

    for (let n = 0; n < 20; n += 1) subscribe(String(n), '{ wait }');
    await until(() => running.now === 2);
    await pause(50);

    expect(running.most).toBe(2);
  });
});

describe('sockets and subscriptions', () => {
  const refusals = (received: any[]) =>
    received
      .filter(({ type }) => type === 'error')
      .map(({ payload }) => payload[0].extensions.code);

  it('are limited on one socket, and one that ends makes room', async () => {
    await start({ maxSubscriptionsPerSocket: 3 });
    const { socket, subscribe, received } = await connected('one');

    for (let n = 0; n < 5; n += 1) subscribe(String(n), 'subscription { never }');
    await until(() => refusals(received).length === 2);
    expect(refusals(received)).toEqual(['BUSY', 'BUSY']);

    socket.send(JSON.stringify({ id: '0', type: 'complete' }));
    await pause(100);
    subscribe('again', 'subscription { never }');
    subscribe('too many', 'subscription { never }');
    await until(() => refusals(received).length === 3);
    expect(received.at(-1)).toMatchObject({ id: 'too many', type: 'error' });
  });

  it('are limited for each key over all transports, not for other keys', async () => {
    await start({ maxSubscriptionsPerCaller: 2 });
    const [first, second, other] = await Promise.all([
      connected('one'),
      connected('one'),
      connected('two'),
    ]);
    first.subscribe('1', 'subscription { never }');
    second.subscribe('1', 'subscription { never }');
    await pause(50);

    second.subscribe('2', 'subscription { never }');
    other.subscribe('1', 'subscription { never }');
    await until(() => second.received.length === 2);
    expect(refusals(second.received)).toEqual(['BUSY']);
    const stream = await fetch(`${server.url}/graphql/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer one' },
      body: JSON.stringify({ query: 'subscription { never }' }),
    });
    expect(await stream.text()).toContain('"code":"BUSY"');
    expect(refusals(other.received)).toEqual([]);

    first.socket.terminate();
    await pause(300);
    second.subscribe('3', 'subscription { never }');
    await pause(100);
    expect(second.received).toHaveLength(2);
  });

  it('are limited for each key and for all without one', async () => {
    await start({ maxSocketsPerCaller: 2, maxAnonymousSockets: 3 });

    const keyed = await Promise.all([connected('one'), connected('one'), connected('one')]);
    expect(await Promise.race(keyed.map(({ closed }) => closed))).toEqual([
      1013,
      'Too many connections.',
    ]);

    const anonymous = await Promise.all([null, null, null, null].map(connected));
    expect(await Promise.race(anonymous.map(({ closed }) => closed))).toEqual([
      1013,
      'Too many connections.',
    ]);
    const other = await connected('two');
    await until(() => other.received.length === 1);
  });

  it('without a key and without an operation are closed', async () => {
    await start({ anonymousIdleMs: 150 });
    const keyed = await connected('one');
    const anonymous = await connected(null);

    expect(await anonymous.closed).toEqual([1000, 'Idle']);
    expect(keyed.socket.readyState).toBe(keyed.socket.OPEN);
  });

  it('execute nothing with a key that is known to be revoked', async () => {
    await start();
    const { socket, subscribe, received, closed } = await connected('short');
    await until(() => received.length === 1);

    revoked.add('short');
    let id = 0;
    const timer = setInterval(
      () => socket.readyState === socket.OPEN && subscribe(String((id += 1)), '{ hello }'),
      1,
    );
    expect(await closed).toEqual([4403, 'Forbidden']);
    clearInterval(timer);

    const refused = received.findIndex(({ type }) => type === 'error');
    if (refused >= 0)
      expect(received.slice(refused).filter(({ type }) => type === 'next')).toEqual([]);
  });
});

describe('admission', () => {
  it('limits operations in flight and in the queue, refuses others with 503, and stays healthy', async () => {
    await start({ maxInFlight: 4, maxQueued: 6 });

    const all = Array.from({ length: 20 }, (_, index) =>
      post('{ wait }', index % 2 ? 'one' : 'two'),
    );
    const refused = await Promise.race(all);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await refused.json()).toEqual({
      errors: [
        {
          message: 'Too many operations are waiting. Try again in a second.',
          extensions: { code: 'BUSY', retryable: true, retryAfterSeconds: 1 },
        },
      ],
    });
    for (const path of ['/healthz', '/readyz'])
      expect((await fetch(server.url + path)).status).toBe(200);
    expect(running).toMatchObject({ now: 4, most: 4 });

    const statuses = Promise.all(all).then((responses) => responses.map(({ status }) => status));
    const answered = statuses.then(() => true);
    while (!(await Promise.race([answered, pause(2, false)]))) letGo();
    expect((await statuses).sort()).toEqual([...Array(10).fill(200), ...Array(10).fill(503)]);
    expect(running.all).toBe(10);
  });

  it('refuses an operation that waits too long', async () => {
    await start({ maxInFlight: 2, queueWaitMs: 50 });
    const first = post('{ wait }', 'one');
    await until(() => running.now === 1);

    expect((await post('{ wait }', 'one')).status).toBe(503);
    letGo();
    expect((await first).status).toBe(200);
  });

  it('does not execute an operation whose caller has disconnected', async () => {
    await start({ maxInFlight: 2 });
    const first = post('{ wait }', 'one');
    await until(() => running.now === 1);

    const gone = new AbortController();
    const given = post('{ wait }', 'one', gone.signal).catch(() => null);
    await pause(50);
    gone.abort();
    await given;
    await pause(50);
    letGo();
    await first;
    await pause(50);

    expect(running.all).toBe(1);
  });

  it('alternates between callers', async () => {
    const admission = new Admission({ maxInFlight: 2, maxQueued: 1_000, queueWaitMs: 60_000 });
    const order: string[] = [];
    const run = async (name: string) => {
      const ticket = await admission.enter({ name, anonymous: false });
      order.push(name);
      await pause(1);
      ticket.leave();
    };

    const many = Array.from({ length: 200 }, () => run('many'));
    await Promise.all([run('few'), run('few'), run('few')]);

    expect(order.filter((name) => name === 'many').length).toBeLessThan(10);
    await Promise.all(many);
    expect(order).toHaveLength(203);
  });

  /**
   * Lets callers work one after the other, each for its milliseconds at a time, on a clock that only
   * their work advances. Returns the milliseconds of each kind.
   */
  async function shares(
    lastsMs: number,
    callers: readonly { name: 'keyed' | 'heavy' | 'anonymous'; ms: number }[],
  ): Promise<{ keyed: number; heavy: number; anonymous: number }> {
    let clock = 0;
    jest.useFakeTimers({
      doNotFake: ['Date', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate'],
    });
    jest.spyOn(performance, 'now').mockImplementation(() => clock);
    const admission = new Admission(SERVER_LIMITS);
    const work = { keyed: 0, heavy: 0, anonymous: 0 };
    const loop = async ({ name, ms }: (typeof callers)[number]) => {
      while (clock < lastsMs) {
        const ticket = await admission.enter({ name, anonymous: name === 'anonymous' });
        if (name === 'heavy') await ticket.weigh(HEAVY_COST + 1);
        const worked = Math.max(0, Math.min(ms, lastsMs - clock));
        clock += worked;
        work[name] += worked;
        ticket.leave();
        await new Promise(setImmediate);
      }
    };
    let isOver = false;
    const all = Promise.all(callers.map(loop)).finally(() => (isOver = true));
    for (let timersAt = 0; !isOver;) {
      const before = clock;
      await new Promise(setImmediate);
      // All wait for a timer.
      if (clock === before) clock += 1;
      jest.advanceTimersByTime(clock - timersAt);
      timersAt = clock;
    }
    await all;
    return work;
  }
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('leaves most of the time to callers with a key', async () => {
    const work = await shares(1_000, [
      { name: 'keyed', ms: 1 },
      ...Array.from({ length: 8 }, () => ({ name: 'anonymous', ms: 20 }) as const),
    ]);

    expect(work.keyed).toBeGreaterThan(work.anonymous);
    expect(work.anonymous).toBeGreaterThan(0);
  });

  it('leaves more than half of the time to callers with a key beside long expensive and anonymous operations', async () => {
    const work = await shares(6_000, [
      { name: 'keyed', ms: 1 },
      ...Array.from({ length: 4 }, () => ({ name: 'heavy', ms: 800 }) as const),
      ...Array.from({ length: 8 }, () => ({ name: 'anonymous', ms: 20 }) as const),
    ]);

    expect(work.keyed).toBeGreaterThan(work.heavy + work.anonymous);
    expect(Math.min(work.heavy, work.anonymous)).toBeGreaterThan(0);
  });
});

describe('time limits', () => {
  it('end a query, not a mutation', async () => {
    await start({ queryTimeoutMs: 100, maxInFlight: 2 });

    expect(await (await post('{ wait }', 'one')).json()).toEqual({
      data: null,
      errors: [
        {
          message:
            'The query exceeded its time limit of 0.1 s. Select less data, or use smaller pages.',
          extensions: { code: 'BUSY' },
        },
      ],
    });
    // The query is still in flight and keeps its slot: the next one of the key waits.
    const mutation = post('mutation { wait }', 'one');
    await pause(50);
    expect(running).toMatchObject({ now: 1, all: 1 });

    letGo();
    await until(() => running.all === 2);
    await pause(200);
    letGo();
    expect(await (await mutation).json()).toEqual({ data: { wait: 'waited' } });
  });

  it.each([
    ['headers', 'POST /graphql HTTP/1.1\r\nhost: x\r\n'],
    [
      'a body',
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
    ],
  ])(
    'apply to slowly sent %s',
    async (_what, bytes) => {
      await start({}, { timeouts: { headersTimeout: 300, requestTimeout: 300 } });
      const socket = connect(server.port, '127.0.0.1', () => socket.write(bytes));
      let answer = '';
      const trickle = setInterval(() => socket.write('x'), 100);

      await new Promise((resolve) =>
        socket
          .on('data', (chunk) => (answer += chunk))
          .on('error', () => undefined)
          .on('close', resolve),
      );
      clearInterval(trickle);

      expect(answer).toMatch(/^HTTP\/1.1 408 /);
      // Node looks every 30 s by default, which is beyond the time limit of this test.
    },
    20_000,
  );
});

describe('memory', () => {
  it('of bodies is limited', () => {
    const budget = new BodyBudget(100);
    budget.take(60);

    expect(() => budget.take(41)).toThrow(HttpRefusal);
    budget.release(60);
    expect(() => budget.take(100)).not.toThrow();
  });

  it('of unread responses is limited: the largest are dropped', () => {
    const unread = new UnreadBytes(100);
    const dropped: number[] = [];
    for (const bytes of [30, 80, 20, 50])
      unread.watch({
        bytes: () => (dropped.includes(bytes) ? 0 : bytes),
        drop: () => dropped.push(bytes),
      });

    unread.enforce();
    unread.stop();

    expect(dropped).toEqual([80]);
  });
});

describe('an alias __proto__', () => {
  it('is in the response over every transport', async () => {
    await start();
    const query = '{ __proto__: hello constructor: hello }';
    const expected = '{"data":{"__proto__":"world","constructor":"world"}}';

    expect((await (await post(query, 'one')).text()).trim()).toBe(expected);
    const odd = await fetch(`${server.url}/graphql?query=${encodeURIComponent(query)}`, {
      headers: { 'apollo-require-preflight': '1' },
    });
    expect((await odd.text()).trim()).toBe(expected);
    const stream = await fetch(`${server.url}/graphql/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    expect(await stream.text()).toContain(`data: ${expected}`);
    const { socket, subscribe } = await connected('one');
    const texts: string[] = [];
    socket.on('message', (data) => texts.push(String(data)));
    subscribe('1', query);
    await until(() => texts.some((text) => text.includes('complete')));
    expect(texts).toContain(`{"id":"1","type":"next","payload":${expected}}`);
  });
});

describe('a client that disconnects', () => {
  it('while responses are written prints nothing to stderr', async () => {
    const printed = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    await start();
    for (let round = 0; round < 10; round += 1) {
      const socket = new WebSocket(
        `${server.url.replace('http', 'ws')}/graphql`,
        'graphql-transport-ws',
      );
      sockets.push(socket);
      await once(socket, 'open');
      socket.send(
        JSON.stringify({ type: 'connection_init', payload: { authorization: 'Bearer a' } }),
      );
      await once(socket, 'message');
      socket.pause();
      for (let id = 0; id < 20; id += 1)
        socket.send(
          JSON.stringify({ id: String(id), type: 'subscribe', payload: { query: '{ large }' } }),
        );
      await pause(20);
      socket.terminate();
    }
    await pause(200);

    expect(printed.mock.calls).toEqual([]);
    printed.mockRestore();
  });
});
