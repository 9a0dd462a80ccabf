import { Role } from '../../src/context';
import { change, refusal } from '../support/fixtures/clinic';
import type { TestGateway } from '../support/harness/gateway';
import { T0, DAY, type JobsFixture } from './jobs.fixture';

export function scopeCases(gateway: TestGateway, fixture: JobsFixture): void {
  const { add, runnerOf, states } = fixture;

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
        `query ($filter: JobFilter) {
          jobs(filter: $filter) {
            totalCount nodes { id kind key state runAt attempts lastError createdAt finishedAt }
          }
        }`,
        { filter },
        key ? { key } : {},
      );
    const { data } = await list({ kinds: [fixture.kind] });
    expect(data.jobs).toEqual({
      totalCount: 2,
      nodes: [
        {
          id: expect.stringMatching(/^Job:/),
          kind: fixture.kind,
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
          kind: fixture.kind,
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
    expect((await list({ kinds: [fixture.kind], states: ['DEAD'] })).data.jobs.nodes).toMatchObject(
      [{ id: dead.id }],
    );
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
      .filter((line) => line.includes(`kind="${fixture.kind}"`))
      .map((line) =>
        line
          .replace(/database="\w+"/, '')
          .replaceAll(/[{},]/g, ' ')
          .trim(),
      );
    expect(figures.sort()).toEqual([
      `slotgraph_job_lag_seconds kind="${fixture.kind}"   0`,
      `slotgraph_jobs kind="${fixture.kind}" state="dead"   1`,
      `slotgraph_jobs kind="${fixture.kind}" state="due"   2`,
    ]);
  });
}
