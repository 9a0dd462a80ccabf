import {
  offers,
  type EngineFacts,
  type Candidate,
  type Rules,
} from '../../../src/features/availability/engine/engine';
import { periodEnd, periodOf } from '../../../src/features/availability/facts/quota';
import { inTurn, type Tally } from '../../../src/features/availability/round-robin';
import { RoundRobin } from '../../../src/features/locations/round-robin';
import { QuotaType } from '../../../src/features/reasons/reason-enums';
import { MINUTE, HOUR } from './engine-properties.fixture';

describe('the engine in a repeated hour', () => {
  it('offers nothing before a window that begins in its second pass', () => {
    // Berlin, 2031-10-26: 02:00 to 03:00 is at 00:00Z and again at 01:00Z.
    const window = {
      startAt: Date.parse('2031-10-26T01:10:00Z'),
      endAt: Date.parse('2031-10-26T02:00:00Z'),
    };
    const rules: Rules = {
      durationMs: 10 * MINUTE,
      bufferBeforeMs: 0,
      bufferAfterMs: 0,
      stepMs: 5 * MINUTE,
      alignment: 'CLOCK',
      grid: true,
      timeZone: 'Europe/Berlin',
      earliest: 0,
      latest: 1e15,
    };
    const person: Candidate = {
      staffId: 1,
      timeZone: 'Europe/Berlin',
      barred: [],
      windows: [window],
      taken: [],
    };
    const facts: EngineFacts = {
      rules,
      barred: [],
      open: [window],
      offered: [window],
      people: [person],
      companions: [],
      quota: null,
      things: new Map(),
      needs: [],
      named: [],
    };
    const starts = [
      ...offers(facts, { startAt: window.startAt - 2 * HOUR, endAt: window.endAt }),
    ].map(({ startAt }) => startAt);
    expect(starts).toEqual(
      Array.from({ length: 9 }, (_, index) => window.startAt + index * 5 * MINUTE),
    );
  });
});

describe('periods of a quota', () => {
  it('consist of local days', () => {
    const days = (type: QuotaType, date: string) => [
      periodOf(type, date),
      periodEnd(type, periodOf(type, date)),
    ];
    expect(days(QuotaType.DAY, '2032-02-29')).toEqual(['2032-02-29', '2032-03-01']);
    expect(days(QuotaType.WEEK, '2031-01-05')).toEqual(['2030-12-30', '2031-01-06']);
    expect(days(QuotaType.WEEK, '2031-01-06')).toEqual(['2031-01-06', '2031-01-13']);
    expect(days(QuotaType.MONTH, '2031-12-31')).toEqual(['2031-12-01', '2032-01-01']);
    expect(days(QuotaType.YEAR, '2032-12-31')).toEqual(['2032-01-01', '2033-01-01']);
    expect(days(QuotaType.LIFETIME, '2032-12-31')).toEqual(['0001-01-01', '9999-12-31']);
  });
});

describe('round robin', () => {
  const serving = (...terms: [staffId: number, priority: number, weight: number][]) =>
    terms.map(([staffId, priority, weight]) => ({
      staffId,
      priority,
      weight,
      reasonId: 1,
      subjectId: staffId,
      timeZoneCode: 'UTC',
      price: null,
      durations: [],
    }));
  const deal = (people: ReturnType<typeof serving>, count: number): number[] => {
    const tallies: Tally[] = [];
    for (let turn = 1; turn <= count; turn += 1) {
      const [first] = inTurn(
        RoundRobin.BALANCED,
        people.map(({ staffId }) => staffId),
        { serving: people, tallies },
        Math.random,
      );
      const known = tallies.findIndex(({ staffId }) => staffId === first);
      const next = {
        staffId: first as number,
        count: (tallies[known]?.count ?? 0) + 1,
        lastAt: turn,
      };
      if (known < 0) tallies.push(next);
      else tallies[known] = next;
    }
    return people.map(({ staffId }) => tallies.find((one) => one.staffId === staffId)?.count ?? 0);
  };

  it('shares equally or by weight, and gives a lower priority nothing while a higher is free', () => {
    expect(deal(serving([1, 0, 100], [2, 0, 100], [3, 0, 100]), 300)).toEqual([100, 100, 100]);
    expect(deal(serving([1, 0, 200], [2, 0, 100]), 300)).toEqual([200, 100]);
    expect(deal(serving([1, 1, 100], [2, 0, 100]), 10)).toEqual([0, 10]);
  });

  it('prefers, among equals, the staff member who was booked longest ago, and keeps the order if the caller chooses', () => {
    const people = serving([1, 0, 100], [2, 0, 100], [3, 0, 100]);
    const tallies = [
      { staffId: 1, count: 1, lastAt: 30 },
      { staffId: 2, count: 1, lastAt: 10 },
      { staffId: 3, count: 1, lastAt: 20 },
    ];
    expect(
      inTurn(RoundRobin.COMBINED, [1, 2, 3], { serving: people, tallies }, Math.random),
    ).toEqual([2, 3, 1]);
    expect(inTurn(RoundRobin.NONE, [3, 1, 2], { serving: people, tallies }, Math.random)).toEqual([
      3, 1, 2,
    ]);
  });

  it('gives every order equal probability at random', () => {
    let state = 1;
    const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    const firsts = [0, 0, 0];
    for (let turn = 0; turn < 3_000; turn += 1)
      firsts[
        (inTurn(RoundRobin.RANDOM, [1, 2, 3], { serving: [], tallies: [] }, random)[0] as number) -
          1
      ]! += 1;
    for (const count of firsts) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });
});
