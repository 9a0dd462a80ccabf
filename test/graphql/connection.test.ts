import {
  DEFAULT_PAGE,
  encodeCursor,
  inOrder,
  MAX_PAGE,
  Page,
  PageArgs,
  pageInfoOf,
  toWindow,
  type Order,
  type Window,
} from '../../src/graphql/connection';
import type { TableColumn } from '../../src/db/table';
import type { DomainError } from '../../src/errors';
import { cursorOf, parseCursor } from '../../src/log/cursor';
import { validateSync } from 'class-validator';

const fault = (run: () => unknown) => {
  try {
    return { returned: run() };
  } catch (error) {
    const { code, message, details } = error as DomainError;
    return { code, message, details };
  }
};

/** Details of a fault with one problem. */
const problemAt = (argument: string, code: string) => ({
  path: [argument],
  problems: [{ path: [argument], code, message: expect.any(String) }],
});

describe('cursorOf and parseCursor of the log', () => {
  it.each([
    [0, 0, '0', { epoch: null, seq: 0 }],
    [0, 1234, '1234', { epoch: 0, seq: 1234 }],
    [0x9f2c41d07e, 1234, '9f2c41d07e.1234', { epoch: 0x9f2c41d07e, seq: 1234 }],
    [0xa, 0, '000000000a.0', { epoch: 10, seq: 0 }],
    [0, 999_999_999_999_999, '999999999999999', { epoch: 0, seq: 999_999_999_999_999 }],
  ])('epoch %d, number %d is %s', (epoch, seq, cursor, place) => {
    expect(cursorOf(epoch, seq)).toBe(cursor);
    expect(parseCursor(cursor)).toEqual(place);
  });
  it.each([null, undefined])('refuses %s', (after) => expect(parseCursor(after)).toBeNull());
  it.each([
    '',
    'x',
    '-1',
    '1234567890123456',
    '9f2c41d07.1',
    '9f2c41d07e1.1',
    '9F2C41D07E.1',
    '9f2c41d07e.',
    '9f2c41d07ex1',
    '9f2c41d07e.x',
    ' 1',
    '1 ',
    '1.1',
  ])('refuses %j', (cursor) =>
    expect(fault(() => parseCursor(cursor))).toEqual({
      code: 'BAD_USER_INPUT',
      message:
        'This is not a cursor of the log. Use the cursor of a notification, or "0" for the beginning.',
      details: problemAt('after', 'WRONG_FORMAT'),
    }),
  );
});

const column = (kind: string, limit = 0) => ({ kind, limit }) as unknown as TableColumn;
const ORDER: Order = { name: 'NAME', columns: [column('text'), column('number', 100)] };
const BOTH = ['b', 7];
const CURSOR = encodeCursor('NAME', BOTH);

describe('toWindow', () => {
  it('encodes cursors as base64url of JSON', () =>
    expect(Buffer.from(CURSOR, 'base64url').toString()).toBe('["NAME","b",7]'));

  const DEFAULT: Window = {
    limit: DEFAULT_PAGE,
    backward: false,
    after: null,
    before: null,
    offset: 0,
  };
  it.each([
    [{}, {}],
    [{ first: 3 }, { limit: 3 }],
    [{ last: 3 }, { limit: 3, backward: true }],
    [
      { first: 3, offset: 5 },
      { limit: 3, offset: 5 },
    ],
    [{ offset: 5 }, { offset: 5 }],
    [
      { last: 3, offset: 0 },
      { limit: 3, backward: true },
    ],
    [{ after: CURSOR }, { after: BOTH }],
    [{ before: CURSOR }, { before: BOTH, backward: true }],
    [
      { first: 2, before: CURSOR },
      { limit: 2, before: BOTH },
    ],
    [
      { last: 2, before: CURSOR },
      { limit: 2, before: BOTH, backward: true },
    ],
    [
      { last: 2, after: CURSOR },
      { limit: 2, after: BOTH, backward: true },
    ],
    [
      { after: CURSOR, before: CURSOR },
      { after: BOTH, before: BOTH },
    ],
    [
      { after: '', before: '' },
      { backward: false, after: null, before: null },
    ],
  ])('of %j', (args, wanted) =>
    expect(toWindow({ ...args } as PageArgs, ORDER)).toEqual({ ...DEFAULT, ...wanted }),
  );
  it.each([
    [{ first: 1, last: 1 }, 'Use first or last, not both.', 'last'],
    [{ offset: 1, last: 1 }, /^Use offset with first only,/, 'offset'],
    [{ offset: 1, after: CURSOR }, /^Use offset with first only,/, 'offset'],
    [{ offset: 1, before: CURSOR }, /^Use offset with first only,/, 'offset'],
  ])('refuses %j', (args, message, path) =>
    expect(fault(() => toWindow(args as PageArgs, ORDER))).toEqual({
      code: 'BAD_USER_INPUT',
      message: expect.stringMatching(message),
      details: problemAt(path, 'NOT_ALLOWED'),
    }),
  );

  const encoded = (...values: unknown[]) => encodeCursor('NAME', values);
  it.each([
    encodeCursor('OTHER', BOTH),
    encoded('b'),
    encoded('b', 7, 7),
    encoded(7, 'b'),
    encoded(7, 7),
    encoded('b', '7'),
    encoded('b', 7.5),
    encoded('b', 101),
    encoded('b', -101),
    encoded('b', null),
    encoded('b\0', 7),
    Buffer.from('["NAME"').toString('base64url'),
    Buffer.from('7').toString('base64url'),
    '?',
  ])('refuses the cursor %s', (cursor) => {
    for (const path of ['after', 'before'])
      expect(fault(() => toWindow({ [path]: cursor } as PageArgs, ORDER))).toEqual({
        code: 'BAD_USER_INPUT',
        message:
          'This cursor is not of this list in this order. Take one from its pageInfo or edges.',
        details: problemAt(path, 'WRONG_FORMAT'),
      });
  });
  it.each([100, -100, 0])('accepts the number %d in a cursor', (value) =>
    expect(toWindow({ after: encoded('', value) } as PageArgs, ORDER).after).toEqual(['', value]),
  );
  it('refuses values of columns that no cursor holds', () =>
    expect(
      fault(() =>
        toWindow({ after: encoded(7) } as PageArgs, { name: 'NAME', columns: [column('json', 9)] }),
      ),
    ).toMatchObject({ code: 'BAD_USER_INPUT' }));
});

describe('PageArgs', () => {
  const faults = (values: Partial<PageArgs>) =>
    validateSync(Object.assign(new PageArgs(), values)).map(({ property }) => property);

  it.each([
    [{}, []],
    [{ first: 1, last: MAX_PAGE, offset: 0 }, []],
    [{ first: MAX_PAGE, last: 1, offset: 10_000 }, []],
    [{ first: 0, last: 0, offset: -1 }, ['first', 'last', 'offset']],
    [{ first: 101, last: 101, offset: 10_001 }, ['first', 'last', 'offset']],
  ])('%j: %j', (values, wanted) => expect(faults(values)).toEqual(wanted));
});

const WINDOW: Window = { limit: 2, backward: false, after: null, before: null, offset: 0 };
const BACKWARD = { ...WINDOW, backward: true };

describe('inOrder', () => {
  it.each([
    [WINDOW, [1, 2, 3], [1, 2]],
    [BACKWARD, [3, 2, 1], [2, 3]],
    [WINDOW, [], []],
  ])('of %j with %j is %j', (window, found, wanted) =>
    expect(inOrder(window, found)).toEqual(wanted),
  );
});

describe('pageInfoOf', () => {
  const info = (next: boolean, previous: boolean, start: string | null, end: string | null) => ({
    hasNextPage: next,
    hasPreviousPage: previous,
    startCursor: start,
    endCursor: end,
  });
  it.each([
    ['exactly full', WINDOW, [1, 2], info(false, false, 'c1', 'c2')],
    ['more than full', WINDOW, [1, 2, 3], info(true, false, 'c1', 'c2')],
    ['after a cursor', { ...WINDOW, after: [0] }, [1], info(false, true, 'c1', 'c1')],
    ['with an offset', { ...WINDOW, offset: 1 }, [], info(false, true, null, null)],
    ['from the end', BACKWARD, [3, 2], info(false, false, 'c2', 'c3')],
    ['from the end, more', BACKWARD, [3, 2, 1], info(false, true, 'c2', 'c3')],
    ['before a cursor', { ...BACKWARD, before: [4] }, [3], info(true, false, 'c3', 'c3')],
  ] as [string, Window, number[], unknown][])('%s', (_, window, found, wanted) =>
    expect(pageInfoOf(window, found, (row) => `c${row}`)).toEqual(wanted),
  );
});

describe('Page', () => {
  it('reads its rows once and its count separately', async () => {
    const read = jest.fn(async () => [1, 2, 3].map((node) => ({ node, keys: [node] })));
    const count = jest.fn(async () => 9);
    const page = new Page(WINDOW, { read, count, order: 'NAME', request: 'which' });
    expect([read, count].map(({ mock }) => mock.calls.length)).toEqual([0, 0]);

    const [nodes, edges, pageInfo] = await Promise.all([page.nodes, page.edges, page.pageInfo]);

    expect(nodes).toEqual([1, 2]);
    expect(edges).toEqual([
      { node: 1, cursor: encodeCursor('NAME', [1]) },
      { node: 2, cursor: encodeCursor('NAME', [2]) },
    ]);
    expect(pageInfo).toMatchObject({
      hasNextPage: true,
      startCursor: encodeCursor('NAME', [1]),
      endCursor: encodeCursor('NAME', [2]),
    });
    expect([read, count].map(({ mock }) => mock.calls.length)).toEqual([1, 0]);
    expect(await page.totalCount).toBe(9);
    expect(page.request).toBe('which');
  });
});
