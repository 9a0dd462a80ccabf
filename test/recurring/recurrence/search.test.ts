import * as fc from 'fast-check';
import { addDays, parseLocalDateTime, toInstant } from '../../../src/lib/time-zone';
import { series } from './recurrence.fixture';

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Pacific/Chatham',
];
const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

/** Tests day after day against the rule. */
function naive(
  {
    freq,
    interval,
    weekdays,
    monthDay,
  }: { freq: string; interval: number; weekdays: readonly string[]; monthDay: number },
  first: string,
  count: number,
): string[] {
  const utc = (date: string) => new Date(`${date}T00:00:00Z`);
  const monday = (date: string) => Math.floor((utc(date).getTime() / 86_400_000 + 3) / 7);
  const month = (date: string) => utc(date).getUTCFullYear() * 12 + utc(date).getUTCMonth();
  const found: string[] = [];
  for (let day = 0; found.length < count && day < 2_000; day += 1) {
    const date = addDays(first, day);
    const means = {
      DAILY: () => day % interval === 0,
      WEEKLY: () =>
        (monday(date) - monday(first)) % interval === 0 &&
        weekdays.includes(WEEKDAYS[utc(date).getUTCDay()] as string),
      MONTHLY: () =>
        (month(date) - month(first)) % interval === 0 && utc(date).getUTCDate() === monthDay,
    }[freq] as () => boolean;
    if (means()) found.push(date);
  }
  return found;
}

it('equals a day-by-day search, strictly ascending and within bounds', () => {
  const rules = fc.record({
    freq: fc.constantFrom('DAILY', 'WEEKLY', 'MONTHLY'),
    interval: fc.integer({ min: 1, max: 4 }),
    weekdays: fc.subarray(WEEKDAYS, { minLength: 1 }),
    monthDay: fc.integer({ min: 1, max: 28 }),
    zone: fc.constantFrom(...ZONES),
    count: fc.integer({ min: 1, max: 14 }),
    day: fc.integer({ min: 0, max: 3_000 }),
    minutes: fc.integer({ min: 0, max: 24 * 60 - 1 }),
  });
  fc.assert(
    fc.property(rules, ({ zone, count, day, minutes, ...rule }) => {
      const first = addDays('2027-01-01', day);
      const time = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
      const by = {
        DAILY: '',
        WEEKLY: `;BYDAY=${rule.weekdays}`,
        MONTHLY: `;BYMONTHDAY=${rule.monthDay}`,
      }[rule.freq];
      const found = series(
        `FREQ=${rule.freq};INTERVAL=${rule.interval};COUNT=${count}${by}`,
        `${first}T${time}`,
        zone,
      );
      expect(found.map(({ localStart }) => localStart)).toEqual(
        naive(rule, first, count).map((date) => `${date}T${time}:00`),
      );
      expect(found.map(({ startAt }) => startAt)).toEqual(
        found.map(({ localStart }) => toInstant(parseLocalDateTime(localStart), zone)),
      );
      expect(
        found.every(
          ({ startAt }, index) =>
            index === 0 || startAt > (found[index - 1] as { startAt: number }).startAt,
        ),
      ).toBe(true);
    }),
    { numRuns: 500 },
  );
});
