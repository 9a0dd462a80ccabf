import { request as httpRequest } from 'node:http';
import { auditServer } from 'graphql-http';
import { graphqlHttpFixture } from './graphql-http.fixture';
import { costing } from '../../support/harness/costing';

const fixture = graphqlHttpFixture();
const { lines, seen, post, ask } = fixture;

describe('GraphQL over HTTP', () => {
  it('passes all 61 checks of graphql-http', async () => {
    const results = await auditServer({ url: `${fixture.server.url}/graphql` });
    expect(
      results.filter(({ status }) => status !== 'ok').map(({ id, name }) => `${id} ${name}`),
    ).toEqual([]);
    expect(results).toHaveLength(61);
  });

  it('reports a request in headers and in one log line, without variables', async () => {
    const response = await post(
      { query: 'query Say($text: String!) { echo(text: $text) }', variables: { text: 'secret' } },
      { 'x-request-id': 'abc-1' },
    );
    expect(await response.json()).toEqual({ data: { echo: 'secret' }, ...costing(0) });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-request-id': 'abc-1',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    expect(lines).toEqual([
      expect.objectContaining({
        level: 30,
        requestId: 'abc-1',
        transport: 'http',
        type: 'query',
        operationName: 'Say',
        durationMs: expect.any(Number),
      }),
    ]);
    expect(JSON.stringify(lines)).not.toContain('secret');
    expect(seen).toEqual([
      expect.objectContaining({
        requestId: 'abc-1',
        transport: 'http',
        remoteAddress: '127.0.0.1',
      }),
    ]);
  });

  it('generates a request id if none is sent, and if the sent one could forge a log line', async () => {
    for (const headers of [{}, { 'x-request-id': 'a b"}' }] as Record<string, string>[]) {
      expect((await post({ query: '{ hello }' }, headers)).headers.get('x-request-id')).toMatch(
        /^[0-9a-f-]{36}$/,
      );
    }
  });

  it('responds to preflights of all origins or of the listed ones', async () => {
    const preflight = (url: string, origin: string, path = '/graphql') =>
      fetch(`${url}${path}`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization',
        },
      });
    const open = await preflight(fixture.server.url, 'https://any.example');
    expect([
      open.status,
      open.headers.get('access-control-allow-origin'),
      open.headers.get('access-control-allow-headers'),
    ]).toEqual([
      204,
      '*',
      'authorization, content-type, idempotency-key, last-event-id, x-api-key, x-graphql-event-stream-token, x-request-id',
    ]);
    const stream = await preflight(fixture.server.url, 'https://any.example', '/graphql/stream');
    expect(
      [open, stream].map(({ headers }) => headers.get('access-control-allow-methods')),
    ).toEqual(['GET, POST, OPTIONS', 'GET, POST, PUT, DELETE, OPTIONS']);
    const listed = await preflight(fixture.strict.url, 'https://shop.example');
    expect([listed.headers.get('access-control-allow-origin'), listed.headers.get('vary')]).toEqual(
      ['https://shop.example', 'origin'],
    );
    const stranger = await preflight(fixture.strict.url, 'https://evil.example');
    expect([
      stranger.headers.get('access-control-allow-origin'),
      stranger.headers.get('vary'),
    ]).toEqual([null, 'origin']);
  });

  it.each<[string, number, RequestInit & { path?: string }, RegExp]>([
    [
      'a body that is too large',
      413,
      { body: JSON.stringify({ query: `{ hello } # ${'x'.repeat(30_000)}` }) },
      /larger than 20000 bytes/,
    ],
    ['a body that is no JSON', 400, { body: '{"query":' }, /not valid JSON/],
    ['a batch', 400, { body: '[{"query":"{ hello }"}]' }, /Batches are not supported/],
    [
      'another media type',
      415,
      { body: 'query=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      /application\/json/,
    ],
    ['another method', 405, { method: 'PUT', body: '{}' }, /GET and POST/],
    ['another path', 404, { method: 'GET', path: '/nothing' }, /Unknown path/],
  ])(
    'refuses %s with %i, as a GraphQL error',
    async (_what, status, { path = '/graphql', ...init }, message) => {
      const response = await fetch(`${fixture.server.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        ...init,
      });
      expect(response.status).toBe(status);
      expect(await response.json()).toEqual({
        errors: [
          { message: expect.stringMatching(message), extensions: { code: expect.any(String) } },
        ],
      });
      if (status === 405) expect(response.headers.get('allow')).toBe('GET, POST, OPTIONS');
    },
  );

  it('returns 413 for a body of unknown length too, while the client still sends', async () => {
    const status = await new Promise((resolve, reject) => {
      const upload = httpRequest(`${fixture.server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
      });
      upload
        .on('response', (response) => resolve(response.resume().statusCode))
        .on('error', reject);
      for (let sent = 0; sent < 50; sent += 1) upload.write('x'.repeat(1_000));
    });
    expect(status).toBe(413);
  });

  it('refers a subscription to the WebSocket', async () => {
    expect((await ask('subscription { ticks }')).errors).toEqual([
      expect.objectContaining({
        message: expect.stringContaining('WebSocket'),
        extensions: { code: 'BAD_USER_INPUT' },
      }),
    ]);
  });

  it('returns 401 for an unknown key, and masks a failure to create the context', async () => {
    const unknown = await post({ query: '{ hello }' }, { authorization: 'Bearer unknown' });
    expect([unknown.status, await unknown.json()]).toEqual([
      401,
      { errors: [{ message: 'This key is not known.', extensions: { code: 'UNAUTHENTICATED' } }] },
    ]);
    const crash = await post({ query: '{ hello }' }, { authorization: 'Bearer crash' });
    expect(crash.status).toBe(500);
    expect(await crash.text()).not.toContain('10.0.0.7');
  });
});
