import { Writable } from 'node:stream';
import { buildSchema, GraphQLError } from 'graphql';
import { pino } from 'pino';
import { badInput, DomainError, ErrorCode, InputProblemCode } from '../../../src/errors';
import { createServer, type RunningServer } from '../../../src/http/server';
import type { RequestFacts } from '../../../src/http/server-options';

/** Set-up and requests that the suites of this folder share. */
export function graphqlHttpFixture() {
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
    login: () => {
      throw badInput(InputProblemCode.TOO_SHORT, 'name must be longer.', 'name');
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

  return {
    lines,
    seen,
    get isReady() {
      return isReady;
    },
    set isReady(value) {
      isReady = value;
    },
    get server() {
      return server;
    },
    get strict() {
      return strict;
    },
    post,
    ask,
  };
}
