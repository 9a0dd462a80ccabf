import * as fc from 'fast-check';
import {
  type EngineFacts,
  type Candidate,
  type Rules,
  type Taken,
  type ResourcePool,
} from '../../../src/features/availability/engine/engine';
import { periodOf } from '../../../src/features/availability/facts/quota';
import { QuotaType } from '../../../src/features/reasons/reason-enums';
import { workingWindows, type OwnedHours } from '../../../src/features/schedules/windows';
import { Weekday } from '../../../src/features/schedules/schedule-values';
import { addDays, dayStart } from '../../../src/lib/time-zone';
import { MINUTE, HOUR } from './engine-properties.fixture';

/**
 * Around changes of the UTC offset, a gap of half an hour, an offset of a quarter of an hour, and a
 * skipped day.
 */
export const ZONES: readonly [zone: string, date: string][] = [
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

export const minutes = (max: number, step = 5) =>
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

export const cases: fc.Arbitrary<Case> = fc
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
