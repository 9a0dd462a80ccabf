import {
  boundOf,
  MAX_TIMES,
  MAX_UNITS,
  tooMuch,
} from '../../src/features/availability/engine/bounds';
import {
  allocate,
  isBarred,
  needsAt,
  offers,
  refusals,
  type Candidate,
  type EngineFacts,
  type Quota,
  type ResourcePool,
  type Rules,
  type Taken,
} from '../../src/features/availability/engine/engine';
import type { Need } from '../../src/features/availability/engine/allocation';
import { AvailabilityRule } from '../../src/features/availability/engine/rules';
import type { DomainError } from '../../src/errors';
import { ALWAYS, type Interval } from '../../src/lib/intervals';

/** Times are minutes after a midnight in UTC. */
const MINUTE = 60_000;
const BASE = Date.parse('2030-01-31T00:00:00Z');
const at = (minute: number): number => BASE + minute * MINUTE;
const minuteOf = (instant: number): number => (instant - BASE) / MINUTE;
const span = (from: number, to: number): Interval => ({ startAt: at(from), endAt: at(to) });
const taken = (from: number, to: number, units = 1, appointmentId = 1): Taken => ({
  ...span(from, to),
  units,
  appointmentId,
});

const RULES: Rules = {
  durationMs: 30 * MINUTE,
  bufferBeforeMs: 0,
  bufferAfterMs: 0,
  stepMs: 30 * MINUTE,
  alignment: 'WINDOW',
  timeZone: 'UTC',
  grid: true,
  earliest: at(0),
  latest: at(1_000),
};
const person = (staffId: number, given: Partial<Candidate> = {}): Candidate => ({
  staffId,
  timeZone: 'UTC',
  barred: [],
  windows: [span(0, 90)],
  taken: [],
  ...given,
});
const pool = (resourceId: number, given: Partial<ResourcePool> = {}): ResourcePool => ({
  resourceId,
  subjectId: resourceId,
  quantity: 1,
  windows: [...ALWAYS],
  taken: [],
  ...given,
});
const need = (...ids: number[]): Need => ids.map((resourceId) => [{ resourceId, units: 1 }]);
const facts = (given: Partial<EngineFacts> = {}, rules: Partial<Rules> = {}): EngineFacts => ({
  rules: { ...RULES, ...rules },
  barred: [],
  open: ALWAYS,
  offered: ALWAYS,
  people: [person(1)],
  companions: [],
  things: new Map(),
  needs: [],
  named: [],
  quota: null,
  ...given,
});
const pools = (...list: ResourcePool[]) => new Map(list.map((one) => [one.resourceId, one]));
const BARRED = [{ rule: AvailabilityRule.STAFF_INACTIVE, staffId: 9 }];
const ALL = span(0, 1_000);

const offered = (of: EngineFacts, interval: Interval = ALL) =>
  [...offers(of, interval)].map(({ startAt, staffIds }) => [minuteOf(startAt), ...staffIds]);
const refused = (of: EngineFacts, minute: number, one = of.people[0] as Candidate) =>
  refusals(of, one, at(minute));
const rulesOf = (of: EngineFacts, minute: number) => refused(of, minute).map(({ rule }) => rule);

describe('offers', () => {
  it('yields each start with its end, its staff and its resources', () => {
    expect([...offers(facts(), ALL)]).toEqual(
      [0, 30, 60].map((minute) => ({
        startAt: at(minute),
        endAt: at(minute + 30),
        staffIds: [1],
        takes: [],
      })),
    );
    const withRoom = facts({ needs: [need(5)], things: pools(pool(5)) });
    expect([...offers(withRoom, ALL)][0]?.takes).toEqual([{ resourceId: 5, units: 1 }]);
  });
  it('is empty if all staff, an additional staff member or each candidate is barred', () => {
    expect(offered(facts({ barred: BARRED }))).toEqual([]);
    expect(offered(facts({ companions: [person(2, { barred: BARRED })] }))).toEqual([]);
    expect(offered(facts({ people: [person(1, { barred: BARRED })] }))).toEqual([]);
    expect(offered(facts({ people: [person(1, { barred: BARRED }), person(2)] }))).toEqual([
      [0, 2],
      [30, 2],
      [60, 2],
    ]);
    expect(offered(facts({ people: [] }))).toEqual([]);
  });
  it('stays within the interval, and within notice and horizon, to the millisecond', () => {
    expect(offered(facts(), span(30, 60))).toEqual([[30, 1]]);
    expect(offered(facts(), { startAt: at(30) + 1, endAt: at(60) + 1 })).toEqual([[60, 1]]);
    expect(offered(facts({}, { earliest: at(30) }))).toEqual([
      [30, 1],
      [60, 1],
    ]);
    expect(offered(facts({}, { earliest: at(30) + 1 }))).toEqual([[60, 1]]);
    expect(offered(facts({}, { latest: at(30) }))).toEqual([
      [0, 1],
      [30, 1],
    ]);
    expect(offered(facts({}, { latest: at(30) - 1 }))).toEqual([[0, 1]]);
  });
  it('stays within the hours of the location, the reason and the additional staff', () => {
    for (const given of [
      { open: [span(30, 60)] },
      { offered: [span(30, 60)] },
      { companions: [person(2, { windows: [span(30, 60)] })] },
    ])
      expect(offered(facts(given))).toEqual([[30, 1]]);
  });
  it('avoids claims of the candidate and of additional staff', () => {
    expect(offered(facts({ people: [person(1, { taken: [taken(30, 60)] })] }))).toEqual([
      [0, 1],
      [60, 1],
    ]);
    const companions = [
      person(2, { taken: [taken(0, 10)] }),
      person(3, { taken: [taken(60, 61)] }),
    ];
    expect(offered(facts({ companions }))).toEqual([[30, 1]]);
  });
  it('merges the starts of several candidates in order', () => {
    const people = [
      person(3, { windows: [span(0, 60)] }),
      person(1, { windows: [span(15, 75)] }),
      person(2, { windows: [span(30, 60), span(90, 120)] }),
    ];
    expect(offered(facts({ people }))).toEqual([
      [0, 3],
      [15, 1],
      [30, 3, 2],
      [45, 1],
      [90, 2],
    ]);
  });
  it('passes each start with a free candidate to `look`, before needs and quota', () => {
    const look = jest.fn();
    const none = facts({ needs: [need(5)], people: [person(1), person(2)] });

    expect([...offers(none, ALL, { look })]).toEqual([]);

    expect(look.mock.calls).toEqual([[2], [2], [2]]);
  });
  it('uses the needs of a search that candidates share', () => {
    const needed = jest.fn((startAt: number) => (startAt === at(30) ? [] : null));
    expect([...offers(facts(), ALL, { needed })].map(({ startAt }) => minuteOf(startAt))).toEqual([
      30,
    ]);
    expect(needed).toHaveBeenCalledTimes(3);
  });
  it('excludes candidates that have reached the quota on the local day', () => {
    const quota: Quota = {
      limit: 2,
      periodOf: (date) => `P${date}`,
      used: (period) => (period === 'P2030-01-31' ? 2 : 1),
    };
    const people = [person(1), person(2, { timeZone: 'America/New_York' })];
    expect(offered(facts({ quota, people }))).toEqual([
      [0, 2],
      [30, 2],
      [60, 2],
    ]);
    expect(offered(facts({ quota, people: [person(1)] }))).toEqual([]);
  });
  it('reads a quota once for each start and zone, again at the next start', () => {
    const used = jest.fn((period: string) => (period === '2030-01-31' ? 0 : 9));
    const quota: Quota = { limit: 1, periodOf: (date) => date, used };
    const windows = [span(1_410, 1_470)];
    const people = [person(1, { windows }), person(2, { windows })];
    expect(offered(facts({ quota, people }, { latest: at(2_000) }), span(0, 2_000))).toEqual([
      [1_410, 1, 2],
    ]);
    expect(used.mock.calls).toEqual([['2030-01-31'], ['2030-02-01']]);
  });
});

describe('isBarred', () => {
  it.each([
    [facts(), undefined, false],
    [facts({ barred: BARRED }), undefined, true],
    [facts({ companions: [person(2), person(3, { barred: BARRED })] }), undefined, true],
    [facts({ companions: [person(2)] }), person(1), false],
    [facts(), person(1, { barred: BARRED }), true],
  ])('%#', (of, one, wanted) => expect(isBarred(of, one)).toBe(wanted));
});

describe('refusals', () => {
  const { NOTICE, HORIZON, LOCATION_CLOSED, REASON_NOT_OFFERED, STAFF_NOT_WORKING } =
    AvailabilityRule;

  it('are none if the start is offered', () =>
    expect([0, 30, 60].map((minute) => refused(facts(), minute))).toEqual([[], [], []]));
  it('name notice and horizon, to the millisecond', () => {
    expect(rulesOf(facts({}, { earliest: at(30) }), 30)).toEqual([]);
    expect(rulesOf(facts({}, { earliest: at(30) + 1 }), 30)).toEqual([NOTICE]);
    expect(rulesOf(facts({}, { latest: at(30) }), 30)).toEqual([]);
    expect(rulesOf(facts({}, { latest: at(30) - 1 }), 30)).toEqual([HORIZON]);
  });
  it('name the staff whose hours the visit exceeds', () => {
    expect(rulesOf(facts({ open: [span(0, 59)] }), 30)).toEqual([LOCATION_CLOSED]);
    expect(rulesOf(facts({ offered: [span(31, 90)] }), 30)).toEqual([REASON_NOT_OFFERED]);
    expect(refused(facts({ companions: [person(2, { windows: [span(0, 30)] })] }), 30)).toEqual([
      { rule: STAFF_NOT_WORKING, staffId: 2 },
    ]);
    expect(refused(facts(), 90)).toEqual([{ rule: STAFF_NOT_WORKING, staffId: 1 }]);
  });
  it('list barred candidates, all staff and additional staff', () => {
    const companions = [person(2, { barred: [{ rule: AvailabilityRule.STAFF_NOT_ASSIGNED }] })];
    const people = [person(1, { barred: [{ rule: AvailabilityRule.STAFF_NOT_AT_LOCATION }] })];
    expect(rulesOf(facts({ barred: BARRED, companions, people }), 0)).toEqual([
      AvailabilityRule.STAFF_INACTIVE,
      AvailabilityRule.STAFF_NOT_AT_LOCATION,
      AvailabilityRule.STAFF_NOT_ASSIGNED,
    ]);
  });
  it('name the step only on a grid, and only if no broader rule refuses', () => {
    expect(rulesOf(facts(), 15)).toEqual([AvailabilityRule.NOT_ALIGNED]);
    expect(rulesOf(facts({}, { grid: false }), 15)).toEqual([]);
    expect(rulesOf(facts({}, { latest: at(10) }), 15)).toEqual([HORIZON]);
    expect(rulesOf(facts({ open: [span(15, 90)] }), 15)).toEqual([]);
  });
  it('name obstacles of the visit and of its buffers', () => {
    const [before, during, after] = [taken(0, 21), taken(35, 40), taken(64, 70)];
    const people = [person(1, { taken: [before, during, after] })];
    const inTheWay = (rules: Partial<Rules>) => refused(facts({ people }, rules), 30)[0]?.taken;
    expect(refused(facts({ people }), 30)).toEqual([
      { rule: AvailabilityRule.STAFF_TAKEN, staffId: 1, taken: [during] },
    ]);
    expect(inTheWay({ bufferBeforeMs: 9 * MINUTE, bufferAfterMs: 4 * MINUTE })).toEqual([during]);
    expect(inTheWay({ bufferBeforeMs: 10 * MINUTE })).toEqual([before, during]);
    expect(inTheWay({ bufferAfterMs: 5 * MINUTE })).toEqual([during, after]);
    const companions = [person(2, { taken: [taken(59, 60)] })];
    expect(refused(facts({ companions }), 30)).toEqual([
      { rule: AvailabilityRule.STAFF_TAKEN, staffId: 2, taken: [taken(59, 60)] },
    ]);
  });
  it('name the first need that no resource meets, else all of them', () => {
    const { RESOURCE_TAKEN } = AvailabilityRule;
    const things = pools(pool(5, { taken: [taken(0, 30)] }), pool(6), pool(7));
    const lacking = (given: Partial<EngineFacts>) => refused(facts({ things, ...given }), 0);
    expect(lacking({ needs: [need(6), need(5), need(8)] })).toEqual([
      { rule: RESOURCE_TAKEN, resourceIds: [5], taken: [taken(0, 30)] },
    ]);
    expect(lacking({ needs: [need(6)], named: [5] })).toEqual([
      { rule: RESOURCE_TAKEN, resourceIds: [5], taken: [taken(0, 30)] },
    ]);
    expect(lacking({ needs: [need(8)], named: [5] })).toEqual([
      { rule: RESOURCE_TAKEN, resourceIds: [8], taken: [] },
    ]);
    expect(lacking({ needs: [need(6), need(6)] })).toEqual([
      { rule: RESOURCE_TAKEN, resourceIds: [6], taken: [] },
    ]);
    expect(refused(facts({ things, needs: [need(5)] }), 30)).toEqual([]);
  });
  it('name the quota', () => {
    const quota: Quota = { limit: 1, periodOf: (date) => date, used: () => 1 };
    expect(refused(facts({ quota }), 0)).toEqual([{ rule: AvailabilityRule.QUOTA_REACHED }]);
    expect(refused(facts({ quota: { ...quota, used: () => 0 } }), 0)).toEqual([]);
  });
});

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
