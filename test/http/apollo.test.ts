import type { ApolloServerPlugin } from '@apollo/server';
import { createHash } from 'node:crypto';
import type { GraphQLSchema } from 'graphql';
import { addClinic, book } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { costing } from '../support/harness/costing';

/** The observations of one request by a plugin of Apollo Server. */
interface Passage {
  readonly steps: string[];
  data?: unknown;
}
const passages: Passage[] = [];
let schema: GraphQLSchema;

const observer: ApolloServerPlugin = {
  async requestDidStart(request) {
    const passage: Passage = { steps: [] };
    ({ schema } = request);
    passages.push(passage);
    return {
      parsingDidStart: async () => void passage.steps.push('parsed by Apollo'),
      validationDidStart: async () => void passage.steps.push('validated by Apollo'),
      executionDidStart: async () => ({
        willResolveField({ info }) {
          if (!info.path.prev) passage.steps.push(`resolved ${info.fieldName}`);
        },
      }),
      async willSendResponse({ response: { body } }) {
        passage.steps.push('sent');
        if (body.kind === 'single')
          passage.data = JSON.parse(JSON.stringify(body.singleResult)).data;
      },
    };
  },
};

onEachDatabase('Apollo Server', (gateway) => {
  let appointmentId: string;

  beforeAll(async () => {
    await gateway.restart({ apolloPlugins: [observer] });
    appointmentId = (await book(gateway, await addClinic(gateway), '2033-05-06T15:00:00Z'))
      .appointment.id;
  });
  beforeEach(() => void passages.splice(0));

  type Body = Record<string, unknown> | readonly object[];
  const send = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(gateway.gateway.url + path, {
      ...init,
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${gateway.business.secretKey}`,
        ...init.headers,
      },
    });
    const text = await response.text();
    const json = text.startsWith('event:') ? /^data: (\{.*\})$/m.exec(text)?.[1] : text;
    return JSON.parse(json as string);
  };
  const post = (body: Body) => send('/graphql', { method: 'POST', body: JSON.stringify(body) });
  const get = (body: Body) => send(`/graphql?${new URLSearchParams(body as never)}`);
  const stream = (body: Body) =>
    send('/graphql/stream', { method: 'POST', body: JSON.stringify(body) });
  const streamGet = (body: Body) => send(`/graphql/stream?${new URLSearchParams(body as never)}`);

  const PLANNED = '{ appointments(first: 1) { nodes { status client { fullName } } } }';
  const WITH_FALLBACK = '{ appointments(first: 1) { nodes { status } } viewer { role } }';
  const RESOLVED = '{ viewer { role } }';
  const MUTATION = () => ({
    query: `mutation ($id: ID!) {
      updateAppointment(input: { id: $id, note: "x" }) { userErrors { code } }
    }`,
    variables: { id: appointmentId },
  });

  it.each<[string, (body: any) => Promise<any>, () => object, string[]]>([
    ['a planned query by POST', post, () => ({ query: PLANNED }), []],
    ['a planned query by GET', get, () => ({ query: PLANNED }), []],
    ['a planned query as an event stream', stream, () => ({ query: PLANNED }), []],
    ['a planned query as an event stream by GET', streamGet, () => ({ query: PLANNED }), []],
    ['a query with fallback fields', post, () => ({ query: WITH_FALLBACK }), []],
    ['a resolved query by POST', post, () => ({ query: RESOLVED }), ['resolved viewer']],
    ['a resolved query by GET', get, () => ({ query: RESOLVED }), ['resolved viewer']],
    [
      'a resolved query as an event stream',
      stream,
      () => ({ query: RESOLVED }),
      ['resolved viewer'],
    ],
    [
      'one operation of several',
      post,
      () => ({ query: `query A ${RESOLVED} query B ${PLANNED}`, operationName: 'A' }),
      ['resolved viewer'],
    ],
    ['a mutation by POST', post, MUTATION, ['resolved updateAppointment']],
    ['a mutation as an event stream', stream, MUTATION, ['resolved updateAppointment']],
  ])('handles %s exactly once', async (_way, sendBy, body, resolved) => {
    const answer = await sendBy(body());

    expect(passages).toEqual([{ steps: [...resolved, 'sent'], data: answer.data }]);
    expect(answer).toEqual({ data: expect.any(Object), ...costing(expect.any(Number)) });
  });

  it('plans columns after a plugin has observed resolvers', async () => {
    await post({ query: RESOLVED });

    const { statements } = await gateway.counted(
      '{ appointments(first: 1) { nodes { id status note client { fullName } } totalCount } }',
    );

    expect(passages[0]?.steps).toContain('resolved viewer');
    expect(statements).toHaveLength(1);
  });

  it('leaves planned queries to resolvers with PLANNER=0', async () => {
    const planned = await post({ query: PLANNED });
    gateway.scratch.env.PLANNER = '0';
    await gateway.restart({ apolloPlugins: [observer] });
    passages.splice(0);

    const resolved = await post({ query: PLANNED });

    expect(resolved).toEqual(planned);
    expect(passages[0]?.steps).toEqual(['resolved appointments', 'sent']);
    delete gateway.scratch.env.PLANNER;
    await gateway.restart({ apolloPlugins: [observer] });
  });

  it('handles a persisted query exactly once', async () => {
    const sha256Hash = createHash('sha256').update(PLANNED).digest('hex');
    const extensions = { persistedQuery: { version: 1, sha256Hash } };

    const unknown = await post({ extensions });
    await post({ query: PLANNED, extensions });
    const answer = await get({ extensions: JSON.stringify(extensions) });

    expect(unknown.errors[0].extensions.code).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect(answer.data.appointments.nodes).toHaveLength(1);
    expect(passages.map(({ steps }) => steps)).toEqual([['sent'], ['sent'], ['sent']]);
  });

  it.each<[string, object, string]>([
    ['a syntax error', { query: '{ viewer' }, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', { query: '{ nothing }' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['a repeated field', { query: `{ ${'viewer { role } '.repeat(26)} }` }, 'QUERY_TOO_COMPLEX'],
    ['no operation', { query: 'fragment F on Viewer { role }' }, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'an ambiguous operation',
      { query: 'query A { viewer { role } } query B { viewer { role } }' },
      'OPERATION_RESOLUTION_FAILURE',
    ],
    [
      'a subscription',
      { query: 'subscription { bookingNotifications { type } }' },
      'BAD_USER_INPUT',
    ],
    [
      'an excessive cost',
      {
        query: `{
          appointments(first: 100) {
            nodes {
              client {
                appointments(first: 100) {
                  nodes { client { appointments(first: 100) { totalCount } } }
                }
              }
            }
          }
        }`,
      },
      'QUERY_TOO_COMPLEX',
    ],
  ])('refuses %s exactly once, without executing it', async (_what, body, code) => {
    const answer = await post(body as Body);

    expect(answer.errors.map(({ extensions }: any) => extensions.code)).toEqual([code]);
    expect(answer).not.toHaveProperty('data');
    expect(passages.map(({ steps }) => steps)).toEqual([['sent']]);
  });

  it('is not reached by a batch, which is refused', async () => {
    const answer = await post([{ query: RESOLVED }, { query: RESOLVED }]);

    expect(answer.errors[0].message).toMatch(/^Batches are not supported/);
    expect(passages).toEqual([]);
  });

  it('validates each refused document once, and equal ones sent concurrently', async () => {
    await post({ query: RESOLVED });
    const validations = jest.spyOn(schema, 'getDirectives');
    const counted = async (query: string, times: number) => {
      validations.mockClear();
      const answers = await Promise.all(Array.from({ length: times }, () => post({ query })));
      expect(answers.map(({ errors }) => errors[0].extensions.code)).toEqual(
        Array(times).fill('GRAPHQL_VALIDATION_FAILED'),
      );
      return validations.mock.calls.length;
    };

    const one = await counted('{ nothingOnce }', 1);
    const twenty = await counted('{ nothingOften }', 20);

    validations.mockRestore();
    expect(one).toBeGreaterThan(0);
    expect(twenty).toBe(20 * one);
    expect(passages.flatMap(({ steps }) => steps)).not.toContain('parsed by Apollo');
  });
});
