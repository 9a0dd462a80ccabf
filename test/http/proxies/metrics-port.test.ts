import { TestGateway } from '../../support/harness/gateway';
import { freePort } from '../../support/harness/process';

describe('METRICS_PORT', () => {
  const gateway = new TestGateway('sqlite');
  let port: number;
  beforeAll(async () => {
    port = await freePort();
    await gateway.start();
    Object.assign(gateway.scratch.env, {
      METRICS_PORT: String(port),
      METRICS_TOKEN: 'a token of metrics',
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
    });
    await gateway.restart({});
  });
  afterAll(() => gateway.stop());

  it('serves only the metrics, with the token, and the port of the API serves none', async () => {
    const own = `http://127.0.0.1:${port}`;
    const headers = { authorization: 'Bearer a token of metrics' };

    const read = await fetch(`${own}/metrics`, { headers });

    expect([read.status, await read.text()]).toEqual([200, expect.stringContaining('slotgraph_')]);
    expect((await fetch(`${own}/metrics`)).status).toBe(401);
    expect((await fetch(`${own}/graphql`, { headers })).status).toBe(404);
    expect((await fetch(`${gateway.gateway.url}/metrics`, { headers })).status).toBe(404);
  });
});
