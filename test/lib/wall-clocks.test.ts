import * as fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import {
  addDays,
  canonicalTimeZone,
  dayEnd,
  dayStart,
  endLocal,
  isLocalDate,
  MS_PER_HOUR,
  offsetMinutes,
  parseLocalDateTime,
  startLocal,
  toInstant,
  toLocal,
} from '../../src/lib/time-zone';
import { text } from '../../src/lib/words';

const ZONES = [
  'UTC',
  'America/New_York',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'America/Sao_Paulo',
  'Africa/Casablanca',
  'Pacific/Kiritimati',
  'Antarctica/Troll',
  'America/St_Johns',
  'Asia/Tehran',
  'Pacific/Chatham',
  'Europe/Dublin',
];
const at = (local: string, zone: string) =>
  new Date(toInstant(parseLocalDateTime(local), zone)).toISOString();

describe('wall clocks', () => {
  it.each([
    ['an ordinary winter day', '2030-01-31T09:00', 'America/New_York', '2030-01-31T14:00:00.000Z'],
    [
      'an hour skipped: forward by the gap',
      '2030-03-10T02:30',
      'America/New_York',
      '2030-03-10T07:30:00.000Z',
    ],
    ['the first instant of a gap', '2030-03-31T02:00', 'Europe/Berlin', '2030-03-31T01:00:00.000Z'],
    [
      'a repeated hour: the first pass',
      '2030-11-03T01:30',
      'America/New_York',
      '2030-11-03T05:30:00.000Z',
    ],
    [
      'half an hour repeated',
      '2030-04-07T01:45',
      'Australia/Lord_Howe',
      '2030-04-06T14:45:00.000Z',
    ],
    ['half an hour skipped', '2030-10-06T02:15', 'Australia/Lord_Howe', '2030-10-05T15:45:00.000Z'],
    ['a gap at midnight', '2018-11-04T00:00', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
    ['a skipped day', '2011-12-30T12:00', 'Pacific/Apia', '2011-12-30T22:00:00.000Z'],
    ['a quarter of an hour', '2030-06-01T00:00', 'Asia/Kathmandu', '2030-05-31T18:15:00.000Z'],
    ['two hours skipped', '2030-03-31T01:30', 'Antarctica/Troll', '2030-03-31T01:30:00.000Z'],
  ])('%s', (_name, local, zone, instant) => expect(at(local, zone)).toBe(instant));

  it.each([
    ['2030-03-10', 'America/New_York', 23],
    ['2030-11-03', 'America/New_York', 25],
    ['2030-07-01', 'America/New_York', 24],
    ['2030-04-07', 'Australia/Lord_Howe', 24.5],
    ['2030-10-06', 'Australia/Lord_Howe', 23.5],
    ['2011-12-30', 'Pacific/Apia', 0],
  ])('%s in %s has %d hours', (date, zone, hours) =>
    expect((dayEnd(date, zone) - dayStart(date, zone)) / MS_PER_HOUR).toBe(hours),
  );

  it('agree with Temporal at every instant and for every wall clock', () => {
    const instants = fc
      .integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2060, 0, 1) })
      .map((ms) => Math.floor(ms / 60_000) * 60_000);
    fc.assert(
      fc.property(instants, fc.constantFrom(...ZONES), (instant, zone) => {
        const expected = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
        const local = toLocal(instant, zone);
        expect([local.date, local.hour, local.minute, offsetMinutes(instant, zone)]).toEqual([
          expected.toPlainDate().toString(),
          expected.hour,
          expected.minute,
          expected.offsetNanoseconds / 6e10,
        ]);
        expect(toInstant(local, zone)).toBe(
          expected.toPlainDateTime().toZonedDateTime(zone, { disambiguation: 'compatible' })
            .epochMilliseconds,
        );
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('military time', () => {
  it.each([
    ['2030-06-01T04:15:00Z', 15],
    ['2030-06-01T18:45:00Z', 1445],
    ['2030-06-01T04:00:00Z', 0],
  ])('of a start at %s is %d', (instant, time) =>
    expect(startLocal(Date.parse(instant), 'America/New_York')).toEqual({
      date: '2030-06-01',
      time,
    }),
  );
  it('of an end at midnight is 2400 of the day before', () =>
    expect(endLocal(Date.parse('2030-06-01T04:00:00Z'), 'America/New_York')).toEqual({
      date: '2030-05-31',
      time: 2400,
    }));
});

describe('time zones by name', () => {
  it.each([
    ['America/New York', 'America/New_York'],
    ['europe/berlin', 'Europe/Berlin'],
    ['UTC', 'UTC'],
    ['Asia/Kolkata', 'Asia/Kolkata'],
    ['Asia/Calcutta', 'Asia/Calcutta'],
    ['Europe/Kyiv', 'Europe/Kyiv'],
    ['Etc/GMT+5', 'Etc/GMT+5'],
    ['Japan', 'Japan'],
  ])('%s is %s', (given, name) => expect(canonicalTimeZone(given)).toBe(name));
  it.each([
    '',
    '+02:00',
    'Mars/Olympus',
    'America/',
    '../etc/passwd',
    'x'.repeat(100),
    'GMT+2h',
    'PST',
    'IST',
    'AST',
    'BST',
  ])('%s is refused', (given) => expect(canonicalTimeZone(given)).toBeNull());
});

describe('days of the calendar', () => {
  it.each([
    ['2030-01-31', true],
    ['2032-02-29', true],
    ['2030-02-29', false],
    ['1899-12-31', false],
    ['2200-12-31', true],
    ['2201-01-01', false],
    ['20000-01-01', false],
    ['2030-1-1', false],
  ])('%s: %s', (date, is) => expect(isLocalDate(date)).toBe(is));
  it('follow each other', () =>
    expect([addDays('2031-12-31', 1), addDays('2032-03-01', -1)]).toEqual([
      '2032-01-01',
      '2032-02-29',
    ]));
});

describe('readable dates', () => {
  const noon = Date.parse('2018-05-17T16:00:00Z');
  it.each([
    ['en-US', 'Thursday, May 17, 2018 at 12:00 PM EDT'],
    ['de-DE', 'Donnerstag, 17. Mai 2018 um 12:00 GMT-4'],
    ['fr-FR', 'jeudi 17 mai 2018 à 12:00 UTC−4'],
    ['xx-unknown-', 'Thursday, May 17, 2018 at 12:00 PM EDT'],
  ])('in %s are %s', (locale, words) => expect(text(noon, 'America/New_York', locale)).toBe(words));
});
