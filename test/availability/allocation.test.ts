import {
  allocateUnits,
  type Allocation,
  type Need,
} from '../../src/features/availability/engine/allocation';

/** `one(1, 2)`: a need of one unit of resource 1 or of resource 2. */
const one = (...ids: number[]): Need => ids.map((resourceId) => [{ resourceId, units: 1 }]);
const units = (resourceId: number, count: number): Allocation => ({ resourceId, units: count });
const allocate = (
  needs: readonly Need[],
  named: readonly number[],
  free: Readonly<Record<number, number>>,
): string | null => {
  const found = allocateUnits({ needs, named }, (id) => free[id] ?? 0);
  return found && found.map(({ resourceId, units: count }) => `${resourceId}x${count}`).join(' ');
};

describe('allocateUnits with needs of one unit', () => {
  it.each([
    ['nothing needed', [], [], {}, ''],
    ['the first option', [one(1, 2)], [], { 1: 1, 2: 1 }, '1x1'],
    ['the option that is free', [one(1, 2)], [], { 2: 1 }, '2x1'],
    ['no option free', [one(1, 2)], [], {}, null],
    ['a need without options', [one()], [], { 1: 1 }, null],
    ['both units of one', [one(1), one(1)], [], { 1: 2 }, '1x2'],
    ['one unit for two needs', [one(1), one(1)], [], { 1: 1 }, null],
    ['the first makes room', [one(1, 2), one(1)], [], { 1: 1, 2: 1 }, '2x1 1x1'],
    ['a chain makes room', [one(1, 2), one(2, 3), one(1)], [], { 1: 1, 2: 1, 3: 1 }, '2x1 3x1 1x1'],
    ['a chain that ends', [one(1, 2), one(1, 2), one(1)], [], { 1: 1, 2: 1 }, null],
    ['a chain over more units', [one(1, 2), one(1, 2), one(1)], [], { 1: 2, 2: 1 }, '1x2 2x1'],
    ['a negative number free', [one(1, 2)], [], { 1: -1, 2: 1 }, '2x1'],
  ] as [string, Need[], number[], Record<number, number>, string | null][])(
    '%s',
    (_, needs, named, free, wanted) => expect(allocate(needs, named, free)).toBe(wanted),
  );
});

describe('allocateUnits with named resources', () => {
  it.each([
    ['meets a need', [one(1, 2)], [2], { 1: 1, 2: 1 }, '2x1'],
    ['is taken beside the needs', [one(1)], [2], { 1: 1, 2: 1 }, '1x1 2x1'],
    ['is not free', [one(1)], [2], { 1: 1 }, null],
    ['meets a need and is not free', [one(1, 2)], [2], { 1: 1 }, null],
    ['without needs', [], [2, 1], { 1: 1, 2: 1 }, '1x1 2x1'],
    ['named twice', [], [2, 2], { 2: 1 }, '2x1'],
    ['named in reverse', [one(1, 2), one(1, 2)], [2, 1], { 1: 1, 2: 1 }, '1x1 2x1'],
    ['ten before two', [], [10, 2], { 2: 1, 10: 1 }, '2x1 10x1'],
    ['more named than needs', [one(1, 2)], [1, 2], { 1: 1, 2: 1 }, '1x1 2x1'],
    ['more named, one not free', [one(1, 2)], [1, 2], { 1: 1 }, null],
    ['cover in a chain', [one(1, 2), one(1)], [1, 2], { 1: 1, 2: 1 }, '2x1 1x1'],
    [
      'cover in a longer chain',
      [one(1), one(1, 2), one(2, 3)],
      [1, 2, 3],
      { 1: 1, 2: 1, 3: 1 },
      '1x1 2x1 3x1',
    ],
    ['a need that the named one leaves', [one(1, 2), one(1, 2)], [1], { 1: 1, 2: 1 }, '1x1 2x1'],
    ['the named one has two units', [one(1, 2), one(1)], [1], { 1: 2, 2: 1 }, '1x2'],
    ['a need without options', [one()], [1], { 1: 1 }, null],
    ['an unrelated need fails', [one(3), one(1, 2)], [2], { 1: 1, 2: 1 }, null],
    ['a named one that a need wants, too', [one(1), one(1)], [1], { 1: 1 }, null],
  ] as [string, Need[], number[], Record<number, number>, string | null][])(
    '%s',
    (_, needs, named, free, wanted) => expect(allocate(needs, named, free)).toBe(wanted),
  );
});

describe('allocateUnits with options of several units', () => {
  const ONE_TO_THREE = { 1: 3, 2: 3, 3: 3 };
  const both: Need = [[units(1, 1), units(2, 1)], [units(3, 2)]];
  it.each([
    ['several resources', [both], [], { 1: 1, 2: 1 }, '1x1 2x1'],
    ['several units', [both], [], { 1: 1, 3: 2 }, '3x2'],
    ['too few units', [both], [], { 1: 1, 3: 1 }, null],
    ['exactly all units', [[[units(1, 3)]]], [], { 1: 3 }, '1x3'],
    ['turns back', [both, one(1)], [], { 1: 1, 2: 1, 3: 2 }, '3x2 1x1'],
    ['gives back what it took', [both, one(2), one(1)], [], { 1: 1, 2: 1, 3: 2 }, '3x2 2x1 1x1'],
    ['adds up', [[[units(1, 2)]], one(1)], [], { 1: 3 }, '1x3'],
    ['adds up to too many', [[[units(1, 2)]], one(1)], [], { 1: 2 }, null],
    ['one resource twice in an option', [[[units(1, 1), units(1, 1)]]], [], { 1: 2 }, '1x2'],
    ['named within an option', [both], [2], { 1: 1, 2: 1, 3: 2 }, '1x1 2x1'],
    ['named beside', [both], [4], { 1: 1, 2: 1, 4: 1 }, '1x1 2x1 4x1'],
    ['named in the second option', [both], [3], { 1: 1, 2: 1, 3: 2 }, '3x2'],
    ['named beside and not free', [both], [4], { 1: 1, 2: 1 }, null],
    ['an option of nothing', [[[]]], [], {}, ''],
    // The second option leaves no named resource beside the need.
    [
      'covers by units',
      [[[units(1, 1)], [units(1, 2), units(2, 1)]]],
      [1, 2],
      ONE_TO_THREE,
      '1x2 2x1',
    ],
    [
      'covers by two',
      [[[units(1, 1)], [units(1, 1), units(2, 2)]]],
      [1, 2],
      ONE_TO_THREE,
      '1x1 2x2',
    ],
  ] as [string, Need[], number[], Record<number, number>, string | null][])(
    '%s',
    (_, needs, named, free, wanted) => expect(allocate(needs, named, free)).toBe(wanted),
  );

  it('gives up after 2,000 options', () => {
    // Each need takes either of two pairs, and the last one nothing: the search walks all choices.
    const pair = (id: number): Need => [[units(id, 2)], [units(id + 1, 2)]];
    const needs = (count: number): Need[] => [
      ...Array.from({ length: count }, (_, index) => pair(10 + 2 * index)),
      one(1),
    ];
    const free = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [10 + index, 2]));
    const asked = jest.fn((id: number) => (free as Record<number, number>)[id] ?? 0);

    expect(allocateUnits({ needs: needs(20), named: [] }, asked)).toBeNull();

    expect(asked.mock.calls.length).toBe(2_000);
  });
  it('finds an allocation that needs exactly 2,000 options, and none that needs more', () => {
    const option = (id: number): Allocation[] => [units(id, 2)];
    const need = (wrong: number): Need[] => [
      [...Array.from({ length: wrong }, () => option(1)), option(2)],
    ];
    expect(allocate(need(1_999), [], { 2: 2 })).toBe('2x2');
    expect(allocate(need(2_000), [], { 2: 2 })).toBeNull();
  });
});

/** Cases whose search would pass 2,000 options without the matching that prunes it. */
describe('allocateUnits over many equal needs', () => {
  const range = (from: number, to: number): number[] =>
    Array.from({ length: to - from + 1 }, (_, index) => from + index);
  const freeOf = (...ids: number[]): Record<number, number> =>
    Object.fromEntries(ids.map((id) => [id, 1]));
  const each = (...ids: number[]): string => ids.map((id) => `${id}x1`).join(' ');
  const equal = (count: number, from: number, to: number): Need[] =>
    Array.from({ length: count }, () => one(...range(from, to)));
  const UP_TO_12 = freeOf(...range(1, 12));

  it('keep the only resource of the last need', () =>
    expect(allocate([...equal(11, 1, 12), one(1)], [], UP_TO_12)).toBe(each(...range(2, 12), 1)));
  it('keep two resources of the last needs', () =>
    expect(allocate([...equal(10, 1, 12), one(1, 2), one(1)], [], UP_TO_12)).toBe(
      each(...range(3, 12), 2, 1),
    ));
  it('assign a named resource to the need that takes it', () => {
    const needs = [one(2, 1), ...equal(10, 3, 13), one(5)];
    expect(allocate(needs, [1], freeOf(...range(1, 13)))).toBe(each(1, 3, 4, ...range(6, 13), 5));
  });
  it('cover named resources in a chain, although more units would permit others', () =>
    expect(allocate([one(1, 2), one(1)], [1, 2], { 1: 2, 2: 1 })).toBe(each(2, 1)));
  it('leave one need to cover each named resource', () =>
    expect(
      allocate([one(3, 1), ...equal(10, 4, 13), one(1, 2)], [1, 2], freeOf(...range(1, 13))),
    ).toBe(each(1, ...range(4, 13), 2)));
  it('fail without a search if resources are too few', () => {
    for (const [needs, named, ids] of [
      [equal(13, 1, 12), [], range(1, 12)],
      [equal(12, 1, 12), [20], range(1, 12)],
      [[...equal(11, 1, 12), one(13), one(13)], [], range(1, 13)],
    ] as [Need[], number[], number[]][]) {
      const free = freeOf(...ids);
      const asked = jest.fn((id: number) => free[id] ?? 0);

      expect(allocateUnits({ needs, named }, asked)).toBeNull();

      expect(asked.mock.calls.length).toBeLessThan(1_500);
    }
  });
});
