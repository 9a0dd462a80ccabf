import { Role } from '../../src/context';
import { handlersOf, type JobHandler } from '../../src/jobs/handler';
import type { Job } from '../../src/jobs/job.entity';
import {
  claim,
  LEASE_MS,
  LostLease,
  releaseLost,
  renew,
  finishAttempt,
} from '../../src/jobs/leases';
import { enqueue, pruneJobs, postponeGroup, withdraw, type NewJob } from '../../src/jobs/queue';
import { JobRunner } from '../../src/jobs/runner';
import { sql } from '../../src/db/sql';
import { change, refusal } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';

const T0 = Date.UTC(2033, 0, 1);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

onEachDatabase('background jobs', (gateway) => {
  let kinds = 0;
  let kind: string;
  /** A distinct kind for each test, for which the gateway has no handler. */
  beforeEach(() => {
    gateway.time = T0;
    kind = `test.${(kinds += 1)}`;
  });
  afterAll(() => (gateway.time = null));

  const businessId = () => gateway.business.business.rowId;
  const add = (...jobs: Partial<NewJob>[]) =>
    gateway.gateway.db.transaction((tx) =>
      enqueue(
        tx,
        T0,
        ...jobs.map((job) => ({
          businessId: businessId(),
          kind,
          key: 'only',
          payload: { n: 1 },
          ...job,
        })),
      ),
    );
  const runnerOf = (handler: Partial<JobHandler>, options: object = {}) => {
    const errors: Error[] = [];
    const handlers = handlersOf([
      { kind, retryDelays: [], run: async () => undefined, ...handler },
    ]);
    const { db, ids } = gateway.gateway;
    const runner = new JobRunner({
      db,
      ids,
      handlers,
      now: () => gateway.time as number,
      onError: (error) => errors.push(error),
      random: () => 0,
      ...options,
    });
    return Object.assign(runner, { handlers, errors });
  };
  const rows = async () =>
    gateway.gateway.db.all<any>(sql`SELECT * FROM job WHERE kind = ${kind} ORDER BY id`);
  const states = async () => (await rows()).map(({ state }) => state);

  it('run once for their key, and only if the enqueuing transaction commits', async () => {
    const ran: unknown[] = [];
    const runner = runnerOf({ run: async ({ payload }) => void ran.push(payload) });
    await expect(
      gateway.gateway.db.transaction(async (tx) => {
        await enqueue(tx, T0, { businessId: businessId(), kind, key: 'lost', payload: {} });
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
        ...(key === 'free' ? {} : { orderingKey: `${kind}:${key[0]}` }),
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
    await add(...keys.map((key) => ({ key, orderingKey: `${kind}:${key.split('-')[0]}` })));
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

  it('of a dead worker are claimed by another after the lease, and count as attempted', async () => {
    const runner = runnerOf({ retryDelays: [MINUTE] });
    await add({});
    expect(
      await claim(gateway.gateway.db, runner.handlers, {
        owner: 'dead process',
        limit: 5,
        now: T0,
      }),
    ).toHaveLength(1);
    expect(await runner.runDue(T0 + LEASE_MS - 1)).toBe(0);
    // A renewed lease is kept.
    const [row] = await rows();
    await renew(
      gateway.gateway.db,
      'dead process',
      [{ businessId: businessId(), rowId: row.id } as Job],
      T0 + LEASE_MS - 1,
    );
    expect(await runner.runDue(T0 + LEASE_MS)).toBe(0);
    expect(await runner.runDue(T0 + 2 * LEASE_MS)).toBe(1);
    expect(await rows()).toMatchObject([{ state: 'DONE', attempts: 2, fence: 2 }]);
  });

  it('are released once by a starting process: running jobs of an embedded database return to the queue before it claims any', async () => {
    if (gateway.dialect !== 'sqlite') return;
    const ran: string[] = [];
    const runner = runnerOf({ retryDelays: [MINUTE], run: async ({ key }) => void ran.push(key) });
    const keys = Array.from({ length: 12 }, (_, index) => `job ${index}`);
    await add(...keys.map((key) => ({ key })));
    expect(
      await claim(gateway.gateway.db, runner.handlers, {
        owner: 'dead process',
        limit: 5,
        now: T0,
      }),
    ).toHaveLength(5);
    runner.start();
    while (ran.length < keys.length) await new Promise((resolve) => setTimeout(resolve, 5));
    await runner.stop();
    expect([...ran].sort()).toEqual([...keys].sort());
    expect((await rows()).map(({ fence }) => fence).sort()).toEqual([
      ...Array(7).fill(1),
      ...Array(5).fill(2),
    ]);
  });

  it('that end their process every time die like any other', async () => {
    let ran = 0;
    const buried: string[] = [];
    const runner = runnerOf({
      retryDelays: [1, 1],
      run: async () => void (ran += 1),
      onDead: async (_tx, _job, error) => void buried.push(error),
    });
    await add({});
    for (let crash = 0; crash < 3; crash += 1) {
      expect(
        await claim(gateway.gateway.db, runner.handlers, {
          owner: 'crashing',
          limit: 5,
          now: T0 + crash * MINUTE,
        }),
      ).toHaveLength(1);
      await releaseLost(gateway.gateway.db, T0 + crash * MINUTE + LEASE_MS);
    }
    await runner.runDue(T0 + 3 * MINUTE);
    expect([ran, buried]).toEqual([0, ['The lease of its worker expired.']]);
    expect(await states()).toEqual(['DEAD']);
  });

  it('of a paused worker are not finished by it after another claimed them: its late outcome is not written', async () => {
    const runner = runnerOf({ retryDelays: [MINUTE] });
    const handler = runner.handlers.get(kind) as JobHandler;
    await add({});
    const [paused] = await claim(gateway.gateway.db, runner.handlers, {
      owner: 'paused',
      limit: 5,
      now: T0,
    });
    await releaseLost(gateway.gateway.db, T0 + LEASE_MS);
    const [fresh] = await claim(gateway.gateway.db, runner.handlers, {
      owner: 'fresh',
      limit: 5,
      now: T0 + LEASE_MS,
    });
    const record = jest.fn();
    const finish = (job: Job, error: string) =>
      finishAttempt(
        gateway.gateway.db,
        { handler, job, outcome: { result: 'DEAD', error, record } },
        T0 + LEASE_MS,
        () => 0,
      );
    await expect(finish(paused as Job, 'late')).rejects.toThrow(LostLease);
    expect(record).not.toHaveBeenCalled();
    expect(await rows()).toMatchObject([
      { state: 'RUNNING', lease_owner: 'fresh', last_error: 'The lease of its worker expired.' },
    ]);
    await finish(fresh as Job, 'first');
    await expect(finish(paused as Job, 'late')).rejects.toThrow(LostLease);
    expect(record).toHaveBeenCalledTimes(1);
    expect(await rows()).toMatchObject([{ state: 'DEAD', last_error: 'first' }]);
  });

  it('are finished atomically with their record', async () => {
    const runner = runnerOf({
      run: async ({ key }) => ({
        result: 'DONE',
        record: async (tx) => {
          await enqueue(tx, T0, {
            businessId: businessId(),
            kind: `${kind}.follows`,
            key,
            payload: {},
          });
          if (key === 'broken') throw new Error('cannot be recorded');
        },
      }),
    });
    await add({ key: 'fine' }, { key: 'broken' });
    await runner.runDue(T0);
    expect(await states()).toEqual(['DONE', 'RUNNING']);
    expect(
      await gateway.gateway.db.all(
        sql`SELECT ${sql`key`} FROM job WHERE kind = ${`${kind}.follows`}`,
      ),
    ).toEqual([{ key: 'fine' }]);
    expect(runner.errors).toMatchObject([{ message: 'cannot be recorded' }]);
  });

  it('can be withdrawn while no worker has claimed them', async () => {
    const runner = runnerOf({});
    await add({}, { key: 'taken' });
    await gateway.gateway.db.transaction((tx) => withdraw(tx, businessId(), kind, 'only'));
    await claim(gateway.gateway.db, runner.handlers, { owner: 'worker', limit: 5, now: T0 });
    expect(
      await gateway.gateway.db.transaction((tx) => withdraw(tx, businessId(), kind, 'taken')),
    ).toBe(false);
    expect(await states()).toEqual(['RUNNING']);
  });

  it('are released without counting the attempt by a process that stops', async () => {
    let begun: () => void;
    const running = new Promise<void>((resolve) => (begun = resolve));
    const runner = runnerOf({
      run: (_job, { signal }) =>
        new Promise((_resolve, reject) => {
          begun();
          signal.addEventListener('abort', () => reject(signal.reason));
        }),
    });
    runner.start();
    await add({});
    await running;
    await runner.stop();
    expect(await rows()).toMatchObject([{ state: 'WAITING', attempts: 0, lease_owner: null }]);
  });

  it('that ignore the signal do not keep a process from stopping', async () => {
    let begun: () => void;
    const running = new Promise<void>((resolve) => (begun = resolve));
    const runner = runnerOf({ run: () => new Promise(() => begun()) });
    runner.start();
    await add({});
    await running;
    // The job never ends, so that a runner that waits for it would not stop.
    await runner.stop();
    expect(await rows()).toMatchObject([{ state: 'RUNNING', attempts: 1 }]);
  });

  it('are visible to administrators of their business only, who may retry a dead one', async () => {
    let works = false;
    const runner = runnerOf({
      run: async () => {
        if (!works) throw new Error('smtp is down');
      },
    });
    await add({ key: 'one' }, { key: 'two', runAt: T0 + DAY });
    await runner.runDue(T0);
    const list = async (filter: object, key?: string) =>
      gateway.run(
        'query ($filter: JobFilter) { jobs(filter: $filter) { totalCount nodes { id kind key state runAt attempts lastError createdAt finishedAt } } }',
        { filter },
        key ? { key } : {},
      );
    const { data } = await list({ kinds: [kind] });
    expect(data.jobs).toEqual({
      totalCount: 2,
      nodes: [
        {
          id: expect.stringMatching(/^Job:/),
          kind,
          key: 'two',
          state: 'WAITING',
          runAt: '2033-01-02T00:00:00.000Z',
          attempts: 0,
          lastError: null,
          createdAt: '2033-01-01T00:00:00.000Z',
          finishedAt: null,
        },
        {
          id: expect.any(String),
          kind,
          key: 'one',
          state: 'DEAD',
          runAt: expect.any(String),
          attempts: 1,
          lastError: 'smtp is down',
          createdAt: expect.any(String),
          finishedAt: '2033-01-01T00:00:00.000Z',
        },
      ],
    });
    const [waiting, dead] = data.jobs.nodes;
    expect((await list({ kinds: [kind], states: ['DEAD'] })).data.jobs.nodes).toMatchObject([
      { id: dead.id },
    ]);
    expect(
      (
        await gateway.data('query ($id: ID!) { node(id: $id) { ... on Job { key } } }', {
          id: dead.id,
        })
      ).node,
    ).toEqual({ key: 'one' });

    const { secretKey } = await gateway.addBusiness({ name: 'Another business', timeZone: 'UTC' });
    const staffKey = await gateway.key(Role.LOCATION_SUPER_USER, { locationIds: [1] });
    expect((await list({}, secretKey)).data.jobs.totalCount).toBe(0);
    expect((await list({}, staffKey)).errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN' } },
    ]);
    expect(
      (
        await gateway.data(
          'query ($id: ID!) { node(id: $id) { id } }',
          { id: dead.id },
          { key: staffKey },
        )
      ).node,
    ).toBeNull();
    expect(
      (
        await gateway.data(
          'query ($id: ID!) { node(id: $id) { id } }',
          { id: dead.id },
          { key: secretKey },
        )
      ).node,
    ).toBeNull();
    expect(await refusal(gateway, 'retryJob', { id: dead.id }, secretKey)).toEqual([
      'NOT_FOUND',
      'id',
    ]);
    expect(await refusal(gateway, 'retryJob', { id: dead.id }, staffKey)).toEqual([
      'FORBIDDEN',
      undefined,
    ]);
    expect(await refusal(gateway, 'retryJob', { id: waiting.id })).toEqual(['RULE_VIOLATED', 'id']);
    expect(await states()).toEqual(['DEAD', 'WAITING']);

    works = true;
    expect(
      await change(gateway, 'retryJob', { id: dead.id }, 'job { state attempts finishedAt }'),
    ).toEqual({ job: { state: 'WAITING', attempts: 0, finishedAt: null }, userErrors: [] });
    await runner.runDue(T0);
    expect(await states()).toEqual(['DONE', 'WAITING']);
  });

  it('are counted at /metrics', async () => {
    const runner = runnerOf({ run: async ({ key }) => ({ result: 'DEAD', error: key }) });
    await add({ key: 'dead' });
    await runner.runDue(T0);
    await add({ key: 'due' }, { key: 'not yet', runAt: T0 + 1 }, { key: 'due, too' });
    const text = await (await fetch(`${gateway.gateway.url}/metrics`)).text();
    const figures = text
      .split('\n')
      .filter((line) => line.includes(`kind="${kind}"`))
      .map((line) =>
        line
          .replace(/database="\w+"/, '')
          .replaceAll(/[{},]/g, ' ')
          .trim(),
      );
    expect(figures.sort()).toEqual([
      `slotgraph_jobs kind="${kind}" state="dead"   1`,
      `slotgraph_jobs kind="${kind}" state="due"   2`,
    ]);
  });
});
