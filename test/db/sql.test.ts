import {
  and,
  byDialect,
  FALSE,
  FOR_UPDATE,
  isOneOf,
  isStorable,
  join,
  keysOf,
  or,
  raw,
  refuseUnstorable,
  render,
  Sql,
  sql,
  TRUE,
} from '../../src/db/sql';
import type { DomainError } from '../../src/errors';
import {
  compact,
  concat,
  expression,
  filled,
  jsonOf,
  literal,
  type Run,
  type Shape,
  type SqlPart,
} from '../../src/graphql/planner/json-sql';

const both = (query: Sql) => [render(query, 'postgres'), render(query, 'sqlite')];
const inBoth = (postgres: string, sqlite: string, values: unknown[] = []) => [
  { text: postgres, values },
  { text: sqlite, values },
];
const same = (text: string) => inBoth(text, text);

describe('sql and render', () => {
  it('number the values and inline the fragments', () => {
    const scope = sql`b = ${'x'}`;
    expect(both(sql`SELECT ${1} WHERE ${scope} AND c = ${null}${true}`)).toEqual(
      inBoth('SELECT $1 WHERE b = $2 AND c = $3$4', 'SELECT ? WHERE b = ? AND c = ??', [
        1,
        'x',
        null,
        true,
      ]),
    );
  });
  it('keep no empty text', () => expect(sql`${raw('a')}`.parts).toHaveLength(1));
  it('replace the placeholders of a caller', () =>
    expect(render(sql`${'a'} ${'b'}`, 'sqlite', (place) => `@${place}`).text).toBe('@1 @2'));
  it('are left out of JSON', () => expect(JSON.stringify({ a: 1, b: sql`x` })).toBe('{"a":1}'));
  it('choose by dialect', () => {
    expect(both(byDialect({ postgres: sql`p${1}`, sqlite: sql`s${1}` }))).toEqual(
      inBoth('p$1', 's?', [1]),
    );
    expect(both(FOR_UPDATE)).toEqual(inBoth('FOR NO KEY UPDATE', ''));
  });
});

describe('conditions', () => {
  const [a, b, c] = [raw('a'), raw('b'), raw('c')];
  it.each([
    ['join of none', join([]), ''],
    ['join', join([a, b, c]), 'a, b, c'],
    ['join with a separator', join([a, b], ' + '), 'a + b'],
    ['and of none', and([]), '1 = 1'],
    ['and of one', and([a]), 'a'],
    ['and', and([a, b]), 'a AND b'],
    ['or of none', or([]), '1 = 0'],
    ['or of one', or([a]), '((a))'],
    ['or', or([a, b]), '((a) OR (b))'],
    ['true', TRUE, '1 = 1'],
    ['false', FALSE, '1 = 0'],
  ])('%s', (_, query, wanted) => expect(both(query)).toEqual(same(wanted)));
  it('isOneOf is an equality for one id, else one parameter', () => {
    expect(both(isOneOf(a, [7]))).toEqual(inBoth('a = $1', 'a = ?', [7]));
    expect(both(isOneOf(a, [7, 8]))).toEqual([
      { text: 'a = ANY($1)', values: [[7, 8]] },
      { text: 'a IN (SELECT value FROM json_each(?))', values: ['[7,8]'] },
    ]);
    expect(both(isOneOf(a, []))[1]).toEqual({
      text: 'a IN (SELECT value FROM json_each(?))',
      values: ['[]'],
    });
  });
  it('keysOf is a derived table of one parameter', () =>
    expect(both(keysOf([7, 8]))).toEqual([
      { text: 'unnest($1::int[]) AS k(key)', values: [[7, 8]] },
      { text: '(SELECT value AS key FROM json_each(?)) AS k', values: ['[7,8]'] },
    ]));
});

describe('isStorable and refuseUnstorable', () => {
  it.each([
    ['', true],
    ['text 😀', true],
    ['a\0', false],
    ['\ud83d', false],
  ])('%j: %s', (text, wanted) => {
    expect(isStorable(text)).toBe(wanted);
    for (const value of [text, ['a', text]]) {
      let fault: unknown = null;
      try {
        refuseUnstorable(value);
      } catch (error) {
        const { code, message } = error as DomainError;
        fault = { code, message };
      }
      expect(fault).toEqual(
        wanted
          ? null
          : {
              code: 'BAD_USER_INPUT',
              message: 'A text holds a NUL character or half of one: send well-formed text.',
            },
      );
    }
  });
  it('check every value of a statement, and no bytes', () => {
    expect(() => render(sql`${'ok'} ${'a\0'}`, 'sqlite')).toThrow(/NUL/);
    for (const value of [7, null, true, new Uint8Array([0])])
      expect(() => refuseUnstorable(value)).not.toThrow();
  });
});

const RUN = {} as Run;
const textOf = (pieces: readonly SqlPart[]) => render(filled(concat(pieces), RUN), 'sqlite').text;

describe('concat', () => {
  it.each([
    ['nothing', [], "''"],
    ['letters', [literal('a')], "'a'"],
    ['letters side by side', [literal('a'), literal('b')], "'ab'"],
    ['quotes', [literal("it's ''")], "'it''s '''''"],
    ['an expression', [expression('x')], "'' || x"],
    ['an expression behind letters', [literal('a'), expression('x')], "'a' || x"],
    ['letters behind an expression', [expression('x'), literal('a')], "'' || x || 'a'"],
    ['two expressions', [expression('x'), expression('y')], "'' || x || y"],
    [
      'all of it',
      [literal('a'), expression('x'), literal('b'), literal('c'), expression('y'), literal('')],
      "'a' || x || 'bc' || y",
    ],
  ] as [string, SqlPart[], string][])('%s', (_, pieces, wanted) =>
    expect(textOf(pieces)).toBe(wanted),
  );

  const pairs = (count: number) =>
    Array.from({ length: count }, (_, index) => [literal(`${index}`), expression(`x${index}`)]);
  const row = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => `'${from + index}' || x${from + index}`).join(
      ' || ',
    );
  it('splits more than 16 operands into halves that begin with literals', () => {
    expect(textOf(pairs(8).flat())).toBe(row(0, 8));
    expect(textOf(pairs(9).flat())).toBe(`(${row(0, 5)}) || (${row(5, 9)})`);
    expect(textOf(pairs(10).flat())).toBe(`(${row(0, 5)}) || (${row(5, 10)})`);
    expect(textOf(pairs(20).flat())).toBe(
      `((${row(0, 5)}) || (${row(5, 10)})) || ((${row(10, 15)}) || (${row(15, 20)}))`,
    );
  });
  it('keeps a row without literals in its second half', () =>
    expect(textOf(Array.from({ length: 17 }, () => expression('x')))).toBe(
      `''${' || x'.repeat(17)}`,
    ));
});

describe('compact and filled', () => {
  it('join strings around slots, and omit empty ones', () => {
    const hole = () => sql`${1}`;
    expect(compact(['a', 'b', hole, '', 'c', '', 'd'])).toEqual(['ab', hole, 'cd']);
    expect(compact(['', hole, ''])).toEqual([hole]);
  });
  it('fill slots from a run', () => {
    const query = filled(['SELECT ', (run) => sql`${run.requests.length}`], {
      requests: [1, 2],
    } as unknown as Run);
    expect(query).toBeInstanceOf(Sql);
    expect(render(query, 'postgres')).toEqual({ text: 'SELECT $1', values: [2] });
  });
});

describe('jsonOf', () => {
  const POSTGRES: Readonly<Record<Shape, string>> = {
    number: "'' || c",
    boolean: "'' || c",
    text: "'' || to_json(c)",
    word: `'"' || c || '"'`,
    instant: `'"' || to_char(timestamp '1970-01-01' + c * interval '1 millisecond', 'YYYY-MM-DD"T"HH24:MI:SS.MS') || 'Z"'`,
    json: "'' || c::text",
  };
  const SQLITE: Readonly<Record<Shape, string>> = {
    number: "'' || c",
    boolean: "'' || iif(c, 'true', 'false')",
    text: "'' || json_quote(c)",
    word: `'"' || c || '"'`,
    instant: `'' || strftime('"%Y-%m-%dT%H:%M:%fZ"', c / 1000.0, 'unixepoch')`,
    json: "'' || c",
  };
  for (const [dialect, wanted] of [
    ['postgres', POSTGRES],
    ['sqlite', SQLITE],
  ] as const)
    it.each(Object.keys(wanted) as Shape[])(`writes %s for ${dialect}`, (shape) => {
      expect(textOf(jsonOf(dialect, shape, 'c', false))).toBe(wanted[shape]);
      expect(textOf([literal('a'), ...jsonOf(dialect, shape, 'c', true)])).toBe(
        `'a' || (CASE WHEN c IS NULL THEN 'null' ELSE ${wanted[shape]} END)`,
      );
    });
});
