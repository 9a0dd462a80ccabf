import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { BodyBudget, HttpRefusal } from '../../../src/http/graphql-http';
import { UnreadBytes } from '../../../src/http/limits/unread';
import { overloadFixture } from './overload.fixture';
import { costing } from '../../support/harness/costing';

const fixture = overloadFixture();
const { running, letGo, sockets, start, post, connected, until } = fixture;

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
      ...costing(0),
    });
    // The query is still in flight and keeps its slot: the next one of the key waits.
    const mutation = post('mutation { wait }', 'one');
    await pause(50);
    expect(running).toMatchObject({ now: 1, all: 1 });

    letGo();
    await until(() => running.all === 2);
    await pause(200);
    letGo();
    expect(await (await mutation).json()).toEqual({ data: { wait: 'waited' }, ...costing(0) });
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
      const socket = connect(fixture.server.port, '127.0.0.1', () => socket.write(bytes));
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
    const expected =
      '{"data":{"__proto__":"world","constructor":"world"},"extensions":{"cost":{"requested":0,"available":50000}}}';

    expect((await (await post(query, 'one')).text()).trim()).toBe(expected);
    const odd = await fetch(`${fixture.server.url}/graphql?query=${encodeURIComponent(query)}`, {
      headers: { 'apollo-require-preflight': '1' },
    });
    expect((await odd.text()).trim()).toBe(expected);
    const stream = await fetch(`${fixture.server.url}/graphql/stream`, {
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
        `${fixture.server.url.replace('http', 'ws')}/graphql`,
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
