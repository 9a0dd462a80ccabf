import { setTimeout as pause } from 'node:timers/promises';
import { overloadFixture } from './overload.fixture';

const fixture = overloadFixture();
const { running, letGo, revoked, start, connected, until } = fixture;

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
    const stream = await fetch(`${fixture.server.url}/graphql/stream`, {
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
