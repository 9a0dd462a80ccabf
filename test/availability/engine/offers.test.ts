import {
  offers,
  type EngineFacts,
  type Quota,
} from '../../../src/features/availability/engine/engine';
import { type Interval } from '../../../src/lib/intervals';
import {
  MINUTE,
  BASE,
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

const minuteOf = (instant: number): number => (instant - BASE) / MINUTE;
const ALL = span(0, 1_000);

const offered = (of: EngineFacts, interval: Interval = ALL) =>
  [...offers(of, interval)].map(({ startAt, staffIds }) => [minuteOf(startAt), ...staffIds]);

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
