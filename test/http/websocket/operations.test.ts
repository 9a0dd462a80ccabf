import { randomUUID } from 'node:crypto';
import { websocketFixture } from './websocket.fixture';
import { costing } from '../../support/harness/costing';

const fixture = websocketFixture();
const { linesOf, connected } = fixture;

const overHttp = async (query: string, variables?: object): Promise<any> =>
  (
    await fetch(`${fixture.server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    })
  ).json();
const withoutId = (errors: any[]) =>
  JSON.parse(JSON.stringify(errors).replace(/"errorId":"[^"]+"/g, '"errorId":"..."'));

describe('operations over WebSocket', () => {
  it('runs queries and mutations, one line of the log for each', async () => {
    const client = await connected({ 'x-request-id': 'ws-7' });
    expect(await client.ask('query Hi { hello }')).toEqual({
      id: '1',
      type: 'next',
      payload: { data: { hello: 'world' }, ...costing(0) },
    });
    expect(await client.ask('mutation { touch }')).toEqual({
      id: '1',
      type: 'next',
      payload: { data: { touch: true }, ...costing(0) },
    });
    expect(fixture.touched).toBe(1);
    expect(linesOf('ws-7')).toEqual([
      expect.objectContaining({
        transport: 'ws',
        type: 'query',
        operationName: 'Hi',
        durationMs: expect.any(Number),
      }),
      expect.objectContaining({ transport: 'ws', type: 'mutation' }),
    ]);
  });

  it.each([
    [{ authorization: 'Bearer a' }, 'Bearer a'],
    [{ apiKey: 'b' }, 'b'],
    [{ 'X-API-Key': 'c' }, 'c'],
    [{}, 'nobody'],
  ])('identifies the caller by %j', async (payload, viewer) => {
    expect((await (await connected(payload)).ask('{ whoAmI }')).payload).toEqual({
      data: { whoAmI: viewer },
      ...costing(0),
    });
  });

  it.each(['{ broken }', '{ taken }', 'query ($text: String!) { echo(text: $text) }'])(
    'returns errors of %s as HTTP does',
    async (query) => {
      const { payload } = await (await connected()).ask(query, { text: 3 });
      const http = await overHttp(query, { text: 3 });
      expect(withoutId(payload.errors)).toEqual(withoutId(http.errors));
      expect(JSON.stringify(payload)).not.toContain('hunter2');
    },
  );

  it.each<[string, string, object]>([
    ['GRAPHQL_PARSE_FAILED', '{ hello', {}],
    ['GRAPHQL_VALIDATION_FAILED', '{ helo }', {}],
    [
      'QUERY_TOO_COMPLEX',
      `{ ${Array.from({ length: 51 }, (_, n) => `a${n}: hello`).join(' ')} }`,
      {},
    ],
    [
      'QUERY_TOO_COMPLEX',
      'query ($n: Int) { items(first: $n) { items(first: $n) { items(first: $n) { name } } } }',
      { n: 100 },
    ],
    ['OPERATION_RESOLUTION_FAILURE', 'query A { hello } query B { hello }', {}],
  ])('refuses with %s as HTTP does', async (code, query, variables) => {
    const requestId = `ws-${randomUUID()}`;
    const client = await connected({ 'x-request-id': requestId });
    const { type, payload } = await client.ask(query, variables);
    expect([type, payload[0].extensions.code]).toEqual(['error', code]);
    if (code !== 'OPERATION_RESOLUTION_FAILURE')
      expect(payload).toEqual((await overHttp(query, variables)).errors);
    expect((await client.ask('{ hello }')).payload).toEqual({
      data: { hello: 'world' },
      ...costing(0),
    });
    expect(linesOf(requestId)[0]).toMatchObject({
      transport: 'ws',
      errors: expect.arrayContaining([code]),
    });
  });
});
