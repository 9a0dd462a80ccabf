import { type JobHandler } from '../../src/jobs/handler';
import type { Job } from '../../src/jobs/job.entity';
import {
  claim,
  LEASE_MS,
  LostLease,
  releaseLost,
  renew,
  finishAttempt,
} from '../../src/jobs/leases';
import { enqueue, withdraw } from '../../src/jobs/queue';
import { sql } from '../../src/db/sql';
import type { TestGateway } from '../support/harness/gateway';
import { T0, MINUTE, type JobsFixture } from './jobs.fixture';

export function leasesCases(gateway: TestGateway, fixture: JobsFixture): void {
  const { businessId, add, runnerOf, rows, states } = fixture;

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
    await renew(gateway.gateway.db, [{ businessId: businessId(), rowId: row.id } as Job], {
      owner: 'dead process',
      now: T0 + LEASE_MS - 1,
    });
    expect(await runner.runDue(T0 + LEASE_MS)).toBe(0);
    expect(await runner.runDue(T0 + 2 * LEASE_MS)).toBe(1);
    expect(await rows()).toMatchObject([{ state: 'DONE', attempts: 2, fence: 2 }]);
  });

  it('are released once at the start of an embedded database, before it claims any job', async () => {
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
    const handler = runner.handlers.get(fixture.kind) as JobHandler;
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
            kind: `${fixture.kind}.follows`,
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
        sql`SELECT ${sql`key`} FROM job WHERE kind = ${`${fixture.kind}.follows`}`,
      ),
    ).toEqual([{ key: 'fine' }]);
    expect(runner.errors).toMatchObject([{ message: 'cannot be recorded' }]);
  });

  it('can be withdrawn while no worker has claimed them', async () => {
    const runner = runnerOf({});
    await add({}, { key: 'taken' });
    await gateway.gateway.db.transaction((tx) => withdraw(tx, businessId(), fixture.kind, 'only'));
    await claim(gateway.gateway.db, runner.handlers, { owner: 'worker', limit: 5, now: T0 });
    expect(
      await gateway.gateway.db.transaction((tx) =>
        withdraw(tx, businessId(), fixture.kind, 'taken'),
      ),
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
}
