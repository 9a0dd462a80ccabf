import {
  boundOf,
  MAX_TIMES,
  MAX_UNITS,
  tooMuch,
} from '../../../src/features/availability/engine/bounds';
import {
  allocate,
  needsAt,
  type ResourcePool,
  type Rules,
} from '../../../src/features/availability/engine/engine';
import type { DomainError } from '../../../src/errors';
import { MINUTE, at, span, taken, pool, need, facts, pools } from './engine.fixture';

describe('allocate', () => {
  const room = (given: Partial<ResourcePool>, rules: Partial<Rules> = {}, regardless?: boolean) =>
    allocate(facts({ needs: [need(5)], things: pools(pool(5, given)) }, rules), at(30), regardless);
  const TAKES = [{ resourceId: 5, units: 1 }];

  it('counts the units in use at the busiest instant', () => {
    expect(room({ quantity: 2, taken: [taken(30, 45), taken(45, 60)] })).toEqual(TAKES);
    expect(room({ quantity: 2, taken: [taken(30, 46), taken(45, 60)] })).toBeNull();
    expect(room({ quantity: 3, taken: [taken(0, 31, 2), taken(31, 90, 2)] })).toEqual(TAKES);
    expect(room({ quantity: 3, taken: [taken(0, 90, 2), taken(59, 90)] })).toBeNull();
    expect(room({ quantity: 1, taken: [taken(0, 30), taken(60, 90)] })).toEqual(TAKES);
    expect(room({ quantity: 2, taken: [taken(0, 31, 1), taken(30, 90)] })).toBeNull();
    expect(room({ quantity: 0 })).toBeNull();
  });
  it('counts buffers as use, and ignores them for hours', () => {
    const buffers = { bufferBeforeMs: 5 * MINUTE, bufferAfterMs: 5 * MINUTE };
    expect(room({ taken: [taken(0, 25), taken(65, 90)] }, buffers)).toEqual(TAKES);
    expect(room({ taken: [taken(0, 26)] }, buffers)).toBeNull();
    expect(room({ taken: [taken(64, 90)] }, buffers)).toBeNull();
    expect(room({ windows: [span(30, 60)] }, buffers)).toEqual(TAKES);
    expect(room({ windows: [span(31, 60)] })).toBeNull();
    expect(room({ windows: [span(30, 59)] })).toBeNull();
  });
  it('takes occupied or closed resources for an override, and no missing ones', () => {
    expect(room({ taken: [taken(0, 90)], windows: [] }, {}, true)).toEqual(TAKES);
    expect(allocate(facts({ needs: [need(5)] }), at(0), true)).toBeNull();
    expect(allocate(facts({ named: [5], things: pools(pool(5)) }), at(0))).toEqual(TAKES);
    expect(allocate(facts(), at(0))).toEqual([]);
  });
  it('reads each resource once', () => {
    const things = new Map(pools(pool(5), pool(6)));
    const get = jest.fn((id: number) => Map.prototype.get.call(things, id));
    const spied = Object.assign(new Map(things), { get });
    allocate(facts({ needs: [need(5, 6), need(5, 6)], things: spied }), at(0));
    expect(get.mock.calls.map(([id]) => id).sort()).toEqual([5, 6]);
  });
});

describe('needsAt', () => {
  it('allocates once for each start, and not at all without needs', () => {
    const things = pools(pool(5));
    const get = jest.fn((id: number) => Map.prototype.get.call(things, id));
    const spied = Object.assign(new Map(things), { get });
    const needed = needsAt(facts({ needs: [need(5)], things: spied }));
    expect([needed(at(0)), needed(at(0))]).toEqual([
      [{ resourceId: 5, units: 1 }],
      [{ resourceId: 5, units: 1 }],
    ]);
    expect(get).toHaveBeenCalledTimes(1);
    needed(at(30));
    expect(get).toHaveBeenCalledTimes(2);
    expect(needsAt(facts({ named: [8] }))(at(0))).toBeNull();
    expect(needsAt(facts())(at(0))).toEqual([]);
  });
});

describe('boundOf', () => {
  const fault = (run: () => void) => {
    try {
      return run();
    } catch (error) {
      const { code, message, details } = error as DomainError;
      return { code, message, details };
    }
  };
  const refusal = (what: string, limit: number) => ({
    code: 'QUERY_TOO_COMPLEX',
    message: `This answer has more ${what} than the limit of ${limit}. Request fewer days or staff.`,
    details: { path: ['input', 'to'] },
  });

  it('stops after 10,000 times', () => {
    const count = boundOf();
    for (let time = 0; time < MAX_TIMES; time += 1) count(1);
    expect(fault(() => count(1))).toEqual(refusal('times', 10_000));
  });
  it('stops after 100,000 units', () => {
    const count = boundOf();
    count(MAX_UNITS - 1);
    count(1);
    expect(fault(() => count(1))).toEqual(refusal('units of staff and time', 100_000));
    expect(tooMuch('x', 5).message).toContain('more x than the limit of 5');
  });
});
