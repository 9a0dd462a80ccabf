import { once } from 'node:events';
import type { WebSocket } from 'ws';
import { DomainError, ErrorCode } from '../../../src/errors';
import { createServer } from '../../../src/http/server';
import { websocketFixture } from './websocket.fixture';
import { costing } from '../../support/harness/costing';

const fixture = websocketFixture();
const { bus, secret, linesOf, options, connected } = fixture;

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
    const before = fixture.serial;
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
    expect((await alive.ask('{ hello }')).payload).toEqual({
      data: { hello: 'world' },
      ...costing(0),
    });
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
    fixture.finishSlow('done');
    expect(await asking.receive()).toEqual({
      id: '1',
      type: 'next',
      payload: { data: { slow: 'done' }, ...costing(0) },
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
