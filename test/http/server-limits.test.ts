import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { mayRead } from '../../src/http/limits/metrics-token';
import {
  CallerQuota,
  MAX_BODIES_BYTES,
  tooManySubscriptions,
} from '../../src/http/limits/server-limits';
import { HIGH_WATER, SocketGate } from '../../src/http/limits/socket-gate';
import { UnreadBytes } from '../../src/http/limits/unread';

describe('CallerQuota', () => {
  it('takes up to the limit of each caller, and again after a release', () => {
    const quota = new CallerQuota(2);
    const take = (caller: string) => quota.take(caller);

    expect(['a', 'a', 'a', 'b', 'a'].map(take)).toEqual([true, true, false, true, false]);
    quota.release('a');
    expect(['a', 'a', 'b', 'b'].map(take)).toEqual([true, false, true, false]);
    for (const caller of ['a', 'a', 'b', 'b']) quota.release(caller);
    expect(['a', 'a', 'a'].map(take)).toEqual([true, true, false]);
  });
  it('counts no release beyond the last', () => {
    const quota = new CallerQuota(1);
    quota.release('a');
    expect([quota.take('a'), quota.take('a')]).toEqual([true, false]);
  });
  it('admits no caller at a limit of 0', () => expect(new CallerQuota(0).take('a')).toBe(false));
  it('has a refusal that names the remedy', () =>
    expect(tooManySubscriptions()).toMatchObject({
      code: 'BUSY',
      message: 'Too many subscriptions are open with this key. End one first.',
    }));
});

it('counts bytes in powers of two', () =>
  expect([MAX_BODIES_BYTES, HIGH_WATER]).toEqual([2 ** 26, 2 ** 16]));

describe('mayRead', () => {
  it.each<[string | null, string | undefined, boolean]>([
    [null, undefined, true],
    [null, 'Bearer x', true],
    ['secret', undefined, false],
    ['secret', '', false],
    ['secret', 'secret', false],
    ['secret', 'Bearer secret', true],
    ['secret', 'bearer   secret ', true],
    ['secret', 'Bearer\tsecret', true],
    ['secret', 'Bearersecret', false],
    ['secret', 'xBearer secret', false],
    ['secret', 'Bearer secret x', false],
    ['secret', 'Bearer secre', false],
    ['secret', 'Bearer ', false],
    ['', undefined, true],
  ])('token %j, header %j: %s', (token, header, wanted) =>
    expect(mayRead(token, header)).toBe(wanted),
  );
});

describe('UnreadBytes', () => {
  const dropped = (maxBytes: number, ...bytes: number[]): number[] => {
    const unread = new UnreadBytes(maxBytes);
    unread.stop();
    const drops: number[] = [];
    bytes.forEach((count, index) =>
      unread.watch({ bytes: () => count, drop: () => void drops.push(index) }),
    );
    unread.enforce();
    return drops;
  };
  it.each<[number, number[], number[]]>([
    [10, [], []],
    [10, [5, 5], []],
    [10, [5, 6], [1]],
    [10, [6, 5], [0]],
    [10, [3, 9, 4, 8], [1, 3]],
    [10, [3, 9, 7], [1]],
    [10, [11, 0], [0]],
    [0, [0, 1], [1]],
    [0, [2, 1], [0, 1]],
  ])('of at most %d drop of %j those at %j', (max, bytes, wanted) =>
    expect(dropped(max, ...bytes)).toEqual(wanted),
  );
  it('admits 64 MiB by default', () => {
    const unread = new UnreadBytes();
    unread.stop();
    const drops: string[] = [];
    let bytes = 2 ** 25;
    unread.watch({ bytes: () => 2 ** 25, drop: () => void drops.push('a') });
    unread.watch({ bytes: () => bytes, drop: () => void drops.push('b') });

    unread.enforce();
    expect(drops).toEqual([]);
    bytes += 1;
    unread.enforce();
    expect(drops).toEqual(['b']);
  });
  it('watches until the connection closes', () => {
    const unread = new UnreadBytes(1);
    unread.stop();
    const drops: string[] = [];
    const watch = (name: string) =>
      unread.watch({ bytes: () => 2, drop: () => void drops.push(name) });
    const stop = watch('a');
    watch('b');

    stop();
    unread.enforce();

    expect(drops).toEqual(['b']);
  });
});

describe('SocketGate', () => {
  /** A socket whose buffer the test sets. */
  class Socket extends EventEmitter {
    bufferedAmount = 0;
    readonly calls: string[] = [];
    pause = () => void this.calls.push('pause');
    resume = () => void this.calls.push('resume');
  }
  const gateOf = (limit: number) => {
    const [socket, wire] = [new Socket(), new EventEmitter()];
    const gate = new SocketGate(socket as unknown as WebSocket, wire as unknown as Duplex, limit);
    const entered: number[] = [];
    const enter = (id: number) => gate.enter().then(() => entered.push(id));
    return { gate, socket, wire, entered, enter };
  };
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it('admits up to the limit, and pauses the socket while one waits', async () => {
    const { gate, socket, entered, enter } = gateOf(2);
    expect(gate.idle).toBe(true);

    for (const id of [1, 2, 3, 4]) void enter(id);
    await settled();
    expect([entered, socket.calls, gate.idle]).toEqual([[1, 2], ['pause'], false]);

    gate.leave();
    await settled();
    expect([entered, socket.calls]).toEqual([[1, 2, 3], ['pause']]);

    gate.leave();
    await settled();
    expect([entered, socket.calls]).toEqual([
      [1, 2, 3, 4],
      ['pause', 'resume'],
    ]);

    gate.leave();
    expect(gate.idle).toBe(false);
    gate.leave();
    expect(gate.idle).toBe(true);
    expect(socket.calls).toEqual(['pause', 'resume']);
  });
  it('does not let an operation pass those that wait', async () => {
    const { gate, socket, entered, enter } = gateOf(1);
    socket.bufferedAmount = HIGH_WATER + 1;
    void enter(1);
    socket.bufferedAmount = 0;
    void enter(2);
    await settled();
    expect(entered).toEqual([]);

    gate.isStalled(0);
    await settled();
    expect(entered).toEqual([1]);
  });
  it('lowers the limit only', async () => {
    const { gate, entered, enter } = gateOf(2);
    gate.limitTo(3);
    gate.limitTo(1);
    gate.limitTo(2);
    for (const id of [1, 2]) void enter(id);
    await settled();
    expect(entered).toEqual([1]);
  });
  it.each(['message', 'ping'])('pauses above the high-water mark on a %s', (event) => {
    const { socket, wire } = gateOf(2);
    socket.bufferedAmount = HIGH_WATER;
    socket.emit(event);
    expect(socket.calls).toEqual([]);

    socket.bufferedAmount += 1;
    socket.emit(event);
    socket.emit(event);
    wire.emit('drain');
    expect(socket.calls).toEqual(['pause']);

    socket.bufferedAmount = HIGH_WATER;
    wire.emit('drain');
    wire.emit('drain');
    expect(socket.calls).toEqual(['pause', 'resume']);
  });
  it('admits what waits for the buffer when it drains', async () => {
    const { gate, socket, wire, entered, enter } = gateOf(2);
    socket.bufferedAmount = HIGH_WATER + 1;
    void enter(1);
    await settled();
    expect([entered, gate.idle]).toEqual([[], false]);

    socket.bufferedAmount = HIGH_WATER;
    wire.emit('drain');
    await settled();
    expect([entered, socket.calls]).toEqual([[1], ['pause', 'resume']]);
  });
  it('resumes what waits when the socket closes', async () => {
    const { gate, entered, enter } = gateOf(1);
    for (const id of [1, 2, 3]) void enter(id);
    gate.close();
    await settled();
    expect(entered).toEqual([1, 2, 3]);
  });
  it('is stalled while the buffer stays above the mark for longer than the time', () => {
    const { gate, socket } = gateOf(1);
    const clock = Object.getOwnPropertyDescriptor(performance, 'now');
    let now = 1_000;
    Object.defineProperty(performance, 'now', { configurable: true, value: () => now });
    const at = (time: number, bytes: number) => {
      [now, socket.bufferedAmount] = [time, bytes];
      return gate.isStalled(100);
    };
    try {
      const above = HIGH_WATER + 1;
      expect(at(1_000, HIGH_WATER)).toBe(false);
      expect([at(2_000, above), at(2_100, above), at(2_101, above)]).toEqual([false, false, true]);
      expect([at(2_200, HIGH_WATER), at(2_201, above), at(2_302, above)]).toEqual([
        false,
        false,
        true,
      ]);
    } finally {
      if (clock) Object.defineProperty(performance, 'now', clock);
      else delete (performance as { now?: unknown }).now;
    }
  });
});
