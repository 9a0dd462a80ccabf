import * as fc from 'fast-check';
import {
  offers,
  refusals,
  type EngineFacts,
  type Candidate,
  type Rules,
} from '../../../src/features/availability/engine/engine';
import { workingWindows, type OwnedHours } from '../../../src/features/schedules/windows';
import { Weekday } from '../../../src/features/schedules/schedule-values';
import { addDays, dayStart } from '../../../src/lib/time-zone';
import { ZONES, minutes } from './cases';
import { MINUTE, HOUR } from './engine-properties.fixture';

/**
 * A second reference implementation, of steps, minute by minute: it knows clocks only, no windows,
 * offsets or days.
 */
const clocks = new Map<string, Intl.DateTimeFormat>();
const clockOf = (at: number, zone: string): { date: string; minutes: number } => {
  if (!clocks.has(zone))
    clocks.set(
      zone,
      new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' }),
    );
  const [date = '', time = ''] = (clocks.get(zone) as Intl.DateTimeFormat).format(at).split(' ');
  return { date, minutes: Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5)) };
};

function stepsByMinutes(
  { alignment, durationMs, stepMs, timeZone }: Rules,
  isOpen: (at: number) => boolean,
  from: number,
  to: number,
): number[] {
  const found: number[] = [];
  let [opened, lasts] = [Number.NaN, 0];
  const open: { at: number; opened: number }[] = [];
  for (let at = from; at < to; at += MINUTE) {
    if (!isOpen(at)) {
      open.length = 0;
      opened = Number.NaN;
      continue;
    }
    if (Number.isNaN(opened)) opened = at;
    open.push({ at, opened });
    lasts = durationMs / MINUTE;
    const first = open.at(-lasts);
    if (!first) continue;
    const isStep =
      alignment === 'WINDOW'
        ? (first.at - first.opened) % stepMs === 0
        : clockOf(first.at, timeZone).minutes % (stepMs / MINUTE) === 0;
    if (isStep) found.push(first.at);
  }
  return found;
}

describe('the steps of a window', () => {
  const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
  const NIGHTS: readonly [zone: string, date: string][] = [
    ...ZONES,
    ['Europe/Berlin', '2031-03-28'],
    ['Australia/Lord_Howe', '2031-04-05'],
    ['Antarctica/Troll', '2031-03-29'],
    ['Antarctica/Troll', '2031-10-25'],
    ['America/St_Johns', '2031-03-08'],
    ['America/New_York', '2031-11-01'],
    ['Asia/Kolkata', '2031-05-05'],
    ['Africa/Casablanca', '2026-02-14'],
    ['America/Santiago', '2031-09-06'],
  ];
  const stepping = (rules: Partial<Rules>): Rules => ({
    durationMs: HOUR,
    bufferBeforeMs: 0,
    bufferAfterMs: 0,
    stepMs: HOUR,
    alignment: 'WINDOW',
    grid: true,
    timeZone: 'UTC',
    earliest: Number.MIN_SAFE_INTEGER,
    latest: Number.MAX_SAFE_INTEGER,
    ...rules,
  });
  const EVERY_DAY = Object.values(Weekday);
  const periods = (...list: { start: number; end: number }[][]) =>
    ({
      periods: list.map((said) => ({
        validFrom: '2000-01-01',
        validTo: null,
        weekdays: EVERY_DAY,
        weeksOfMonth: [],
        ranges: said,
        locationId: null,
        reasonId: null,
      })),
      overrides: [],
      always: false,
    }) as unknown as OwnedHours;
  const offersOf = (
    rules: Rules,
    hours: OwnedHours,
    days: readonly [string, string],
    range: readonly [number, number],
  ) => {
    const windows = workingWindows(
      hours,
      { locationId: 1, reasonId: 1 },
      { from: days[0], to: days[1] },
      rules.timeZone,
    );
    const person: Candidate = {
      staffId: 1,
      timeZone: rules.timeZone,
      barred: [],
      windows,
      taken: [],
    };
    const facts: EngineFacts = {
      rules,
      barred: [],
      open: windows,
      offered: windows,
      people: [person],
      companions: [],
      quota: null,
      things: new Map(),
      needs: [],
      named: [],
    };
    const starts = [...offers(facts, { startAt: range[0], endAt: range[1] })].map(
      ({ startAt }) => startAt,
    );
    for (const start of starts) expect(refusals(facts, person, start)).toEqual([]);
    return starts;
  };

  it(`are those that clocks show, in every zone and for any requested range (SEED=${SEED})`, () => {
    let seen = 0;
    fc.assert(
      fc.property(
        fc.record({
          night: fc.constantFrom(...NIGHTS),
          pieces: fc.array(fc.tuple(minutes(24 * 60, 15), minutes(30 * 60, 15)), {
            minLength: 1,
            maxLength: 2,
          }),
          duration: minutes(180, 5),
          step: minutes(10 * 60, 5),
          alignment: fc.constantFrom('WINDOW' as const, 'CLOCK' as const),
          cut: fc.nat(72 * 60),
        }),
        ({ night: [timeZone, date], pieces, duration, step, alignment, cut }) => {
          const rules = stepping({
            timeZone,
            alignment,
            durationMs: Math.max(5, duration) * MINUTE,
            stepMs: Math.max(5, step) * MINUTE,
          });
          const said = pieces.map(([start, length]) => ({
            start: Math.min(start, 23 * 60),
            end: Math.min(start + Math.max(15, length), 36 * 60),
          }));
          // On two days only, so that no window began before the examined range.
          const days = [addDays(date, -1), addDays(date, 1)] as const;
          const hours = {
            ...periods(said),
            overrides: [-4, -3, -2, 2, 3, 4].map((day) => ({
              date: addDays(date, day),
              ranges: [],
              locationId: null,
            })),
          } as unknown as OwnedHours;
          const windows = workingWindows(
            hours,
            { locationId: 1, reasonId: 1 },
            { from: addDays(date, -3), to: addDays(date, 3) },
            timeZone,
          );
          const [from, to] = [
            dayStart(addDays(date, -2), timeZone),
            dayStart(addDays(date, 4), timeZone),
          ];
          const expected = stepsByMinutes(
            rules,
            (at) => windows.some(({ startAt, endAt }) => startAt <= at && at < endAt),
            from,
            to,
          );
          expect(
            offersOf(rules, hours, [addDays(days[0], -2), addDays(days[1], 2)], [from, to]),
          ).toEqual(expected);
          // A range that begins within a window gets the rest of its steps.
          const middle = dayStart(date, timeZone) + cut * MINUTE;
          expect(
            offersOf(rules, hours, [addDays(days[0], -2), addDays(days[1], 2)], [middle, to]),
          ).toEqual(expected.filter((at) => at >= middle));
          seen += expected.length;
        },
      ),
      { numRuns: 100, seed: SEED },
    );
    expect(seen).toBeGreaterThan(1_000);
  }, 120_000);

  const shown = (zone: string, starts: readonly number[]) =>
    starts
      .map((at) => clockOf(at, zone).minutes)
      .map(
        (all) =>
          `${String(Math.floor(all / 60)).padStart(2, '0')}:${String(all % 60).padStart(2, '0')}`,
      );

  it.each([
    [
      'a repeated hour has both of its passes',
      'America/New_York',
      '2031-11-02',
      { start: 105, end: 300 },
      60,
      ['01:00', '02:00', '03:00', '04:00'],
    ],
    [
      'a skipped hour is followed by the next multiple',
      'America/New_York',
      '2031-03-09',
      { start: 105, end: 360 },
      45,
      ['03:00', '03:45', '04:30', '05:15'],
    ],
    [
      'a multiple that is skipped is left out',
      'America/New_York',
      '2031-03-09',
      { start: 105, end: 360 },
      120,
      ['04:00'],
    ],
  ])('of a clock: %s', (_, zone, date, range, step, expected) => {
    const rules = stepping({
      alignment: 'CLOCK',
      stepMs: step * MINUTE,
      durationMs: 45 * MINUTE,
      timeZone: zone,
    });
    const hours = {
      ...periods(),
      overrides: [{ date, ranges: [range], locationId: null }],
    } as unknown as OwnedHours;
    const starts = shown(
      zone,
      offersOf(
        rules,
        hours,
        [date, date],
        [dayStart(date, zone), dayStart(addDays(date, 1), zone)],
      ),
    );
    expect(starts).toEqual(expected);
  });

  it('continue past midnight and through a night of 25 hours in windows longer than a day', () => {
    const zone = 'America/New_York';
    const rules = stepping({ stepMs: 7 * HOUR, durationMs: HOUR, timeZone: zone });
    const hours = {
      ...periods(),
      overrides: [
        { date: '2031-11-01', ranges: [{ start: 20 * 60, end: 24 * 60 }], locationId: null },
        { date: '2031-11-02', ranges: [{ start: 0, end: 20 * 60 }], locationId: null },
      ],
    } as unknown as OwnedHours;
    const origin = Date.parse('2031-11-02T00:00:00Z');
    expect(
      offersOf(rules, hours, ['2031-11-01', '2031-11-03'], [origin, origin + 48 * HOUR]),
    ).toEqual([0, 7, 14, 21].map((hour) => origin + hour * HOUR));
  });
});
