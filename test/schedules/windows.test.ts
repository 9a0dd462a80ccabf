import { Weekday, WeekOfMonth } from '../../src/features/schedules/schedule-values';
import {
  outside,
  windowStart,
  workingWindows,
  type OwnedHours,
} from '../../src/features/schedules/windows';

const EVERY_DAY = Object.values(Weekday);
const purpose = { locationId: 1, reasonId: 1 };
const nine = [{ start: 540, end: 1020 }];
const period = (given: object) => ({
  validFrom: '2000-01-01',
  validTo: null,
  weekdays: EVERY_DAY,
  weeksOfMonth: [],
  ranges: nine,
  locationId: null,
  reasonId: null,
  ...given,
});
const hours = (periods: object[], overrides: object[] = [], always = false) =>
  ({
    periods: periods.map(period),
    overrides: overrides.map((one) => ({ ranges: [], locationId: null, ...one })),
    always,
  }) as unknown as OwnedHours;
const shown = (given: OwnedHours, from: string, to: string, zone = 'UTC', whom = purpose) =>
  workingWindows(given, whom, { from, to }, zone).map(({ startAt, endAt }) => [
    new Date(startAt).toISOString().slice(0, 16),
    new Date(endAt).toISOString().slice(0, 16),
  ]);

describe('working windows', () => {
  it('follow the weekdays and the days of a period, the day before included', () => {
    expect(
      shown(
        hours([{ weekdays: [Weekday.MONDAY, Weekday.WEDNESDAY], validTo: '2031-01-08' }]),
        '2031-01-06',
        '2031-01-15',
      ),
    ).toEqual([
      ['2031-01-06T09:00', '2031-01-06T17:00'],
      ['2031-01-08T09:00', '2031-01-08T17:00'],
    ]);
    expect(shown(hours([{}]), '2031-01-06', '2031-01-06')).toHaveLength(2);
  });

  it.each([
    [[WeekOfMonth.FIRST], ['2031-01-06']],
    [[WeekOfMonth.SECOND], ['2031-01-13']],
    [
      [WeekOfMonth.FOURTH, WeekOfMonth.FIRST],
      ['2031-01-06', '2031-01-27'],
    ],
    [[WeekOfMonth.LAST], ['2031-01-27']],
    [[], ['2031-01-06', '2031-01-13', '2031-01-20', '2031-01-27']],
  ])('apply to %j of the month', (weeksOfMonth, dates) => {
    expect(
      shown(hours([{ weekdays: [Weekday.MONDAY], weeksOfMonth }]), '2031-01-01', '2031-01-31').map(
        ([start]) => start?.slice(0, 10),
      ),
    ).toEqual(dates);
  });

  it('have a last week that is the fifth, or else the fourth', () => {
    const of = (week: WeekOfMonth) =>
      shown(
        hours([{ weekdays: [Weekday.THURSDAY], weeksOfMonth: [week] }]),
        '2031-01-02',
        '2031-01-31',
      ).map(([start]) => start?.slice(0, 10));
    expect(of(WeekOfMonth.LAST)).toEqual(['2031-01-30']);
    expect(of(WeekOfMonth.FOURTH)).toEqual(['2031-01-23']);
  });

  it('run past midnight, up to 24:00, and merge if they touch or overlap', () => {
    expect(
      shown(
        hours([
          { weekdays: [Weekday.MONDAY], ranges: [{ start: 1320, end: 1560 }] },
          {
            weekdays: [Weekday.TUESDAY],
            ranges: [
              { start: 120, end: 300 },
              { start: 240, end: 360 },
            ],
          },
        ]),
        '2031-01-07',
        '2031-01-07',
      ),
    ).toEqual([['2031-01-06T22:00', '2031-01-07T06:00']]);
    expect(
      shown(hours([{ ranges: [{ start: 0, end: 1440 }] }]), '2031-01-07', '2031-01-09'),
    ).toEqual([['2031-01-06T00:00', '2031-01-10T00:00']]);
  });

  it('apply to a location and a reason if the period names them', () => {
    const given = hours([
      { locationId: 1, ranges: [{ start: 0, end: 60 }], weekdays: [Weekday.MONDAY] },
      { reasonId: 2, ranges: [{ start: 120, end: 180 }], weekdays: [Weekday.MONDAY] },
    ]);
    expect(shown(given, '2031-01-06', '2031-01-06')).toEqual([
      ['2031-01-06T00:00', '2031-01-06T01:00'],
    ]);
    expect(shown(given, '2031-01-06', '2031-01-06', 'UTC', { locationId: 2, reasonId: 2 })).toEqual(
      [['2031-01-06T02:00', '2031-01-06T03:00']],
    );
    expect(
      shown(given, '2031-01-06', '2031-01-06', 'UTC', { locationId: 1, reasonId: 2 }),
    ).toHaveLength(2);
  });

  it('yield to a date override, first of all to that of the location', () => {
    const overrides = [
      { date: '2031-01-06' },
      { date: '2031-01-06', locationId: 1, ranges: [{ start: 600, end: 660 }] },
      { date: '2031-01-07', locationId: 2, ranges: [] },
    ];
    const given = hours([{}], overrides);
    expect(shown(given, '2031-01-06', '2031-01-07')).toEqual([
      ['2031-01-05T09:00', '2031-01-05T17:00'],
      ['2031-01-06T10:00', '2031-01-06T11:00'],
      ['2031-01-07T09:00', '2031-01-07T17:00'],
    ]);
    expect(shown(given, '2031-01-06', '2031-01-07', 'UTC', { locationId: 2, reasonId: 1 })).toEqual(
      [['2031-01-05T09:00', '2031-01-05T17:00']],
    );
    expect(shown(hours([], [{ date: '2031-01-06' }], true), '2031-01-06', '2031-01-07')).toEqual([
      ['2031-01-05T00:00', '2031-01-06T00:00'],
      ['2031-01-07T00:00', '2031-01-08T00:00'],
    ]);
    expect(shown(hours([]), '2031-01-06', '2031-01-07')).toEqual([]);
  });

  it('follow the wall clock: shorter, longer or moved by the offset, none on a skipped day', () => {
    const night = hours([{ ranges: [{ start: 60, end: 240 }] }]);
    const of = (date: string, zone: string) => shown(night, date, date, zone).at(-1);
    expect(of('2031-03-09', 'America/New_York')).toEqual(['2031-03-09T06:00', '2031-03-09T08:00']);
    expect(of('2031-11-02', 'America/New_York')).toEqual(['2031-11-02T05:00', '2031-11-02T09:00']);
    expect(
      shown(
        hours([{ ranges: [{ start: 120, end: 180 }] }]),
        '2031-03-09',
        '2031-03-09',
        'America/New_York',
      ),
    ).toEqual([['2031-03-08T07:00', '2031-03-08T08:00']]);
    expect(shown(hours([{}]), '2011-12-30', '2011-12-30', 'Pacific/Apia')).toEqual([
      ['2011-12-29T19:00', '2011-12-30T03:00'],
    ]);
    expect(
      shown(
        hours([{ ranges: [{ start: 0, end: 1440 }] }]),
        '2031-10-05',
        '2031-10-05',
        'Australia/Lord_Howe',
      ),
    ).toEqual([['2031-10-03T13:30', '2031-10-05T13:00']]);
  });

  it.each([
    ['shorter', '2031-03-08', ['2031-03-08T14:00', '2031-03-09T13:00']],
    ['longer', '2031-11-01', ['2031-11-01T13:00', '2031-11-02T14:00']],
    ['even', '2031-06-07', ['2031-06-07T13:00', '2031-06-08T13:00']],
  ])('last until the same wall clock of a %s day', (_length, date, expected) => {
    const range = { start: 540, end: 540 + 1440 };
    const saturday = hours([{ weekdays: [Weekday.SATURDAY], ranges: [range] }]);

    expect(shown(saturday, date, date, 'America/New_York')).toEqual([expected]);
  });

  it.each([
    ['the first day of the hours', [], '2031-01-01T09:20'],
    [
      'the day after a closed one',
      [{ date: '2031-01-03', ranges: [], locationId: null }],
      '2031-01-04T09:20',
    ],
  ])('of 24 hours that follow one another begin on %s', (_name, overrides, expected) => {
    const ranges = [{ start: 560, end: 560 + 1440 }];
    const all = hours([{ validFrom: '2031-01-01', ranges }], overrides);

    const starts = ['2031-01-05', '2031-06-01', '2040-06-01'].map((date) =>
      new Date(windowStart(all, purpose, date, 'UTC')).toISOString().slice(0, 16),
    );

    expect(starts).toEqual([expected, expected, expected]);
  });

  it('exclude intervals that are not within one window', () => {
    const windows = [
      { startAt: 0, endAt: 100 },
      { startAt: 200, endAt: 300 },
    ];
    const all = [
      [0, 100],
      [50, 60],
      [90, 110],
      [100, 200],
      [150, 160],
      [200, 301],
      [-1, 10],
    ].map(([startAt, endAt]) => ({ startAt: startAt as number, endAt: endAt as number }));
    expect(outside(all, windows).map(({ startAt }) => startAt)).toEqual([90, 100, 150, 200, -1]);
    expect(outside(all, [])).toEqual(all);
  });
});
