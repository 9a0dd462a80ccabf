import type { Job } from '../../src/jobs/job.entity';
import { enqueue, pruneJobs, postponeGroup } from '../../src/jobs/queue';
import type { TestGateway } from '../support/harness/gateway';
import { T0, MINUTE, DAY, type JobsFixture } from './jobs.fixture';

export function runsCases(gateway: TestGateway, fixture: JobsFixture): void {
  const { businessId, add, runnerOf, rows, states } = fixture;

  it('run once for their key, and only if the enqueuing transaction commits', async () => {
    const ran: unknown[] = [];
    const runner = runnerOf({ run: async ({ payload }) => void ran.push(payload) });
    await expect(
      gateway.gateway.db.transaction(async (tx) => {
        await enqueue(tx, T0, {
          businessId: businessId(),
          kind: fixture.kind,
          key: 'lost',
          payload: {},
        });
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await add({}, { payload: { n: 2 } }, { key: 'later', runAt: T0 + MINUTE });
    await add({ payload: { n: 3 } });
    expect(await runner.runDue(T0)).toBe(1);
    await add({ payload: { n: 4 } });
    expect(await runner.runDue(T0)).toBe(0);
    expect(ran).toEqual([{ n: 1 }]);
    expect(await runner.runDue(T0 + MINUTE)).toBe(1);
    expect(await states()).toEqual(['DONE', 'DONE']);
    // Old finished jobs are deleted; then the key can be used again.
    await pruneJobs(gateway.gateway.db, T0 + 8 * DAY);
    expect(await rows()).toEqual([]);
  });

  it('are retried after the delays of their kind, plus at most a tenth, and are dead after the last', async () => {
    const buried: string[] = [];
    const runner = runnerOf(
      {
        retryDelays: [1_000, MINUTE],
        run: async ({ attempts }) => {
          throw new Error(`attempt ${attempts}`);
        },
        onDead: async (_tx, _job, error) => void buried.push(error),
      },
      { random: () => 0.5 },
    );
    await add({});
    expect(await runner.runDue(T0)).toBe(1);
    expect(await rows()).toMatchObject([
      {
        state: 'WAITING',
        attempts: 1,
        run_at: T0 + 1_050,
        last_error: 'attempt 1',
        lease_owner: null,
      },
    ]);
    expect(await runner.runDue(T0 + 1_049)).toBe(0);
    expect(await runner.runDue(T0 + 1_050)).toBe(1);
    expect(await rows()).toMatchObject([
      { state: 'WAITING', attempts: 2, run_at: T0 + 1_050 + 63_000 },
    ]);
    expect(buried).toEqual([]);
    expect(await runner.runDue(T0 + DAY)).toBe(1);
    expect(await rows()).toMatchObject([
      { state: 'DEAD', attempts: 3, last_error: 'attempt 3', finished_at: T0 + DAY },
    ]);
    expect(buried).toEqual(['attempt 3']);
    expect(await runner.runDue(T0 + 30 * DAY)).toBe(0);
  });

  it('choose the time of a retry, fail permanently, or are postponed without an attempt', async () => {
    const runner = runnerOf({
      retryDelays: [MINUTE],
      run: async ({ key }) =>
        key === 'at'
          ? { result: 'RETRY', error: 'x', at: T0 + 7 }
          : key === 'dead'
            ? { result: 'DEAD', error: 'never' }
            : { result: 'POSTPONED', at: T0 + 9 },
    });
    await add({ key: 'at' }, { key: 'dead' }, { key: 'postponed' });
    await runner.runDue(T0);
    expect(await rows()).toMatchObject([
      { state: 'WAITING', run_at: T0 + 7, attempts: 1 },
      { state: 'DEAD', attempts: 1, last_error: 'never' },
      { state: 'WAITING', run_at: T0 + 9, attempts: 0, last_error: null },
    ]);
  });

  it('of one sequence run in order while others proceed; a dead one is passed', async () => {
    const ran: string[] = [];
    let failures = 1;
    const runner = runnerOf({
      retryDelays: [MINUTE],
      run: async ({ key }) => {
        if (key === 'a1' && failures-- > 0) throw new Error('not yet');
        if (key === 'b1') return { result: 'DEAD', error: 'never' };
        ran.push(key);
        await new Promise((resolve) => setTimeout(resolve, 5));
        ran.push(`/${key}`);
      },
    });
    await add(
      ...['a1', 'b1', 'a2', 'b2', 'a3', 'free'].map((key) => ({
        key,
        ...(key === 'free' ? {} : { orderingKey: `${fixture.kind}:${key[0]}` }),
      })),
    );
    await runner.runDue(T0);
    expect([...ran].sort()).toEqual(['/b2', '/free', 'b2', 'free']);
    // Jobs behind a failed one are not examined before it.
    expect(
      (await rows()).filter(({ key }) => key.startsWith('a')).map(({ run_at }) => run_at),
    ).toEqual([T0 + MINUTE, T0 + MINUTE, T0 + MINUTE]);
    ran.length = 0;
    await runner.runDue(T0 + MINUTE);
    expect(ran).toEqual(['a1', '/a1', 'a2', '/a2', 'a3', '/a3']);
  });

  it('of a group are limited in concurrency, and a full group delays no other', async () => {
    let crowd = 0;
    let most = 0;
    const order: string[] = [];
    const runner = runnerOf(
      {
        run: async ({ key, groupKey }) => {
          order.push(key);
          most = Math.max(most, (crowd += groupKey === 'crowd' ? 1 : 0));
          await new Promise((resolve) => setTimeout(resolve, 2));
          crowd -= groupKey === 'crowd' ? 1 : 0;
        },
      },
      { concurrency: 8 },
    );
    await add(
      ...Array.from({ length: 40 }, (_, index) => ({
        key: `crowd ${index}`,
        group: { key: 'crowd', limit: 3 },
      })),
      { key: 'other', group: { key: 'small', limit: 3 } },
    );
    expect(await runner.runDue(T0)).toBe(41);
    expect(most).toBe(3);
    expect(order.indexOf('other')).toBeLessThan(8);
    await add(...['x', 'y'].map((key) => ({ key, group: { key: 'crowd', limit: 3 } })));
    await gateway.gateway.db.transaction((tx) =>
      postponeGroup(tx, businessId(), 'crowd', T0 + MINUTE),
    );
    expect(await runner.runDue(T0)).toBe(0);
    expect(await runner.runDue(T0 + MINUTE)).toBe(2);
  });

  it('are run by one of two runners, each job once', async () => {
    const ran: string[] = [];
    const busy = new Set<string>();
    const run = async ({ key, orderingKey }: Job) => {
      expect(busy.has(orderingKey as string)).toBe(false);
      busy.add(orderingKey as string);
      await new Promise((resolve) => setTimeout(resolve, 1));
      busy.delete(orderingKey as string);
      ran.push(key);
    };
    const [one, other] = [runnerOf({ run }), runnerOf({ run })];
    const keys = Array.from(
      { length: 200 },
      (_, index) => `${index % 20}-${String(Math.floor(index / 20)).padStart(2, '0')}`,
    );
    await add(...keys.map((key) => ({ key, orderingKey: `${fixture.kind}:${key.split('-')[0]}` })));
    const done = await Promise.all([one.runDue(T0), other.runDue(T0)]);
    expect(done[0] + done[1]).toBe(200);
    expect(Math.min(...done)).toBeGreaterThan(0);
    expect([...ran].sort()).toEqual([...keys].sort());
    for (let lane = 0; lane < 20; lane += 1) {
      const inLane = ran.filter((key) => key.startsWith(`${lane}-`));
      expect(inLane).toEqual([...inLane].sort());
    }
    expect([...one.errors, ...other.errors]).toEqual([]);
  });
}
