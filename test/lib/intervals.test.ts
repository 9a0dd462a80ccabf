import {
  ALWAYS,
  around,
  intersection,
  overlap,
  union,
  type Interval,
} from '../../src/lib/intervals';

const spans = (...pairs: readonly (readonly [number, number])[]): Interval[] =>
  pairs.map(([startAt, endAt]) => ({ startAt, endAt }));
const [FROM, TO] = [-8.64e15, 8.64e15];

describe('union', () => {
  it.each([
    ['no interval', [], []],
    ['one', [[1, 2]], [[1, 2]]],
    [
      'unsorted',
      [
        [5, 6],
        [1, 2],
      ],
      [
        [1, 2],
        [5, 6],
      ],
    ],
    [
      'touching',
      [
        [1, 3],
        [3, 5],
      ],
      [[1, 5]],
    ],
    [
      'a gap of one',
      [
        [1, 3],
        [4, 5],
      ],
      [
        [1, 3],
        [4, 5],
      ],
    ],
    [
      'contained',
      [
        [1, 9],
        [2, 3],
        [4, 10],
      ],
      [[1, 10]],
    ],
    [
      'contained at the end',
      [
        [1, 9],
        [2, 3],
      ],
      [[1, 9]],
    ],
    [
      'empty and reversed',
      [
        [2, 2],
        [5, 4],
        [0, 1],
      ],
      [[0, 1]],
    ],
  ] as [string, [number, number][], [number, number][]][])('of %s', (_, given, wanted) =>
    expect(union(spans(...given))).toEqual(spans(...wanted)),
  );
  it('does not modify its argument', () => {
    const given = spans([5, 6], [1, 2]);

    union(given);

    expect(given).toEqual(spans([5, 6], [1, 2]));
  });
});

describe('intersection', () => {
  it.each([
    ['touching', [[[1, 3]], [[3, 5]]], []],
    ['overlapping by one', [[[1, 4]], [[3, 5]]], [[3, 4]]],
    ['equal', [[[1, 4]], [[1, 4]]], [[1, 4]]],
    [
      'one against several',
      [
        [[0, 10]],
        [
          [1, 2],
          [3, 4],
          [9, 12],
        ],
      ],
      [
        [1, 2],
        [3, 4],
        [9, 10],
      ],
    ],
    [
      'several against one',
      [
        [
          [1, 2],
          [3, 4],
          [9, 12],
        ],
        [[0, 10]],
      ],
      [
        [1, 2],
        [3, 4],
        [9, 10],
      ],
    ],
    [
      'ends that agree',
      [
        [
          [0, 2],
          [4, 6],
        ],
        [
          [1, 2],
          [4, 5],
          [5, 6],
        ],
      ],
      [
        [1, 2],
        [4, 5],
        [5, 6],
      ],
    ],
    [
      'three lists',
      [
        [[0, 9]],
        [[1, 8]],
        [
          [2, 4],
          [6, 10],
        ],
      ],
      [
        [2, 4],
        [6, 8],
      ],
    ],
    ['an empty list', [[[0, 9]], []], []],
    ['no list', [], [[FROM, TO]]],
  ] as [string, [number, number][][], [number, number][]][])('of %s', (_, lists, wanted) =>
    expect(intersection(lists.map((list) => spans(...list)))).toEqual(spans(...wanted)),
  );
  it('skips a list that is always open without copying the others', () => {
    expect(intersection([ALWAYS, ALWAYS])).toBe(ALWAYS);
    expect(intersection([ALWAYS, spans([1, 2])])).toEqual(spans([1, 2]));
    expect(ALWAYS).toEqual(spans([FROM, TO]));
  });
});

describe('around', () => {
  const list = spans([0, 4], [6, 10]);
  it.each([
    [
      [0, 4],
      [0, 4],
    ],
    [
      [1, 3],
      [0, 4],
    ],
    [
      [6, 10],
      [6, 10],
    ],
    [
      [7, 10],
      [6, 10],
    ],
    [[3, 5], undefined],
    [[5, 7], undefined],
    [[-1, 4], undefined],
    [[6, 11], undefined],
  ] as [[number, number], [number, number] | undefined][])('%j lies within %j', (given, wanted) =>
    expect(around(list, spans(given)[0] as Interval)).toEqual(wanted && spans(wanted)[0]),
  );
});

describe('overlap', () => {
  it.each([
    [[0, 4], [4, 6], false],
    [[4, 6], [0, 4], false],
    [[0, 5], [4, 6], true],
    [[4, 6], [0, 5], true],
    [[0, 9], [4, 6], true],
    [[4, 6], [4, 6], true],
    [[0, 1], [8, 9], false],
  ] as [[number, number], [number, number], boolean][])('%j with %j: %s', (one, other, wanted) =>
    expect(overlap(spans(one)[0] as Interval, spans(other)[0] as Interval)).toBe(wanted),
  );
});
