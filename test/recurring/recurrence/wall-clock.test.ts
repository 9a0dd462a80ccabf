import { series } from './recurrence.fixture';

const starts = (...given: Parameters<typeof series>) =>
  series(...given).map(({ startAt }) => new Date(startAt).toISOString().slice(0, 16));

describe('a series keeps its wall clock across changes of the UTC offset', () => {
  it.each([
    [
      'Europe/Berlin, in spring',
      'Europe/Berlin',
      'FREQ=WEEKLY;COUNT=3',
      '2030-03-24T09:00',
      ['2030-03-24T08:00', '2030-03-31T07:00', '2030-04-07T07:00'],
    ],
    [
      'Europe/Berlin, a time that is skipped moves forward by the gap, once',
      'Europe/Berlin',
      'FREQ=DAILY;COUNT=3',
      '2030-03-30T02:30',
      ['2030-03-30T01:30', '2030-03-31T01:30', '2030-04-01T00:30'],
    ],
    [
      'America/New_York, in autumn',
      'America/New_York',
      'FREQ=DAILY;COUNT=3',
      '2030-11-02T09:00',
      ['2030-11-02T13:00', '2030-11-03T14:00', '2030-11-04T14:00'],
    ],
    [
      'America/New_York, of a time that occurs twice the first',
      'America/New_York',
      'FREQ=DAILY;COUNT=3',
      '2030-11-02T01:30',
      ['2030-11-02T05:30', '2030-11-03T05:30', '2030-11-04T06:30'],
    ],
    [
      'Australia/Lord_Howe, half an hour',
      'Australia/Lord_Howe',
      'FREQ=WEEKLY;COUNT=3',
      '2030-09-29T02:15',
      ['2030-09-28T15:45', '2030-10-05T15:45', '2030-10-12T15:15'],
    ],
    // ICU has Morocco's changes for Ramadan: the offset changes at the end of 2029 and again on
    // 2030-02-10.
    [
      'Africa/Casablanca, around Ramadan',
      'Africa/Casablanca',
      'FREQ=WEEKLY;BYDAY=FR;COUNT=9',
      '2029-12-21T10:00',
      [
        '2029-12-21T09:00',
        '2029-12-28T09:00',
        '2030-01-04T10:00',
        '2030-01-11T10:00',
        '2030-01-18T10:00',
        '2030-01-25T10:00',
        '2030-02-01T10:00',
        '2030-02-08T10:00',
        '2030-02-15T09:00',
      ],
    ],
    [
      'two times of a day that meet in the gap are one',
      'Europe/Berlin',
      'FREQ=DAILY;BYHOUR=2,3;COUNT=4',
      '2030-03-30T02:00',
      ['2030-03-30T01:00', '2030-03-30T02:00', '2030-03-31T01:00'],
    ],
    [
      'a day that does not exist',
      'Pacific/Apia',
      'FREQ=DAILY;COUNT=3',
      '2011-12-29T09:00',
      ['2011-12-29T19:00', '2011-12-30T19:00'],
    ],
  ])('%s', (_name, zone, rrule, start, expected) =>
    expect(starts(rrule, start, zone)).toEqual(expected),
  );
});
