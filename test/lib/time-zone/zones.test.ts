import {
  canonicalTimeZone,
  MS_PER_DAY,
  MS_PER_HOUR,
  MS_PER_MINUTE,
  MS_PER_SECOND,
  offsetMinutes,
  timeZoneDataVersion,
  toInstant,
  toLocal,
  wallClock,
} from '../../../src/lib/time-zone';
import { at, local } from './time-zone.fixture';

it('counts milliseconds', () =>
  expect([MS_PER_SECOND, MS_PER_MINUTE, MS_PER_HOUR, MS_PER_DAY]).toEqual([
    1_000, 60_000, 3_600_000, 86_400_000,
  ]));

describe('canonicalTimeZone', () => {
  it.each([
    ['UTC', 'UTC'],
    [' utc\t', 'UTC'],
    ['gmt', 'UTC'],
    ['Cuba', 'Cuba'],
    ['MET', 'MET'],
    ['Zulu', 'Zulu'],
    ['PRC', 'PRC'],
    ['prc', 'Asia/Shanghai'],
    ['GMT+0', 'GMT+0'],
    ['Etc/GMT+5', 'Etc/GMT+5'],
    ['europe/berlin', 'Europe/Berlin'],
    ['EUROPE/BERLIN', 'Europe/Berlin'],
    ['US/Pacific', 'US/Pacific'],
    ['us/pacific', 'America/Los_Angeles'],
    ['US/pacific', 'America/Los_Angeles'],
    ['us/Pacific', 'America/Los_Angeles'],
    ['America/Argentina/ComodRivadavia', 'America/Argentina/ComodRivadavia'],
    ['America/argentina/ComodRivadavia', 'America/Catamarca'],
    ['America/Argentina/comodRivadavia', 'America/Catamarca'],
    ['america/north dakota/new salem', 'America/North_Dakota/New_Salem'],
  ])('%j is %s', (given, wanted) => expect(canonicalTimeZone(given)).toBe(wanted));
  it.each([
    '',
    '+02:00',
    '-0200',
    '+02',
    'GMT+02:00',
    'PST',
    'IST',
    'ACT',
    'Factory',
    'Etc/Unknown',
    'Mars/Olympus',
    'Europe/',
    '/Europe/Berlin',
    'Europe//Berlin',
    'Europe/Berlin/',
    'Europe/Berlin\0',
    '1UTC',
    `Europe/${'x'.repeat(60)}`,
  ])('%j is none', (given) => expect(canonicalTimeZone(given)).toBeNull());
});

it('names the version of the data', () => expect(timeZoneDataVersion()).toMatch(/^20\d\d[a-z]$/));

describe('offsetMinutes', () => {
  it.each([
    ['2030-01-31T12:00:00', 'UTC', 0],
    ['2030-01-31T12:00:00', 'Asia/Kathmandu', 345],
    ['2030-01-31T12:00:00', 'America/St_Johns', -210],
    ['2030-03-31T00:00:00', 'Europe/Berlin', 60],
    ['2030-03-31T00:59:00', 'Europe/Berlin', 60],
    ['2030-03-31T00:59:59.999', 'Europe/Berlin', 60],
    ['2030-03-31T01:00:00', 'Europe/Berlin', 120],
    ['2030-03-31T23:59:59.999', 'Europe/Berlin', 120],
    ['2030-03-30T23:59:59.999', 'Europe/Berlin', 60],
    ['2030-10-27T00:59:59.999', 'Europe/Berlin', 120],
    ['2030-10-27T01:00:00', 'Europe/Berlin', 60],
    ['2011-12-30T09:59:59.999', 'Pacific/Apia', -600],
    ['2011-12-30T10:00:00', 'Pacific/Apia', 840],
    // Before 1970, and offsets of seconds, which are rounded.
    ['1969-10-26T05:59:59', 'America/New_York', -240],
    ['1969-10-26T06:00:00', 'America/New_York', -300],
    ['1970-01-01T00:00:00', 'Africa/Monrovia', -44],
    ['1900-01-01T00:00:00', 'Asia/Kolkata', 321],
    ['1890-06-01T12:00:00', 'Europe/Paris', 9],
  ])('at %s in %s is %d', (time, zone, wanted) =>
    expect(offsetMinutes(at(time), zone)).toBe(wanted),
  );
  it('reads years before Christ', () =>
    expect([-1, -300].map((year) => offsetMinutes(Date.UTC(year, 5, 1), 'UTC'))).toEqual([0, 0]));
});

describe('toLocal and wallClock', () => {
  it.each([
    ['2030-01-31T12:34:56.789', 'UTC', '2030-01-31T12:34:56', 789],
    ['2030-01-31T23:30:00', 'Europe/Berlin', '2030-02-01T00:30:00', 0],
    ['2030-01-01T02:00:00', 'America/New_York', '2029-12-31T21:00:00', 0],
    ['1969-12-31T18:15:00.001', 'Asia/Kolkata', '1969-12-31T23:45:00', 1],
  ])('%s in %s is %s', (time, zone, clock, millisecond) => {
    const [date = '', hour, minute, second] = clock.split(/[T:]/);
    expect(toLocal(at(time), zone)).toEqual(
      local(date, Number(hour), Number(minute), Number(second), millisecond),
    );
    expect(wallClock(at(time), zone)).toBe(clock);
  });
});

describe('toInstant', () => {
  it.each([
    ['every unit', local('2030-01-31', 12, 34, 56, 789), 'UTC', '2030-01-31T12:34:56.789'],
    ['east', local('2030-06-01'), 'Asia/Kathmandu', '2030-05-31T18:15'],
    ['west', local('2030-01-31', 9), 'America/New_York', '2030-01-31T14:00'],
    [
      'before a gap',
      local('2030-03-31', 1, 59, 59, 999),
      'Europe/Berlin',
      '2030-03-31T00:59:59.999',
    ],
    ['the first of a gap', local('2030-03-31', 2), 'Europe/Berlin', '2030-03-31T01:00'],
    ['the last of a gap', local('2030-03-31', 2, 59), 'Europe/Berlin', '2030-03-31T01:59'],
    ['after a gap', local('2030-03-31', 3), 'Europe/Berlin', '2030-03-31T01:00'],
    ['hours before a gap', local('2030-03-30', 12), 'Europe/Berlin', '2030-03-30T11:00'],
    ['hours after a gap', local('2030-03-31', 12), 'Europe/Berlin', '2030-03-31T10:00'],
    ['before a repetition', local('2030-10-27', 1, 59), 'Europe/Berlin', '2030-10-26T23:59'],
    ['the first of a repetition', local('2030-10-27', 2), 'Europe/Berlin', '2030-10-27T00:00'],
    ['the last of a repetition', local('2030-10-27', 2, 59), 'Europe/Berlin', '2030-10-27T00:59'],
    ['after a repetition', local('2030-10-27', 3), 'Europe/Berlin', '2030-10-27T02:00'],
    [
      'a gap of half an hour',
      local('2030-10-06', 2, 15),
      'Australia/Lord_Howe',
      '2030-10-05T15:45',
    ],
    ['a gap at midnight', local('2018-11-04'), 'America/Sao_Paulo', '2018-11-04T03:00'],
    ['a skipped day', local('2011-12-30', 12), 'Pacific/Apia', '2011-12-30T22:00'],
  ])('%s', (_, clock, zone, wanted) => expect(toInstant(clock, zone)).toBe(at(wanted)));
});
