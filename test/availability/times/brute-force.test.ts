import * as fc from 'fast-check';
import { boundOf } from '../../../src/features/availability/engine/bounds';
import {
  offers,
  refusals,
  type EngineFacts,
  type Candidate,
  type Rules,
} from '../../../src/features/availability/engine/engine';
import { ALWAYS, union } from '../../../src/lib/intervals';
import { MINUTE, HOUR, at } from './availability.fixture';

jest.setTimeout(120_000);

describe('the engine', () => {
  const RULES: Rules = {
    durationMs: 90 * MINUTE,
    bufferBeforeMs: 0,
    bufferAfterMs: 0,
    stepMs: 90 * MINUTE,
    alignment: 'WINDOW',
    grid: true,
    timeZone: 'Europe/Berlin',
    earliest: 0,
    latest: Number.MAX_SAFE_INTEGER,
  };
  const window = (from: string, to: string) => ({ startAt: at(from), endAt: at(to) });
  const PERSON: Candidate = {
    staffId: 1,
    timeZone: 'Europe/Berlin',
    barred: [],
    windows: [],
    taken: [],
  };
  const FACTS: EngineFacts = {
    rules: RULES,
    barred: [],
    open: ALWAYS,
    offered: ALWAYS,
    people: [PERSON],
    companions: [],
    needs: [],
    named: [],
    things: new Map(),
    quota: null,
  };
  type Hours = {
    windows: { startAt: number; endAt: number }[];
    taken?: { startAt: number; endAt: number }[];
  };
  const person = ({ windows, taken = [] }: Hours): Candidate => ({
    ...PERSON,
    windows,
    taken: taken.map((one) => ({ ...one, units: 1, appointmentId: 1 })),
  });
  const starts = (
    rules: Partial<Rules>,
    hours: Hours,
    range = window('2031-01-01T00:00Z', '2031-12-31T00:00Z'),
  ) =>
    [...offers({ ...FACTS, rules: { ...RULES, ...rules }, people: [person(hours)] }, range)].map(
      ({ startAt }) => new Date(startAt).toISOString().slice(5, 16),
    );

  it('steps from the start of a window: 9 to 17 with 90 minutes', () => {
    expect(starts({}, { windows: [window('2031-02-03T08:00Z', '2031-02-03T16:00Z')] })).toEqual([
      '02-03T08:00',
      '02-03T09:30',
      '02-03T11:00',
      '02-03T12:30',
      '02-03T14:00',
    ]);
  });

  it('steps from the clock if the reason says so', () => {
    const windows = [window('2031-02-03T08:10Z', '2031-02-03T11:00Z')];
    expect(
      starts({ alignment: 'CLOCK', durationMs: HOUR, stepMs: 30 * MINUTE }, { windows }),
    ).toEqual(['02-03T08:30', '02-03T09:00', '02-03T09:30', '02-03T10:00']);
  });

  it('keeps buffers free, and lets adjacent intervals touch', () => {
    const windows = [window('2031-02-03T08:00Z', '2031-02-03T12:00Z')];
    const taken = [window('2031-02-03T09:00Z', '2031-02-03T10:00Z')];
    expect(starts({ durationMs: HOUR, stepMs: 30 * MINUTE }, { windows, taken })).toEqual([
      '02-03T08:00',
      '02-03T10:00',
      '02-03T10:30',
      '02-03T11:00',
    ]);
    expect(
      starts(
        { durationMs: HOUR, stepMs: 30 * MINUTE, bufferBeforeMs: 30 * MINUTE },
        { windows, taken },
      ),
    ).toEqual(['02-03T08:00', '02-03T10:30', '02-03T11:00']);
  });

  it('steps in elapsed time across a change of the UTC offset', () => {
    const night = window('2031-03-29T22:00Z', '2031-03-30T04:00Z');
    expect(starts({ durationMs: HOUR, stepMs: HOUR }, { windows: [night] })).toEqual([
      '03-29T22:00',
      '03-29T23:00',
      '03-30T00:00',
      '03-30T01:00',
      '03-30T02:00',
      '03-30T03:00',
    ]);
  });

  it('steps from the start of a window that lasts for weeks, for any requested range', () => {
    const windows = [window('2031-01-01T00:00Z', '2031-02-01T00:00Z')];
    const asked = (from: string) =>
      starts(
        { durationMs: 50 * MINUTE, stepMs: 50 * MINUTE },
        { windows },
        window(from, '2031-01-20T23:00Z'),
      ).filter((start) => start.startsWith('01-20'));
    // 548 steps of 50 minutes are 19 days and 40 minutes.
    expect(asked('2031-01-20T00:00Z').slice(0, 2)).toEqual(['01-20T00:40', '01-20T01:30']);
    expect(asked('2031-01-18T13:37Z')).toEqual(asked('2031-01-20T00:00Z'));
  });

  it('computes no more candidates than the caller consumes', () => {
    const range = window('2031-01-01T00:00Z', '2031-12-31T00:00Z');
    const rules = { ...RULES, durationMs: MINUTE, stepMs: MINUTE };
    const people = Array.from({ length: 50 }, (_, index) => ({
      ...person({ windows: [range] }),
      staffId: index + 1,
    }));
    const looked: number[] = [];
    const [first] = offers({ ...FACTS, rules, people }, range, {
      look: (free) => looked.push(free),
    });
    expect([first?.startAt, first?.staffIds.length, looked]).toEqual([range.startAt, 50, [50]]);
    const bound = boundOf();
    expect(() => [
      ...offers({ ...FACTS, rules, people }, range, {
        look: (free) => (looked.push(free), bound(free)),
      }),
    ]).toThrow('more units of staff and time than the limit of 100000');
    expect(looked).toHaveLength(2_002);
  });

  it('offers exactly what passes the check, by comparison with a brute-force implementation', () => {
    const interval = fc
      .tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 1, max: 90 }))
      .map(([start, length]) => ({ startAt: start * MINUTE, endAt: (start + length) * MINUTE }));
    fc.assert(
      fc.property(
        fc.array(interval, { maxLength: 5 }),
        fc.array(interval, { maxLength: 8 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 45 }),
        fc.integer({ min: 0, max: 15 }),
        fc.integer({ min: 0, max: 15 }),
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 200, max: 600 }),
        (hours, busy, duration, step, before, after, earliest, latest) => {
          const rules: Rules = {
            ...RULES,
            durationMs: duration * MINUTE,
            stepMs: step * MINUTE,
            bufferBeforeMs: before * MINUTE,
            bufferAfterMs: after * MINUTE,
            earliest: earliest * MINUTE,
            latest: latest * MINUTE,
          };
          const candidate = person({
            windows: union(hours),
            taken: busy.sort((one, other) => one.startAt - other.startAt),
          });
          const facts = { ...FACTS, rules, people: [candidate] };
          const offered = new Set(
            [...offers(facts, { startAt: 0, endAt: 700 * MINUTE })].map(
              ({ startAt }) => startAt / MINUTE,
            ),
          );
          for (let minute = 0; minute < 520; minute += 1) {
            const home = candidate.windows.find(
              ({ startAt, endAt }) =>
                startAt <= minute * MINUTE && (minute + duration) * MINUTE <= endAt,
            );
            const aligned = home !== undefined && (minute - home.startAt / MINUTE) % step === 0;
            const free = busy.every(
              ({ startAt, endAt }) =>
                endAt <= (minute - before) * MINUTE ||
                startAt >= (minute + duration + after) * MINUTE,
            );
            const expected = aligned && free && minute >= earliest && minute <= latest;
            if (
              offered.has(minute) !== expected ||
              (refusals(facts, candidate, minute * MINUTE).length === 0) !== expected
            )
              return false;
          }
          return true;
        },
      ),
      { numRuns: 300 },
    );
  });
});
