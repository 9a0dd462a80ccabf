import * as fc from 'fast-check';
import {
  ALWAYS,
  around,
  intersection,
  overlap,
  union,
  type Interval,
} from '../../src/lib/intervals';

/** Every property is compared with a map of points. */
describe('intervals', () => {
  const POINTS = Array.from({ length: 90 }, (_, point) => point);
  const any = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 20 })), {
      maxLength: 8,
    })
    .map((pairs) => pairs.map(([start, length]) => ({ startAt: start, endAt: start + length })));
  const list = any.map(union);
  const has = (intervals: readonly Interval[], point: number) =>
    intervals.some(({ startAt, endAt }) => startAt <= point && point < endAt);
  const isList = (intervals: readonly Interval[]) =>
    intervals.every(
      ({ startAt, endAt }, index) =>
        startAt < endAt && (index === 0 || (intervals[index - 1] as Interval).endAt < startAt),
    );
  const same = (found: readonly Interval[], wanted: (point: number) => boolean) =>
    isList(found) && POINTS.every((point) => has(found, point) === wanted(point));

  it('join to a list', () =>
    fc.assert(fc.property(any, (given) => same(union(given), (point) => has(given, point)))));
  it('intersect', () =>
    fc.assert(
      fc.property(list, list, list, (a, b, c) =>
        same(intersection([a, b, c]), (point) => has(a, point) && has(b, point) && has(c, point)),
      ),
    ));
  it('obey the laws of sets', () =>
    fc.assert(
      fc.property(list, list, (a, b) => {
        expect(union([...a, ...intersection([a, b])])).toEqual(a);
        expect(intersection([a, union([...a, ...b])])).toEqual(a);
        expect(intersection([a, ALWAYS])).toEqual(a);
      }),
    ));
  it('contain one another, or overlap', () =>
    fc.assert(
      fc.property(
        list,
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 1, max: 20 }),
        (given, start, length) => {
          const one = { startAt: start, endAt: start + length };
          const points = POINTS.filter((point) => start <= point && point < start + length);
          expect(around(given, one) !== undefined).toBe(points.every((point) => has(given, point)));
          expect(given.some((other) => overlap(one, other))).toBe(
            points.some((point) => has(given, point)),
          );
        },
      ),
    ));
});
