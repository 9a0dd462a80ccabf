import { isAligned, startsOf, type Steps } from '../../src/features/availability/engine/steps';
import type { Interval } from '../../src/lib/intervals';

const MINUTE = 60_000;
const at = (text: string): number => Date.parse(`${text}Z`);
const STEPS: Steps = {
  durationMs: 30 * MINUTE,
  bufferBeforeMs: 0,
  bufferAfterMs: 0,
  stepMs: 15 * MINUTE,
  alignment: 'WINDOW',
  timeZone: 'UTC',
};
const CLOCK: Steps = { ...STEPS, alignment: 'CLOCK' };
const DAY = '2030-01-31T';
const span = (from: string, to: string): Interval => ({
  startAt: at(`${DAY}${from}`),
  endAt: at(`${DAY}${to}`),
});
const [FIRST, LAST] = [at('2000-01-01T00:00:00'), at('2100-01-01T00:00:00')];
const times = (starts: Iterable<number>) =>
  [...starts].map((start) => new Date(start).toISOString().slice(11, 16));

describe('isAligned', () => {
  const windows = [span('09:05', '12:00'), span('13:00', '14:00')];
  it.each([
    [STEPS, '09:05', true],
    [STEPS, '09:20', true],
    [STEPS, '09:15', false],
    [STEPS, '13:30', true],
    [STEPS, '13:45', false],
    [STEPS, '12:00', false],
    [CLOCK, '09:15', true],
    [CLOCK, '09:20', false],
    [CLOCK, '13:00', true],
    [CLOCK, '13:00:01', false],
    [CLOCK, '13:00:00.001', false],
    [CLOCK, '09:00', false],
    [{ ...CLOCK, stepMs: 90 * MINUTE }, '10:30', true],
    [{ ...CLOCK, stepMs: 90 * MINUTE }, '10:00', false],
    [{ ...CLOCK, stepMs: 20 * MINUTE, timeZone: 'Asia/Kathmandu' }, '09:15', true],
    [{ ...CLOCK, stepMs: 20 * MINUTE, timeZone: 'Asia/Kathmandu' }, '10:00', false],
  ])('%#: at %s', (steps, start, wanted) => {
    const startAt = at(`${DAY}${start.padEnd(5, ':00')}`);
    expect(isAligned(steps, windows, { startAt, endAt: startAt + steps.durationMs })).toBe(wanted);
  });
});

describe('startsOf', () => {
  const starts = (
    steps: Partial<Steps>,
    windows: readonly Interval[],
    busy: readonly (readonly Interval[])[] = [],
    [first, last]: readonly [number, number] = [FIRST, LAST],
  ) => times(startsOf({ ...STEPS, ...steps }, windows, busy, { first, last }));
  const bounds = (from: string, to: string) => [at(`${DAY}${from}`), at(`${DAY}${to}`)] as const;

  it('steps from the start of each window, until a visit no longer fits', () => {
    expect(starts({}, [span('09:05', '10:05'), span('13:00', '13:30')])).toEqual([
      '09:05',
      '09:20',
      '09:35',
      '13:00',
    ]);
    expect(starts({}, [span('09:05', '10:04')])).toEqual(['09:05', '09:20']);
    expect(starts({}, [span('09:00', '09:29')])).toEqual([]);
    expect(starts({}, [])).toEqual([]);
  });
  it('includes both bounds, and steps from the window even so', () => {
    const window = [span('09:05', '11:05')];
    expect(starts({}, window, [], bounds('09:20', '09:50'))).toEqual(['09:20', '09:35', '09:50']);
    expect(starts({}, window, [], bounds('09:21', '09:49'))).toEqual(['09:35']);
    expect(starts({}, window, [], bounds('08:00', '09:05'))).toEqual(['09:05']);
    expect(starts({}, window, [], bounds('10:35', '12:00'))).toEqual(['10:35']);
    expect(starts({}, window, [], bounds('10:36', '12:00'))).toEqual([]);
    expect(starts({}, window, [], bounds('11:00', '10:00'))).toEqual([]);
  });
  it('steps through a window that began long before the bound', () =>
    expect(
      starts(
        { stepMs: 7 * MINUTE },
        [{ startAt: 0, endAt: at(`${DAY}23:59`) }],
        [],
        bounds('09:00', '09:20'),
      ),
    ).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]
        .map((minute) => at(`${DAY}09:00`) + minute * MINUTE)
        .filter((instant) => (instant / MINUTE) % 7 === 0)
        .map((instant) => new Date(instant).toISOString().slice(11, 16)),
    ));
  it('avoids each busy list, buffers included', () => {
    const window = [span('09:00', '12:00')];
    expect(starts({ stepMs: 30 * MINUTE }, window, [[span('09:30', '10:00')]])).toEqual([
      '09:00',
      '10:00',
      '10:30',
      '11:00',
      '11:30',
    ]);
    expect(
      starts({ stepMs: 30 * MINUTE, bufferBeforeMs: MINUTE }, window, [[span('09:30', '10:00')]]),
    ).toEqual(['09:00', '10:30', '11:00', '11:30']);
    expect(
      starts({ stepMs: 30 * MINUTE, bufferAfterMs: MINUTE }, window, [[span('09:30', '10:00')]]),
    ).toEqual(['10:00', '10:30', '11:00', '11:30']);
    expect(
      starts({ stepMs: 30 * MINUTE }, window, [
        [span('08:00', '08:30'), span('09:10', '09:20'), span('11:59', '13:00')],
        [span('10:00', '10:30')],
        [],
      ]),
    ).toEqual(['09:30', '10:30', '11:00']);
  });

  const clock = (
    timeZone: string,
    stepMinutes: number,
    [from, to]: readonly [string, string],
  ): string[] =>
    [
      ...startsOf(
        { ...CLOCK, timeZone, stepMs: stepMinutes * MINUTE, durationMs: MINUTE },
        [{ startAt: at(from), endAt: at(to) + MINUTE }],
        [],
        { first: FIRST, last: LAST },
      ),
    ].map((start) => new Date(start).toISOString().slice(5, 16));

  it('follows the clock from midnight, for any window', () => {
    expect(clock('UTC', 15, ['2030-01-31T09:05', '2030-01-31T09:45'])).toEqual([
      '01-31T09:15',
      '01-31T09:30',
      '01-31T09:45',
    ]);
    expect(clock('UTC', 15, ['2030-01-31T09:15', '2030-01-31T09:29'])).toEqual(['01-31T09:15']);
  });
  it('counts from each midnight again if the step does not divide a day', () =>
    expect(clock('UTC', 420, ['2030-01-30T00:00', '2030-02-01T00:00'])).toEqual([
      '01-30T00:00',
      '01-30T07:00',
      '01-30T14:00',
      '01-30T21:00',
      '01-31T00:00',
      '01-31T07:00',
      '01-31T14:00',
      '01-31T21:00',
      '02-01T00:00',
    ]));
  it('returns exact instants', () =>
    expect([
      ...startsOf(CLOCK, [span('09:10', '10:00')], [], { first: FIRST, last: LAST }),
    ]).toEqual([at(`${DAY}09:15`), at(`${DAY}09:30`)]));
  it('follows each change of a window of many months', () => {
    const times = clock('Europe/Berlin', 1440, ['2030-03-30T00:00', '2030-10-29T00:00']).map(
      (start) => start.slice(6),
    );
    expect(times.lastIndexOf('22:00') - times.indexOf('22:00')).toBe(209);
    expect(times.filter((time) => time !== '22:00')).toEqual(['23:00', '23:00', '23:00']);
    expect(times).toHaveLength(213);
  });
  it('counts local midnights within a day of UTC', () =>
    expect(clock('America/New_York', 420, ['2030-01-31T00:00', '2030-01-31T23:00'])).toEqual([
      '01-31T02:00',
      '01-31T05:00',
      '01-31T12:00',
      '01-31T19:00',
    ]));
  it('follows the clock over a spring change', () =>
    expect(clock('Europe/Berlin', 120, ['2030-03-30T21:30', '2030-03-31T06:00'])).toEqual([
      '03-30T23:00',
      '03-31T02:00',
      '03-31T04:00',
      '03-31T06:00',
    ]));
  it('offers both passes of a repeated hour', () =>
    expect(clock('Europe/Berlin', 30, ['2030-10-26T23:30', '2030-10-27T02:00'])).toEqual([
      '10-26T23:30',
      '10-27T00:00',
      '10-27T00:30',
      '10-27T01:00',
      '10-27T01:30',
      '10-27T02:00',
    ]));
  it('follows a change of half an hour, to the minute', () =>
    expect(clock('Australia/Lord_Howe', 60, ['2030-04-06T13:00', '2030-04-06T17:00'])).toEqual([
      '04-06T13:00',
      '04-06T14:00',
      '04-06T15:30',
      '04-06T16:30',
    ]));
  it('finds a change anywhere within a run', () => {
    for (const [from, to, wanted] of [
      ['2030-03-31T00:59', '2030-03-31T01:01', ['03-31T00:59', '03-31T01:00', '03-31T01:01']],
      ['2030-03-31T00:58', '2030-03-31T00:59', ['03-31T00:58', '03-31T00:59']],
    ] as const)
      expect(clock('Europe/Berlin', 1, [from, to])).toEqual(wanted);
  });
});
