import { graphqlHttpFixture } from './graphql-http.fixture';
import { costing } from '../../support/harness/costing';

const fixture = graphqlHttpFixture();
const { lines, ask } = fixture;

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
      ...costing(0),
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
        err: { stack: expect.stringContaining('graphql-http.fixture.ts') },
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
        problems: [{ path: ['input', 'name'], code: 'TOO_SHORT', message: 'name must be longer.' }],
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
      /^text: Send a text\.$/,
    ],
    [
      'a missing variable',
      'query ($text: String!) { echo(text: $text) }',
      undefined,
      'BAD_USER_INPUT',
      /^text: A value of the type String! is required\.$/,
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
      /^input\.agee: LoginInput has no such field\.$/,
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
      `query ($n: Int) {
        items(first: $n) {
          nodes { items(first: $n) { nodes { items(first: $n) { nodes { name } } } } }
        }
      }`,
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
    expect(await ask(query, { n: 3 })).toEqual({
      data: { items: { nodes: [] } },
      ...costing(expect.any(Number)),
    });
  });

  it('suggests names in development only', async () => {
    expect((await ask('{ helo }', undefined, fixture.strict.url)).errors[0].message).toContain(
      'Did you mean "hello"',
    );
  });
});
