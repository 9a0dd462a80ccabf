import { request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { encodingFor } from '../../src/http/compression';
import { TestGateway } from '../support/harness/gateway';
import { addClinic, book } from '../support/fixtures/clinic';

/** Behaviour that browsers, proxies and operators rely on over plain HTTP. */
describe('HTTP of a gateway', () => {
  const gateway = new TestGateway('sqlite');
  beforeAll(() => gateway.start());
  afterAll(() => gateway.stop());

  /** Without the decompression of fetch. */
  const send = (
    path: string,
    {
      method = 'GET',
      headers = {},
      body = '',
    }: { method?: string; headers?: Record<string, string>; body?: string } = {},
  ) =>
    new Promise<{ status: number; headers: Record<string, any>; body: Buffer }>(
      (resolve, reject) => {
        const sent = request(`${gateway.gateway.url}${path}`, { method, headers }, (response) => {
          const chunks: Buffer[] = [];
          response
            .on('data', (chunk: Buffer) => chunks.push(chunk))
            .on('end', () =>
              resolve({
                status: response.statusCode as number,
                headers: response.headers,
                body: Buffer.concat(chunks),
              }),
            );
        });
        sent.on('error', reject).end(body);
      },
    );
  const ask = (query: string, headers: Record<string, string> = {}) =>
    send('/graphql', {
      method: 'POST',
      body: JSON.stringify({ query }),
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${gateway.business.secretKey}`,
        ...headers,
      },
    });
  const again = async (env: Record<string, string>) => {
    Object.assign(gateway.scratch.env, env);
    await gateway.restart({});
  };

  it('accepts the headers of Sentry, OpenTelemetry and event streams from browsers, or the configured ones', async () => {
    const allowed = async () =>
      (
        await send('/graphql', {
          method: 'OPTIONS',
          headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST' },
        })
      ).headers['access-control-allow-headers'].split(', ');
    const own = [
      'authorization',
      'content-type',
      'idempotency-key',
      'last-event-id',
      'x-api-key',
      'x-graphql-event-stream-token',
      'x-request-id',
    ];
    expect(await allowed()).toEqual(
      expect.arrayContaining([...own, 'baggage', 'sentry-trace', 'traceparent', 'tracestate']),
    );
    await again({ CORS_HEADERS: 'x-tenant, x-flag' });
    expect(await allowed()).toEqual([...own, 'x-tenant', 'x-flag']);
  });

  it('responds to HEAD as to GET, without a body', async () => {
    for (const path of ['/', '/manage', '/healthz', '/readyz', '/playground/main.js']) {
      const [head, get] = [await send(path, { method: 'HEAD' }), await send(path)];
      expect([path, head.status, head.body.length]).toEqual([path, 200, 0]);
      expect(head.headers['content-length']).toBe(get.headers['content-length']);
    }
  });

  it('redirects a browser that opens /graphql to the explorer, and no other client', async () => {
    const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
    const opened = await send('/graphql', { headers: html });
    expect([opened.status, opened.headers.location]).toEqual([303, './']);
    expect((await fetch(`${gateway.gateway.url}/graphql`, { headers: html })).url).toBe(
      `${gateway.gateway.url}/`,
    );
    const asked = await send('/graphql?query=%7B__typename%7D', { headers: html });
    expect([asked.status, asked.body.toString()]).toEqual([
      200,
      '{"data":{"__typename":"Query"},"extensions":{"cost":{"requested":0,"available":50000}}}\n',
    ]);
    expect((await send('/graphql')).status).toBe(400);
  });

  it('returns 200 with refused fields to a caller without a key, and 401 to one with a wrong key', async () => {
    const without = await ask('{ viewer { role } locations { totalCount } }', {
      authorization: '',
    });
    const missing = await send('/graphql', {
      method: 'POST',
      body: '{"query":"{ locations { totalCount } }"}',
      headers: { 'content-type': 'application/json' },
    });
    const wrong = await ask('{ locations { totalCount } }', {
      authorization: `Bearer sg_sk_1_${'x'.repeat(32)}`,
    });

    const codeOf = (answer: { body: Buffer }) =>
      JSON.parse(answer.body.toString()).errors[0].extensions.code;
    expect([missing.status, codeOf(missing), missing.headers['www-authenticate']]).toEqual([
      200,
      'UNAUTHENTICATED',
      undefined,
    ]);
    expect([wrong.status, codeOf(wrong), wrong.headers['www-authenticate']]).toEqual([
      401,
      'UNAUTHENTICATED',
      'Bearer',
    ]);
    expect(JSON.parse(wrong.body.toString())).not.toHaveProperty('data');
    expect(without.status).toBe(200);
  });

  it.each([
    ['gzip', 'gzip'],
    ['br', 'br'],
    ['gzip, deflate, br', 'br'],
    ['br;q=0.5, gzip;q=0.8', 'gzip'],
    ['br;q=0, gzip;q=0', null],
    ['*', 'br'],
    ['*;q=0', null],
    ['gzip;q=0, *', 'br'],
    ['deflate', null],
    ['identity', null],
    ['', null],
    ['GZIP', 'gzip'],
    ['gzip;q=x', null],
  ])('negotiates Accept-Encoding %j', (header, encoding) => {
    expect(encodingFor(header)).toBe(encoding);
  });

  it('compresses long responses for clients that accept it, and no short ones', async () => {
    const long = '{ __schema { types { name description } } }';
    const plain = await ask(long);
    expect([plain.headers['content-encoding'], plain.headers.vary]).toEqual([
      undefined,
      'accept-encoding',
    ]);
    for (const [encoding, unpack] of [
      ['gzip', gunzipSync],
      ['br', brotliDecompressSync],
    ] as const) {
      for (const accept of [
        '*/*',
        'application/json',
        'application/graphql-response+json',
        'application/json, text/plain',
      ]) {
        const packed = await ask(long, { 'accept-encoding': encoding, accept });
        expect([
          encoding,
          accept,
          packed.headers['content-encoding'],
          Number(packed.headers['content-length']),
        ]).toEqual([encoding, accept, encoding, packed.body.length]);
        expect(packed.body.length).toBeLessThan(plain.body.length / 3);
        expect(unpack(packed.body).toString()).toBe(plain.body.toString());
      }
    }
    const short = await ask('{ viewer { role } }', { 'accept-encoding': 'gzip, br' });
    expect([short.headers['content-encoding'], short.headers.vary]).toEqual([undefined, undefined]);
    await again({ COMPRESS_FROM_BYTES: '0' });
    expect(
      (await ask(long, { 'accept-encoding': 'br' })).headers['content-encoding'],
    ).toBeUndefined();
    await again({ COMPRESS_FROM_BYTES: '20' });
    expect(
      (await ask('{ viewer { role } }', { 'accept-encoding': 'br' })).headers['content-encoding'],
    ).toBe('br');
  });

  it('never delays an event of a stream for compression', async () => {
    const clinic = await addClinic(gateway);
    const abort = new AbortController();
    const stream = await fetch(`${gateway.gateway.url}/graphql/stream`, {
      method: 'POST',
      signal: abort.signal,
      body: JSON.stringify({ query: 'subscription { bookingNotifications(after: "0") { type } }' }),
      headers: {
        'content-type': 'application/json',
        'accept-encoding': 'gzip, br',
        authorization: `Bearer ${gateway.business.secretKey}`,
      },
    });
    const reader = stream.body!.getReader();
    await book(gateway, clinic, '2031-01-06T14:00:00Z');
    let text = '';
    while (!text.includes('CREATED'))
      text += Buffer.from((await reader.read()).value as Uint8Array).toString();
    expect(stream.headers.get('content-encoding')).toBeNull();
    abort.abort();
  });

  it('refuses introspection if it is disabled, over each transport', async () => {
    await again({ INTROSPECTION: '0' });
    const codeOf = (answer: { body: Buffer }) =>
      JSON.parse(answer.body.toString()).errors[0].extensions.code;
    expect(codeOf(await ask('{ __schema { types { name } } }'))).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(codeOf(await ask('{ __type(name: "Query") { name } }'))).toBe(
      'GRAPHQL_VALIDATION_FAILED',
    );
    expect(
      codeOf(
        await send('/graphql?query=%7B__schema%7Btypes%7Bname%7D%7D%7D', {
          headers: { accept: 'application/json' },
        }),
      ),
    ).toBe('GRAPHQL_VALIDATION_FAILED');
    const socket = gateway.subscribe('{ __schema { types { name } } }');
    expect(await socket.untilEnd()).toContainEqual(
      expect.objectContaining({ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }),
    );
    expect((await ask('{ viewer { role } __typename }')).status).toBe(200);
    await again({ INTROSPECTION: '1' });
  });

  it('returns metrics with the token only, and not at all if they are disabled', async () => {
    const token = 'a-token-of-prometheus';
    await again({ METRICS_TOKEN: token });
    const read = (headers: Record<string, string>) => send('/metrics', { headers });
    expect([
      (await read({})).status,
      (await read({ authorization: `Bearer ${token}x` })).status,
      (await read({ authorization: `Bearer ${gateway.business.secretKey}` })).status,
    ]).toEqual([401, 401, 401]);
    expect((await read({ authorization: `Bearer ${token}` })).body.toString()).toContain(
      'slotgraph_connections',
    );
    await again({ METRICS: '0' });
    expect((await read({ authorization: `Bearer ${token}` })).status).toBe(404);
    await again({ METRICS: '1', METRICS_TOKEN: '' });
  });
});
