import {
  addDays,
  dayEnd,
  dayStart,
  endLocal,
  isLocalDate,
  localDay,
  MS_PER_DAY,
  MS_PER_MINUTE,
  parseLocalDateTime,
  startLocal,
} from '../../../src/lib/time-zone';
import { friendlyTime, lengthInWords, rangeText, supported, text } from '../../../src/lib/words';
import { at, local } from './time-zone.fixture';

describe('parseLocalDateTime', () => {
  it.each([
    ['2030-01-31T09:05', local('2030-01-31', 9, 5)],
    ['2030-01-31T23:59:59', local('2030-01-31', 23, 59, 59)],
    ['2030-01-31T00:00:00.001', local('2030-01-31', 0, 0, 0, 1)],
    ['2030-01-31T00:00:00.12', local('2030-01-31', 0, 0, 0, 120)],
    ['2030-01-31T00:00:00.5', local('2030-01-31', 0, 0, 0, 500)],
  ])('reads %s', (given, wanted) => expect(parseLocalDateTime(given)).toEqual(wanted));
  it.each([
    '',
    '2030-01-31',
    '2030-01-31 09:00',
    '2030-01-31T9:00',
    '2030-01-31T09:0',
    '2030-01-31T24:00',
    '2030-01-31T09:60',
    '2030-01-31T09:00:60',
    '2030-01-31T09:00:0',
    '2030-01-31T09:00:00.',
    '2030-01-31T09:00:00.0001',
    '2030-01-31T09:00Z',
    '2030-01-31T09:00+01:00',
    '2030-02-30T09:00',
    '1899-12-31T09:00',
    'x2030-01-31T09:00',
    '12030-01-31T09:00',
  ])('refuses %j', (given) => {
    let fault: unknown;
    try {
      parseLocalDateTime(given);
    } catch (error) {
      fault = error;
    }
    expect(fault).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: 'Send a wall-clock time without an offset, such as 2030-01-31T09:00.',
    });
  });
});

describe('isLocalDate', () => {
  it.each([
    ['2030-01-31', true],
    ['2032-02-29', true],
    ['1900-01-01', true],
    ['2200-12-31', true],
    ['1899-12-31', false],
    ['2201-01-01', false],
    ['2030-02-29', false],
    ['2030-02-30', false],
    ['2030-13-01', false],
    ['2030-00-01', false],
    ['2030-01-00', false],
    ['2030-01-32', false],
    ['2030-1-01', false],
    ['2030-01-1', false],
    ['20000-01-01', false],
    ['2030-01-310', false],
    ['2030-01-31T', false],
    ['', false],
  ])('%j: %s', (given, wanted) => expect(isLocalDate(given)).toBe(wanted));
});

describe('days', () => {
  it.each([
    ['2031-12-31', 1, '2032-01-01'],
    ['2032-03-01', -1, '2032-02-29'],
    ['2030-01-31', 0, '2030-01-31'],
    ['2030-01-01', 365, '2031-01-01'],
    // Once more, of the cache.
    ['2031-12-31', 1, '2032-01-01'],
  ])('addDays(%s, %d) is %s', (date, days, wanted) => expect(addDays(date, days)).toBe(wanted));

  it.each([
    ['2030-07-01', 'UTC', '2030-07-01T00:00', '2030-07-02T00:00', true, true],
    ['2030-07-01', 'America/New_York', '2030-07-01T04:00', '2030-07-02T04:00', true, true],
    ['2030-03-31', 'Europe/Berlin', '2030-03-30T23:00', '2030-03-31T22:00', true, false],
    ['2030-10-27', 'Europe/Berlin', '2030-10-26T22:00', '2030-10-27T23:00', true, false],
    // The clocks change in the evening, at midnight, and over a whole day.
    ['2030-03-30', 'America/Godthab', '2030-03-30T02:00', '2030-03-31T01:00', true, false],
    ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00', '2018-11-05T02:00', true, false],
    ['2018-11-03', 'America/Sao_Paulo', '2018-11-03T03:00', '2018-11-04T03:00', true, true],
    ['2011-12-30', 'Pacific/Apia', '2011-12-30T10:00', '2011-12-30T10:00', false, false],
    ['2011-12-29', 'Pacific/Apia', '2011-12-29T10:00', '2011-12-30T10:00', true, true],
    ['2011-12-31', 'Pacific/Apia', '2011-12-30T10:00', '2011-12-31T10:00', true, true],
  ])('%s in %s is from %s to %s', (date, zone, from, to, exists, isEven) => {
    expect(dayStart(date, zone)).toBe(at(from));
    expect(dayEnd(date, zone)).toBe(at(to));
    expect(localDay(date, zone)).toEqual({ exists, startAt: at(from), isEven });
    expect(localDay(date, zone)).toBe(localDay(date, zone));
  });
});

describe('caches', () => {
  it('have a key for each combination of arguments', () => {
    expect([addDays('2030-01-31', 1), addDays('2030-01-30', 1), addDays('2030-01-31', 2)]).toEqual([
      '2030-02-01',
      '2030-01-31',
      '2030-02-02',
    ]);
    expect(
      [
        localDay('2030-01-31', 'UTC'),
        localDay('2030-02-01', 'UTC'),
        localDay('2030-01-31', 'Asia/Kolkata'),
      ].map(({ startAt }) => startAt),
    ).toEqual([at('2030-01-31T00:00'), at('2030-02-01T00:00'), at('2030-01-30T18:30')]);
    expect([
      lengthInWords(5, 'en-US'),
      lengthInWords(6, 'en-US'),
      lengthInWords(5, 'de-DE'),
    ]).toEqual(['5 minutes', '6 minutes', '5 Minuten']);
  });
  it('keep a day while others are read', () => {
    const day = localDay('2030-01-31', 'UTC');
    localDay('2030-02-01', 'UTC');
    expect(localDay('2030-01-31', 'UTC')).toBe(day);
  });
});

describe('military time', () => {
  it.each([
    ['2030-06-01T04:15:00', '2030-06-01', 15, '2030-06-01', 15],
    ['2030-06-01T18:45:59', '2030-06-01', 1445, '2030-06-01', 1445],
    ['2030-06-01T04:00:00', '2030-06-01', 0, '2030-05-31', 2400],
    ['2030-06-02T03:59:00', '2030-06-01', 2359, '2030-06-01', 2359],
  ])('of %s', (time, startDate, start, endDate, end) => {
    expect(startLocal(at(time), 'America/New_York')).toEqual({ date: startDate, time: start });
    expect(endLocal(at(time), 'America/New_York')).toEqual({ date: endDate, time: end });
  });
});

describe('words', () => {
  const noon = at('2018-05-17T16:00:00');
  it.each([
    [
      'en-US',
      'Thursday, May 17, 2018 at 12:00 PM EDT',
      'Thursday, May 17, 2018 at 12:00 – 1:45 PM EDT',
    ],
    ['en-GB', 'Thursday, 17 May 2018 at 12:00 GMT-4', 'Thursday, 17 May 2018 at 12:00–13:45 GMT-4'],
    [
      'de-DE',
      'Donnerstag, 17. Mai 2018 um 12:00 GMT-4',
      'Donnerstag, 17. Mai 2018, 12:00–13:45 Uhr GMT-4',
    ],
    ['fr-FR', 'jeudi 17 mai 2018 à 12:00 UTC−4', 'jeudi 17 mai 2018, 12:00 – 13:45 UTC−4'],
    [
      'xx',
      'Thursday, May 17, 2018 at 12:00 PM EDT',
      'Thursday, May 17, 2018 at 12:00 – 1:45 PM EDT',
    ],
    [
      'not a locale',
      'Thursday, May 17, 2018 at 12:00 PM EDT',
      'Thursday, May 17, 2018 at 12:00 – 1:45 PM EDT',
    ],
  ])('of an instant and a range in %s', (locale, instant, range) => {
    expect(text(noon, 'America/New_York', locale)).toBe(instant);
    expect(rangeText(noon, noon + 105 * MS_PER_MINUTE, 'America/New_York', locale)).toBe(range);
  });
  it('abbreviate months in English only', () => {
    const january = at('2018-01-17T16:00:00');
    expect(text(january, 'UTC', 'en-US')).toBe('Wednesday, Jan 17, 2018 at 4:00 PM UTC');
    expect(text(january, 'UTC', 'de-DE')).toBe('Mittwoch, 17. Januar 2018 um 16:00 UTC');
  });
  it('of a range over two days name both', () =>
    expect(rangeText(noon, noon + MS_PER_DAY, 'UTC', 'en-US')).toBe(
      'Thursday, May 17, 2018 at 4:00 PM UTC – Friday, May 18, 2018 at 4:00 PM UTC',
    ));
  it.each([
    ['en-US', 0, '', ''],
    ['en-US', 1, '1 minute', '1 Minute'],
    ['en-US', 59, '59 minutes', '59 Minutes'],
    ['en-US', 60, '1 hour', '1 Hour'],
    ['en-US', 61, '1 hour 1 minute', '1 Hour 1 Minute'],
    ['en-US', 105, '1 hour 45 minutes', '1 Hour 45 Minutes'],
    ['en-US', 1440, '24 hours', '24 Hours'],
    ['es-ES', 105, '1 hora 45 minutos', '1 Hora 45 Minutos'],
    ['de-DE', 105, '1 Stunde, 45 Minuten', '1 Stunde, 45 Minuten'],
    ['sw', 105, 'saa 1 na dakika 45', 'Saa 1 Na Dakika 45'],
    ['xx', 105, '1 hour 45 minutes', '1 Hour 45 Minutes'],
  ])('of a length in %s: %d', (locale, minutes, words, heading) => {
    expect(lengthInWords(minutes, locale)).toBe(words);
    expect(lengthInWords(minutes, locale)).toBe(words);
    expect(friendlyTime(minutes, locale)).toBe(heading);
  });
  it.each([
    ['en-US', ['en-US']],
    ['DE-de', ['de-DE']],
    ['xx', []],
    ['not a locale', []],
  ])('supported(%s) is %j', (locale, wanted) => expect(supported(locale)).toEqual(wanted));
});
