import { RRuleTemporal } from 'rrule-temporal';
import { DomainError } from '../../../src/errors';
import {
  boundedRule,
  formatRule,
  MAX_OCCURRENCES,
  occurrencesOf,
  parseRule,
  type Recurrence,
} from '../../../src/lib/recurrence';
import { series } from './recurrence.fixture';

const days = (...given: Parameters<typeof series>) =>
  series(...given).map(({ localStart }) => localStart.slice(0, 10));
const messageOf = (recurrence: Recurrence): string => {
  try {
    occurrencesOf(recurrence);
  } catch (error) {
    if (
      error instanceof DomainError &&
      error.code === 'BAD_USER_INPUT' &&
      String(error.details.path) === 'input,rrule'
    )
      return error.message;
    throw error;
  }
  return '';
};

/**
 * Five for each of the 20,000 candidates that a rule may evaluate; the longest rule below takes
 * 60,340.
 */
const MAX_DATE_STEPS = 100_000;

/** Counts calls and reads of the dates of the rule's library while `run` runs. */
function countSteps(run: () => void): number {
  const [date] = new RRuleTemporal({
    rruleString: 'DTSTART:20300107T090000Z\nRRULE:FREQ=DAILY;COUNT=1',
  }).all();
  const prototype = Object.getPrototypeOf(date) as object;
  const originals = Object.entries(Object.getOwnPropertyDescriptors(prototype)).filter(
    ([name, { configurable }]) => configurable && name !== 'constructor',
  );
  let steps = 0;
  const counted = <F extends (...args: any[]) => unknown>(method: F) =>
    function (this: unknown, ...args: unknown[]) {
      steps += 1;
      return method.apply(this, args);
    };
  for (const [name, { get, value, ...rest }] of originals) {
    if (get) Object.defineProperty(prototype, name, { ...rest, get: counted(get) });
    else if (typeof value === 'function')
      Object.defineProperty(prototype, name, { ...rest, value: counted(value) });
  }
  try {
    run();
    return steps;
  } finally {
    for (const [name, descriptor] of originals) Object.defineProperty(prototype, name, descriptor);
  }
}

describe('a rule', () => {
  it.each([
    [
      'the start if the rule matches it',
      'FREQ=WEEKLY;BYDAY=MO,WE;COUNT=3',
      '2030-01-07',
      ['2030-01-07', '2030-01-09', '2030-01-14'],
    ],
    [
      'else the first match after it',
      'FREQ=WEEKLY;BYDAY=MO,WE;COUNT=2',
      '2030-01-08',
      ['2030-01-09', '2030-01-14'],
    ],
    [
      'every other week from the start of the week',
      'FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU;COUNT=4',
      '2030-01-07',
      ['2030-01-07', '2030-01-20', '2030-01-21', '2030-02-03'],
    ],
    [
      'only months that have the day',
      'FREQ=MONTHLY;COUNT=3',
      '2030-01-31',
      ['2030-01-31', '2030-03-31', '2030-05-31'],
    ],
    [
      'the last of a weekday',
      'FREQ=MONTHLY;BYDAY=-1FR;COUNT=2',
      '2030-01-01',
      ['2030-01-25', '2030-02-22'],
    ],
    [
      'the last working day',
      'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2',
      '2030-01-01',
      ['2030-01-31', '2030-02-28'],
    ],
    [
      'a day in every leap year within five years',
      'FREQ=YEARLY;COUNT=2',
      '2032-02-29',
      ['2032-02-29', '2036-02-29'],
    ],
    [
      'UNTIL a day, with all of it',
      'FREQ=DAILY;UNTIL=20300103',
      '2030-01-01',
      ['2030-01-01', '2030-01-02', '2030-01-03'],
    ],
    [
      'UNTIL an instant, itself included',
      'FREQ=DAILY;UNTIL=20300103T080000Z',
      '2030-01-01',
      ['2030-01-01', '2030-01-02', '2030-01-03'],
    ],
    [
      'UNTIL an instant, not after it',
      'FREQ=DAILY;UNTIL=20300103T075959Z',
      '2030-01-01',
      ['2030-01-01', '2030-01-02'],
    ],
    [
      'UNTIL a wall clock, itself included',
      'FREQ=DAILY;UNTIL=20300103T090000',
      '2030-01-01',
      ['2030-01-01', '2030-01-02', '2030-01-03'],
    ],
    [
      'UNTIL a wall clock, not after it',
      'FREQ=DAILY;UNTIL=20300103T085959',
      '2030-01-01',
      ['2030-01-01', '2030-01-02'],
    ],
    [
      'the prefix and the case do not matter',
      'rrule:freq=daily;count=2',
      '2030-01-01',
      ['2030-01-01', '2030-01-02'],
    ],
  ])('yields %s', (_name, rrule, date, expected) =>
    expect(days(rrule, `${date}T09:00`, 'Europe/Berlin')).toEqual(expected),
  );

  it('without an end takes the given count, which its normal form then contains', () => {
    expect(days('FREQ=DAILY', '2030-01-01T09:00', 'UTC', 2)).toEqual(['2030-01-01', '2030-01-02']);
    expect(boundedRule('rrule:byday=mo;freq=weekly', 5)).toBe('FREQ=WEEKLY;COUNT=5;BYDAY=MO');
    expect(formatRule(parseRule('COUNT=3;FREQ=DAILY'))).toBe('FREQ=DAILY;COUNT=3');
  });

  it.each([
    ['nothing', '', 'cannot contain'],
    ['words', 'every monday', 'cannot contain'],
    ['an unknown part', 'FREQ=DAILY;COUNT=2;X-A=1', 'cannot contain "X-A=1"'],
    ['no frequency', 'COUNT=2', 'no FREQ'],
    ['a part twice', 'FREQ=DAILY;COUNT=2;COUNT=3', 'COUNT twice'],
    ['two ends', 'FREQ=DAILY;COUNT=2;UNTIL=20300101', 'not by both'],
    ['an hour', 'FREQ=HOURLY;COUNT=2', 'daily at most'],
    ['a second', 'FREQ=SECONDLY;COUNT=2', 'daily at most'],
    ['no end', 'FREQ=DAILY', 'never ends'],
    ['no interval', 'FREQ=DAILY;INTERVAL=0;COUNT=2', 'cannot contain "INTERVAL=0"'],
    ['no such day', 'FREQ=DAILY;BYMONTHDAY=32;COUNT=2', 'cannot contain'],
    ['no such UNTIL', 'FREQ=DAILY;UNTIL=20301301', 'not a calendar day'],
    ['a second DTSTART', 'FREQ=DAILY;COUNT=2\nDTSTART:20300101T000000Z', 'cannot contain'],
    ['parts that do not go together', 'FREQ=WEEKLY;BYMONTHDAY=3;COUNT=2', 'contradict each other'],
    ['too many', `FREQ=DAILY;COUNT=${MAX_OCCURRENCES + 1}`, 'at most 200'],
    ['too many until', 'FREQ=DAILY;UNTIL=20310101', 'more than 200'],
    ['too long', 'FREQ=YEARLY;COUNT=7', 'yields 6 of 7'],
    ['an end before the start', 'FREQ=DAILY;UNTIL=20200101', 'yields no occurrence'],
    ['the 30th of February', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=1', 'yields no occurrence'],
    ['the same, day by day', 'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=1', 'yields no occurrence'],
    ['a sixth Monday', 'FREQ=MONTHLY;BYDAY=6MO;COUNT=1', 'yields no occurrence'],
    ['a place that no day has', 'FREQ=DAILY;BYHOUR=1,2;BYSETPOS=5;COUNT=1', 'yields no occurrence'],
    [
      'every minute of days that never come',
      `FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31;BYHOUR=1,2,3,4,5,6,7;BYMINUTE=${Array.from({ length: 60 }, (_, minute) => minute)};COUNT=1`,
      'yields',
    ],
    [
      'a place among all minutes',
      `FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=1,2,3,4,5,6,7;BYMINUTE=${Array.from({ length: 60 }, (_, minute) => minute)};BYSETPOS=366;COUNT=200`,
      'yields 5 of 200',
    ],
    ['half a megabyte', `FREQ=DAILY;BYHOUR=${'1,'.repeat(250_000)}1;COUNT=1`, 'at most 500'],
  ])('is refused after bounded work for %s', (_name, rrule, why) => {
    const steps = countSteps(() =>
      expect(
        messageOf({ rrule, localStart: '2030-01-07T09:00', timeZone: 'Europe/Berlin' }),
      ).toContain(why),
    );

    expect(steps).toBeLessThan(MAX_DATE_STEPS);
  });

  it('is refused with a count in addition to its own', () =>
    expect(
      messageOf({
        rrule: 'FREQ=DAILY;COUNT=2',
        localStart: '2030-01-07T09:00',
        timeZone: 'UTC',
        count: 2,
      }),
    ).toContain('omit count'));
});
