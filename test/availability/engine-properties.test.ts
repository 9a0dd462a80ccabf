import * as fc from 'fast-check';
import { AvailabilityRule } from '../../src/features/availability/engine/rules';
import type { Need } from '../../src/features/availability/engine/allocation';
import {
  allocate,
  offers,
  refusals,
  type EngineFacts,
  type Candidate,
  type Rules,
  type Taken,
  type ResourcePool,
} from '../../src/features/availability/engine/engine';
import { periodEnd, periodOf } from '../../src/features/availability/facts/quota';
import { inTurn, type Tally } from '../../src/features/availability/round-robin';
import { RoundRobin } from '../../src/features/locations/round-robin';
import { QuotaType } from '../../src/features/reasons/reason-enums';
import { workingWindows, type OwnedHours } from '../../src/features/schedules/windows';
import { Weekday } from '../../src/features/schedules/schedule-values';
import { addDays, dayStart, toLocal } from '../../src/lib/time-zone';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/**
 * Around changes of the UTC offset, a gap of half an hour, an offset of a quarter of an hour, and a
 * skipped day.
 */
const ZONES: readonly [zone: string, date: string][] = [
  ['Europe/Berlin', '2031-03-29'],
  ['Europe/Berlin', '2031-10-25'],
  ['America/New_York', '2031-03-08'],
  ['Australia/Lord_Howe', '2031-10-04'],
  ['Asia/Kathmandu', '2031-05-05'],
  ['America/St_Johns', '2031-11-01'],
  ['Pacific/Apia', '2011-12-29'],
  ['UTC', '2031-01-01'],
];

interface Case {
  readonly facts: EngineFacts;
  readonly from: number;
  readonly to: number;
}

const minutes = (max: number, step = 5) =>
  fc.integer({ min: 0, max: max / step }).map((count) => count * step);

const ranges = fc
  .array(fc.tuple(minutes(26 * 60, 15), minutes(12 * 60, 15)), { minLength: 0, maxLength: 3 })
  .map((pairs) =>
    pairs
      .filter(([start, length]) => start < 24 * 60 && length > 0)
      .map(([start, length]) => ({ start, end: Math.min(start + length, 36 * 60) })),
  );

const owned = fc.record({
  ranges,
  weekdays: fc.subarray(Object.values(Weekday), { minLength: 1 }),
  always: fc.boolean(),
  closed: fc.option(fc.record({ day: fc.integer({ min: 0, max: 2 }), ranges }), { nil: null }),
});

const taken = (units: fc.Arbitrary<number>) =>
  fc.array(fc.tuple(minutes(3 * 24 * 60), minutes(6 * 60), units), { maxLength: 6 });

const cases: fc.Arbitrary<Case> = fc
  .record({
    zone: fc.constantFrom(...ZONES),
    personZone: fc.constantFrom('same', 'Asia/Tokyo', 'America/Los_Angeles'),
    place: owned,
    reason: owned,
    people: fc.array(fc.record({ hours: owned, taken: taken(fc.constant(1)) }), {
      minLength: 1,
      maxLength: 3,
    }),
    companion: fc.option(fc.record({ hours: owned, taken: taken(fc.constant(1)) }), {
      nil: null,
      freq: 4,
    }),
    duration: minutes(4 * 60).map((length) => Math.max(5, length)),
    before: minutes(30),
    after: minutes(30),
    step: minutes(90).map((length) => Math.max(5, length)),
    alignment: fc.constantFrom('WINDOW' as const, 'CLOCK' as const),
    grid: fc.boolean(),
    earliest: minutes(3 * 24 * 60),
    horizon: minutes(3 * 24 * 60),
    things: fc.array(
      fc.record({
        quantity: fc.integer({ min: 1, max: 3 }),
        hours: owned,
        taken: taken(fc.integer({ min: 1, max: 2 })),
      }),
      { maxLength: 3 },
    ),
    needs: fc.array(
      fc.array(
        fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 2 })), {
          minLength: 1,
          maxLength: 2,
        }),
        { minLength: 1, maxLength: 3 },
      ),
      { maxLength: 2 },
    ),
    named: fc.uniqueArray(fc.nat(2), { maxLength: 2 }),
    quota: fc.option(
      fc.record({
        limit: fc.integer({ min: 1, max: 3 }),
        type: fc.constantFrom(...Object.values(QuotaType)),
        used: fc.array(fc.nat(3), { minLength: 6, maxLength: 6 }),
      }),
      { nil: null, freq: 3 },
    ),
  })
  .map((given) => {
    const [timeZone, first] = given.zone;
    const origin = dayStart(first, timeZone);
    const days = { from: addDays(first, -1), to: addDays(first, 4) };
    const windowsOf = (
      { ranges: said, weekdays, always, closed }: typeof given.place,
      zone: string,
    ) =>
      workingWindows(
        {
          periods: [
            {
              validFrom: '2000-01-01',
              validTo: null,
              weekdays,
              weeksOfMonth: [],
              ranges: said,
              locationId: null,
              reasonId: null,
            },
          ],
          overrides: closed
            ? [{ date: addDays(first, closed.day), ranges: closed.ranges, locationId: null }]
            : [],
          always,
        } as unknown as OwnedHours,
        { locationId: 1, reasonId: 1 },
        days,
        zone,
      );
    const takenOf = (list: readonly (readonly [number, number, number])[]): Taken[] =>
      list
        .filter(([, length]) => length > 0)
        .map(([start, length, units], index) => ({
          startAt: origin + start * MINUTE,
          endAt: origin + (start + length) * MINUTE,
          units,
          appointmentId: index + 1,
        }))
        .sort((one, other) => one.startAt - other.startAt);
    const person = (
      { hours, taken: list }: (typeof given.people)[0],
      staffId: number,
    ): Candidate => {
      const zone = given.personZone === 'same' ? timeZone : given.personZone;
      return {
        staffId,
        timeZone: zone,
        barred: [],
        windows: windowsOf(hours, zone),
        taken: takenOf(list),
      };
    };
    const things = new Map(
      given.things.map(({ quantity, hours, taken: list }, index): [number, ResourcePool] => [
        index,
        {
          resourceId: index,
          subjectId: index,
          quantity,
          windows: windowsOf(
            { ...hours, always: hours.always || hours.ranges.length === 0 },
            timeZone,
          ),
          taken: takenOf(list),
        },
      ]),
    );
    const rules: Rules = {
      durationMs: given.duration * MINUTE,
      bufferBeforeMs: given.before * MINUTE,
      bufferAfterMs: given.after * MINUTE,
      stepMs: given.step * MINUTE,
      alignment: given.alignment,
      grid: given.grid,
      timeZone,
      earliest: given.grid ? origin + given.earliest * MINUTE : Number.MIN_SAFE_INTEGER,
      latest: given.grid
        ? origin + (given.earliest + given.horizon) * MINUTE
        : Number.MAX_SAFE_INTEGER,
    };
    const facts: EngineFacts = {
      rules,
      barred: [],
      open: windowsOf(given.place, timeZone),
      offered: windowsOf({ ...given.reason, always: true }, timeZone),
      people: given.people.map((one, index) => person(one, index + 1)),
      companions: given.companion ? [person(given.companion, 99)] : [],
      things,
      named: given.named,
      needs: given.needs.map((need) =>
        need.map((option) => option.map(([resourceId, units]) => ({ resourceId, units }))),
      ),
      quota: given.quota && {
        limit: given.quota.limit,
        periodOf: (date) => periodOf(given.quota!.type, date),
        used: (period) =>
          given.quota!.used[
            Math.abs([...period].reduce((sum, char) => sum * 31 + char.charCodeAt(0), 7)) % 6
          ] as number,
      },
    };
    return { facts, from: origin, to: origin + 3 * 24 * HOUR };
  });

/** A reference implementation without intervals: it tests every five minutes. */
const GRAIN = 5 * MINUTE;
const inside = (
  windows: readonly { startAt: number; endAt: number }[],
  from: number,
  to: number,
): boolean => {
  for (let at = from; at < to; at += GRAIN)
    if (!windows.some(({ startAt, endAt }) => startAt <= at && at < endAt)) return false;
  return true;
};
const load = (list: readonly Taken[], at: number): number =>
  list.reduce(
    (sum, { startAt, endAt, units }) => (startAt <= at && at < endAt ? sum + units : sum),
    0,
  );

function truths(
  { rules, open, offered, companions, needs, named, things, quota }: EngineFacts,
  person: Candidate,
  start: number,
): Set<AvailabilityRule> {
  const [end, from, to] = [
    start + rules.durationMs,
    start - rules.bufferBeforeMs,
    start + rules.durationMs + rules.bufferAfterMs,
  ];
  const found = new Set<AvailabilityRule>();
  if (start < rules.earliest) found.add(AvailabilityRule.NOTICE);
  if (start > rules.latest) found.add(AvailabilityRule.HORIZON);
  if (!inside(open, start, end)) found.add(AvailabilityRule.LOCATION_CLOSED);
  if (!inside(offered, start, end)) found.add(AvailabilityRule.REASON_NOT_OFFERED);
  for (const one of [person, ...companions]) {
    if (!inside(one.windows, start, end)) found.add(AvailabilityRule.STAFF_NOT_WORKING);
    for (let at = from; at < to; at += GRAIN)
      if (load(one.taken, at) > 0) found.add(AvailabilityRule.STAFF_TAKEN);
  }
  const picks = needs.reduce<Need>(
    (all, need) => all.flatMap((chosen) => need.map((option) => [...chosen, ...option])),
    [[]],
  );
  const beside = (takes: Need[number]) =>
    named.filter((id) => !takes.some(({ resourceId }) => resourceId === id));
  const fewest = Math.min(...picks.map((takes) => beside(takes).length));
  const choices = picks
    .filter((takes) => beside(takes).length === fewest)
    .map((takes) => [...takes, ...beside(takes).map((resourceId) => ({ resourceId, units: 1 }))]);
  const met = choices.some((takes) =>
    takes.every(({ resourceId }) => {
      const thing = things.get(resourceId);
      if (!thing || !inside(thing.windows, start, end)) return false;
      const wanted = takes.reduce(
        (sum, one) => (one.resourceId === resourceId ? sum + one.units : sum),
        0,
      );
      for (let at = from; at < to; at += GRAIN)
        if (load(thing.taken, at) + wanted > thing.quantity) return false;
      return true;
    }),
  );
  if (!met) found.add(AvailabilityRule.RESOURCE_TAKEN);
  if (quota && quota.used(quota.periodOf(toLocal(start, person.timeZone).date)) >= quota.limit)
    found.add(AvailabilityRule.QUOTA_REACHED);
  return found;
}

describe('the engine, with all rules', () => {
  const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

  it(`offers what passes every rule and nothing else, and each refusal is true (SEED=${SEED})`, () => {
    let [offered, refused] = [0, 0];
    fc.assert(
      fc.property(cases, ({ facts, from, to }) => {
        const found = new Map(
          [...offers(facts, { startAt: from, endAt: to })].map((offer) => [offer.startAt, offer]),
        );
        for (const person of facts.people) {
          for (let start = from; start < to; start += 55 * MINUTE) check(start);
          for (const start of found.keys()) check(start);
          function check(start: number) {
            const said = refusals(facts, person, start).map(({ rule }) => rule);
            const truth = truths(facts, person, start);
            const isOffered = found.get(start)?.staffIds.includes(person.staffId) ?? false;
            const aligned = !said.includes(AvailabilityRule.NOT_ALIGNED);
            const given = new Set(said.filter((rule) => rule !== AvailabilityRule.NOT_ALIGNED));
            // Refusal reasons are sound and complete. An offered start has none; a start that is
            // not offered to clients has one.
            const same = given.size === truth.size && [...given].every((rule) => truth.has(rule));
            if (
              !same ||
              (isOffered && said.length > 0) ||
              (!isOffered && facts.rules.grid && said.length === 0) ||
              (isOffered && !aligned)
            ) {
              throw new Error(
                `${new Date(start).toISOString()} for ${person.staffId}: offered ${isOffered}, reported ${said.join()}, true ${[...truth].join()}`,
              );
            }
            if (isOffered) offered += 1;
            else refused += 1;
          }
        }
        return true;
      }),
      { numRuns: 2_000, seed: SEED },
    );
    // Both outcomes occurred.
    expect(Math.min(offered, refused)).toBeGreaterThan(1_000);
  }, 120_000);

  it('takes no more of a resource than its capacity, and an offered start names its resources', () => {
    fc.assert(
      fc.property(cases, ({ facts, from, to }) => {
        for (const { startAt, takes } of offers(facts, { startAt: from, endAt: to })) {
          expect(takes).toEqual(allocate(facts, startAt));
          for (const { resourceId, units } of takes) {
            for (
              let at = startAt - facts.rules.bufferBeforeMs;
              at < startAt + facts.rules.durationMs + facts.rules.bufferAfterMs;
              at += GRAIN
            ) {
              expect(
                load((facts.things.get(resourceId) as ResourcePool).taken, at) + units,
              ).toBeLessThanOrEqual((facts.things.get(resourceId) as ResourcePool).quantity);
            }
          }
        }
      }),
      { numRuns: 300, seed: SEED },
    );
  });

  it('tries another option if the first leaves nothing for the next need', () => {
    const open = [{ startAt: 0, endAt: 10 * HOUR }];
    const thing = (resourceId: number): [number, ResourcePool] => [
      resourceId,
      { resourceId, subjectId: resourceId, quantity: 1, windows: open, taken: [] },
    ];
    const rules: Rules = {
      durationMs: HOUR,
      bufferBeforeMs: 0,
      bufferAfterMs: 0,
      stepMs: HOUR,
      alignment: 'WINDOW',
      grid: true,
      timeZone: 'UTC',
      earliest: 0,
      latest: 1e15,
    };
    const facts: EngineFacts = {
      rules,
      barred: [],
      open,
      offered: open,
      people: [],
      companions: [],
      quota: null,
      named: [],
      things: new Map([thing(1), thing(2)]),
      needs: [
        [[{ resourceId: 1, units: 1 }], [{ resourceId: 2, units: 1 }]],
        [[{ resourceId: 1, units: 1 }]],
      ],
    };
    expect(allocate(facts, 0)).toEqual(
      expect.arrayContaining([
        { resourceId: 2, units: 1 },
        { resourceId: 1, units: 1 },
      ]),
    );
    expect(
      allocate({ ...facts, needs: [...facts.needs, [[{ resourceId: 2, units: 1 }]]] }, 0),
    ).toBeNull();
    // A named resource meets the need that leaves the other named one its own, in any order of
    // names.
    const either = {
      ...facts,
      needs: [
        [[{ resourceId: 1, units: 1 }], [{ resourceId: 2, units: 1 }]],
        [[{ resourceId: 1, units: 1 }]],
      ],
    };
    for (const named of [[1, 2], [2, 1], [1], [2], []])
      expect(allocate({ ...either, named }, 0)).toEqual([
        { resourceId: 2, units: 1 },
        { resourceId: 1, units: 1 },
      ]);
    // Twelve needs that any of eleven resources could meet: refused quickly.
    const ids = Array.from({ length: 11 }, (_, id) => id + 1);
    const crowded = {
      ...facts,
      things: new Map(ids.map(thing)),
      needs: Array.from({ length: 12 }, () => ids.map((resourceId) => [{ resourceId, units: 1 }])),
    };
    for (let start = 0; start < 9 * HOUR; start += 60_000)
      expect(allocate(crowded, start)).toBeNull();
    // With one need fewer each resource meets one; the last need has a single choice.
    const exact = {
      ...crowded,
      needs: [...crowded.needs.slice(0, 10), [[{ resourceId: 1, units: 1 }]]],
    };
    expect(new Set(allocate(exact, 0)?.map(({ resourceId }) => resourceId))).toEqual(new Set(ids));
    for (const named of [ids, [...ids].reverse()])
      expect(allocate({ ...exact, named }, 0)).toHaveLength(11);
    expect(allocate({ ...crowded, named: ids }, 0)).toBeNull();
  });
});

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

  it('continue past midnight and through a night of 25 hours, from the start of a window that is longer than a day', () => {
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

  it('gives equal staff equal shares, weights their proportion, and a lower priority nothing while a higher one is free', () => {
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
