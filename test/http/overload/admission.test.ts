import { setTimeout as pause } from 'node:timers/promises';
import { Admission, HEAVY_COST } from '../../../src/http/limits/admission';
import { SERVER_LIMITS } from '../../../src/http/limits/server-limits';
import { overloadFixture } from './overload.fixture';

const fixture = overloadFixture();
const { running, letGo, start, post, until } = fixture;

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
      expect((await fetch(fixture.server.url + path)).status).toBe(200);
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
