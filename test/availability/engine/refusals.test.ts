import {
  isBarred,
  refusals,
  type Candidate,
  type EngineFacts,
  type Quota,
  type Rules,
} from '../../../src/features/availability/engine/engine';
import { AvailabilityRule } from '../../../src/features/availability/engine/rules';
import {
  MINUTE,
  at,
  span,
  taken,
  person,
  pool,
  need,
  facts,
  pools,
  BARRED,
} from './engine.fixture';

const refused = (of: EngineFacts, minute: number, one = of.people[0] as Candidate) =>
  refusals(of, one, at(minute));
const rulesOf = (of: EngineFacts, minute: number) => refused(of, minute).map(({ rule }) => rule);

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
