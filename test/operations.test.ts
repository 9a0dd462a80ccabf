import { readFileSync } from 'node:fs';
import { onEachDatabase } from './support/gateway';

onEachDatabase('operations', (gateway) => {
  const get = (path: string) => fetch(`${gateway.gateway.url}${path}`);

  it('/healthz says that it lives, on which database, and with which time-zone data', async () => {
    expect(await (await get('/healthz')).json()).toEqual({ status: 'ok', version: JSON.parse(readFileSync('package.json', 'utf8')).version, database: gateway.dialect, timeZoneData: expect.stringMatching(/^\d{4}[a-z]$/), backstopHits: 0 });
  });

  it('/readyz says whether the database answers', async () => {
    expect([(await get('/readyz')).status, await (await get('/readyz')).json()]).toEqual([200, { status: 'ready' }]);
  });

  it('/metrics counts statements and the hits of the last guard', async () => {
    const sent = async () => Number(/slotgraph_sql_statements_total\S* (\d+)/.exec(await (await get('/metrics')).text())?.[1]);
    const before = await sent();
    await gateway.counted('{ locations { totalCount } }');
    // The look-up of the key and the count, beside what runs in the background.
    expect(await sent()).toBeGreaterThanOrEqual(before + 2);
    expect(await (await get('/metrics')).text()).toMatch(/slotgraph_occupancy_backstop_hits\S* 0/);
  });
});
