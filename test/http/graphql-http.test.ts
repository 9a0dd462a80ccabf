import { connect } from 'node:net';
import { request as httpRequest } from 'node:http';
import { Writable } from 'node:stream';
import { ValidationError } from 'class-validator';
import { buildSchema, GraphQLError } from 'graphql';
import { auditServer } from 'graphql-http';
import { pino } from 'pino';
import { ArgumentValidationError } from 'type-graphql';
import { DomainError, ErrorCode } from '../../src/errors';
import { createServer, type RunningServer } from '../../src/http/server';
import type { RequestFacts } from '../../src/http/server-options';

const schema = buildSchema(`
  input LoginInput { name: String!, age: Int! }
  type Item { name: String!, items(first: Int): ItemConnection! }
  type ItemConnection { nodes: [Item!]! }
  type Query {
    hello: String!
    echo(text: String!): String!
    login(input: LoginInput!): String!
    taken: String
    broken: String
    leaking: String
    brokenScalar: String
    items(first: Int, last: Int): ItemConnection!
  }
  type Mutation { touch: Boolean! }
  type Subscription { ticks: Int! }
`);
const resolvers: Record<string, (args: any) => unknown> = {
  hello: () => 'world',
  echo: ({ text }) => text,
  taken: () => {
    throw new DomainError(ErrorCode.TIME_UNAVAILABLE, 'That time is taken.', {
      path: ['input', 'start'],
      nearest: ['10:00'],
    });
  },
  broken: () => {
    throw new Error('password of the database is hunter2');
  },
  leaking: () => {
    throw new GraphQLError('row 42 of table secrets');
  },
  login: ({ input }) => {
    const child = Object.assign(new ValidationError(), {
      property: 'name',
      value: input.name,
      target: input,
      constraints: { minLength: 'name must be longer.' },
    });
    throw new ArgumentValidationError([
      Object.assign(new ValidationError(), { property: 'input', value: input, children: [child] }),
    ]);
  },
  items: () => ({ nodes: [] }),
};
for (const [name, resolve] of Object.entries(resolvers))
  schema.getQueryType()!.getFields()[name]!.resolve = (_source, args) => resolve(args);

const lines: any[] = [];
const log = pino(
  { level: 'debug' },
  new Writable({
    write: (chunk, _encoding, done) => (lines.push(JSON.parse(String(chunk))), done()),
  }),
);
const seen: RequestFacts[] = [];
let isReady = true;
let server: RunningServer;
let strict: RunningServer;

const options = {
  schema,
  log,
  host: '127.0.0.1',
  port: 0,
  production: true,
  maxBodyBytes: 20_000,
  corsOrigins: ['*'],
  shutdownMs: 1_000,
  async contextFor(facts: RequestFacts) {
    seen.push(facts);
    if (facts.headers.authorization === 'Bearer unknown')
      throw new DomainError(ErrorCode.UNAUTHENTICATED, 'This key is not known.');
    if (facts.headers.authorization === 'Bearer crash')
      throw new Error('connect ECONNREFUSED 10.0.0.7:5432');
    return {};
  },
  renew: () => ({}),
  ready: async () => {
    if (!isReady) throw new Error('no database at 10.0.0.7');
  },
  health: () => ({ version: '1.2.3' }),
  metrics: async () => 'up 1\n',
  page: (request: { url?: string }, response: any) =>
    request.url === '/' && (response.end('the page'), true),
};

beforeAll(async () => {
  server = await createServer(options);
  strict = await createServer({
    ...options,
    production: false,
    corsOrigins: ['https://shop.example'],
  });
});
beforeEach(() => {
  lines.length = 0;
  seen.length = 0;
});
afterAll(() => Promise.all([server.stop(), strict.stop()]));

const post = (body: unknown, headers: Record<string, string> = {}, url = server.url) =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const ask = async (query: string, variables?: object, url = server.url): Promise<any> =>
  (await post({ query, variables }, {}, url)).json();

/**
 * Returns the server's response to raw bytes, until it closes the connection or has sent enough.
 */
const raw = (bytes: string) =>
  new Promise<string>((resolve) => {
    let answer = '';
    const socket = connect(server.port, '127.0.0.1', () => socket.write(bytes));
    socket
      .on('data', (chunk) => (answer += chunk))
      .on('close', () => resolve(answer))
      .on('error', () => {});
    socket.setTimeout(500, () => socket.destroy());
  });

describe('GraphQL over HTTP', () => {
  it('passes all 61 checks of graphql-http', async () => {
    const results = await auditServer({ url: `${server.url}/graphql` });
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
    expect(await response.json()).toEqual({ data: { echo: 'secret' } });
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
    const preflight = (url: string, origin: string) =>
      fetch(`${url}/graphql`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization',
        },
      });
    const open = await preflight(server.url, 'https://any.example');
    expect([
      open.status,
      open.headers.get('access-control-allow-origin'),
      open.headers.get('access-control-allow-headers'),
    ]).toEqual([
      204,
      '*',
      'authorization, content-type, idempotency-key, last-event-id, x-api-key, x-request-id',
    ]);
    const listed = await preflight(strict.url, 'https://shop.example');
    expect([listed.headers.get('access-control-allow-origin'), listed.headers.get('vary')]).toEqual(
      ['https://shop.example', 'origin'],
    );
    const stranger = await preflight(strict.url, 'https://evil.example');
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
      const response = await fetch(`${server.url}${path}`, {
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
      const upload = httpRequest(`${server.url}/graphql`, {
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

describe('errors over HTTP', () => {
  it('returns a domain error with its details', async () => {
    expect(await ask('{ taken }')).toEqual({
      data: { taken: null },
      errors: [
        {
          message: 'That time is taken.',
          locations: [{ line: 1, column: 3 }],
          path: ['taken'],
          extensions: { code: 'TIME_UNAVAILABLE', path: ['input', 'start'], nearest: ['10:00'] },
        },
      ],
    });
  });

  it.each(['broken', 'leaking'])(
    'masks all others (%s), and logs them with the id in the response',
    async (field) => {
      const { errors } = await ask(`{ ${field} }`);
      expect(errors).toEqual([
        {
          message: 'Something went wrong on our side. Quote the errorId when you report it.',
          locations: [{ line: 1, column: 3 }],
          path: [field],
          extensions: {
            code: 'INTERNAL_SERVER_ERROR',
            errorId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          },
        },
      ]);
      const [failure, operation] = lines;
      expect(failure).toMatchObject({
        level: 50,
        errorId: errors[0].extensions.errorId,
        err: { stack: expect.stringContaining('http.test.ts') },
      });
      expect(operation).toMatchObject({ errors: ['INTERNAL_SERVER_ERROR'] });
    },
  );

  it('lists validation errors, and never repeats the input', async () => {
    const answer = await ask('query ($input: LoginInput!) { login(input: $input) }', {
      input: { name: 'hunter2', age: 3 },
    });
    expect(answer.errors[0]).toMatchObject({
      message: 'name must be longer.',
      extensions: {
        code: 'BAD_USER_INPUT',
        violations: [{ path: ['input', 'name'], message: 'name must be longer.' }],
      },
    });
    expect(JSON.stringify(answer)).not.toContain('hunter2');
  });

  it.each<[string, string, object | undefined, string, RegExp]>([
    [
      'syntax',
      '{ hello',
      undefined,
      'GRAPHQL_PARSE_FAILED',
      /^Syntax Error: Expected Name, found <EOF>/,
    ],
    [
      'an unknown field',
      '{ helo }',
      undefined,
      'GRAPHQL_VALIDATION_FAILED',
      /^Cannot query field "helo" on type "Query"\.$/,
    ],
    [
      'a variable of a wrong type',
      'query ($text: String!) { echo(text: $text) }',
      { text: 3 },
      'BAD_USER_INPUT',
      /got invalid value 3; String cannot represent/,
    ],
    [
      'a missing variable',
      'query ($text: String!) { echo(text: $text) }',
      undefined,
      'BAD_USER_INPUT',
      /of required type "String!" was not provided/,
    ],
    [
      'null where an argument must not be',
      'query ($text: String = "x") { echo(text: $text) }',
      { text: null },
      'BAD_USER_INPUT',
      /"text" of non-null type "String!" must not be null/,
    ],
    [
      'an unknown field of an input',
      'query ($input: LoginInput!) { login(input: $input) }',
      { input: { name: 'a', agee: 3, age: 2 } },
      'BAD_USER_INPUT',
      /Field "agee" is not defined by type "LoginInput"\.$/,
    ],
    [
      'too many tokens',
      `{ ${'hello '.repeat(10_000)} }`.slice(0, 19_000),
      undefined,
      'GRAPHQL_PARSE_FAILED',
      /Syntax Error/,
    ],
    [
      'thousands of levels',
      `${'{x'.repeat(4_500)}${'}'.repeat(4_500)}`,
      undefined,
      'GRAPHQL_PARSE_FAILED',
      /more that 2500 tokens/,
    ],
    [
      'a depth of 17',
      `{ ${'items { nodes { '.repeat(8)} name ${'} } '.repeat(8)} }`,
      undefined,
      'QUERY_TOO_COMPLEX',
      /a depth of 17; the limit is 15/,
    ],
    [
      'a cost known from the variables',
      'query ($n: Int) { items(first: $n) { nodes { items(first: $n) { nodes { items(first: $n) { nodes { name } } } } } } }',
      { n: 100 },
      'QUERY_TOO_COMPLEX',
      /a cost of 1020201; the limit is 50000/,
    ],
  ])('explains %s', async (_what, query, variables, code, message) => {
    const { errors, data } = await ask(query, variables);
    expect(data).toBeFalsy();
    expect(errors[0]).toMatchObject({
      message: expect.stringMatching(message),
      extensions: { code },
    });
    expect(JSON.stringify(errors)).not.toMatch(/Did you mean|stacktrace/);
  });

  it('accepts the same operation with smaller pages', async () => {
    const query =
      'query ($n: Int) { items(first: $n) { nodes { items(first: $n) { nodes { name } } } } }';
    expect(await ask(query, { n: 3 })).toEqual({ data: { items: { nodes: [] } } });
  });

  it('suggests names in development only', async () => {
    expect((await ask('{ helo }', undefined, strict.url)).errors[0].message).toContain(
      'Did you mean "hello"',
    );
  });
});

describe('endpoints beside GraphQL', () => {
  it('report liveness, readiness and metrics, and serve the explorer', async () => {
    const get = async (path: string) => {
      const response = await fetch(`${server.url}${path}`);
      return [response.status, await response.text()];
    };
    expect(await get('/healthz')).toEqual([200, '{"status":"ok","version":"1.2.3"}']);
    expect(await get('/readyz')).toEqual([200, '{"status":"ready"}']);
    isReady = false;
    expect(await get('/readyz')).toEqual([503, '{"status":"not ready"}']);
    isReady = true;
    expect(await get('/metrics')).toEqual([200, 'up 1\n']);
    expect(await get('/')).toEqual([200, 'the page']);
  });

  it('survives garbage, resets and clients that disconnect in the middle of a body', async () => {
    const head = 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
    expect(await raw('\x16\x03\x01 not http at all\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
    expect(await raw(`GET / HTTP/1.1\r\nhost: x\r\nbig: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 431 /,
    );
    expect(await raw('GET // HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1.1 400 /,
    );
    expect(
      await raw('GET // HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'),
    ).toMatch(/^HTTP\/1.1 404 /);
    expect(await raw(`${head}content-length: 100\r\n\r\n{"query"`)).toBe('');
    expect(await raw(`${head}transfer-encoding: chunked\r\n\r\nzz\r\n`)).toMatch(/^HTTP\/1.1 400 /);
    await new Promise((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => {
        socket.write(`${head}content-length: 100\r\n\r\n{"query"`, () => socket.resetAndDestroy());
      }).on('close', resolve);
    });
    expect(await ask('{ hello }')).toEqual({ data: { hello: 'world' } });
  });
});
