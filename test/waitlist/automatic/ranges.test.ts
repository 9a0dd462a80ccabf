import { rangesOf } from '../../../src/features/waitlist/model/preferences';
import { WaitlistKind } from '../../../src/features/waitlist/model/status';

describe('rangesOf', () => {
  const wish = (fromDate: string, toDate: string) => ({
    kind: WaitlistKind.FIRST_AVAILABLE,
    times: [],
    fromDate,
    toDate,
    timesOfDay: [],
    staffIds: [],
    classScheduleId: null,
  });
  const time = (...times: string[]) => ({
    kind: WaitlistKind.TIMES,
    times: times.map(Date.parse),
    fromDate: null,
    toDate: null,
    timesOfDay: [],
    staffIds: [],
    classScheduleId: null,
  });
  const now = Date.parse('2033-01-10T12:00:00Z');

  it.each([
    ['nothing', [], []],
    ['past days', [wish('2033-01-01', '2033-01-09')], []],
    [
      'from today on',
      [wish('2033-01-01', '2033-01-12')],
      [{ from: '2033-01-10', to: '2033-01-12' }],
    ],
    [
      'nearby days in one range',
      [wish('2033-02-01', '2033-02-03'), time('2033-01-20T10:00:00Z')],
      [{ from: '2033-01-20', to: '2033-02-03' }],
    ],
    [
      'separate ranges for distant days',
      [time('2033-01-20T10:00:00Z', '2033-06-01T10:00:00Z')],
      [
        { from: '2033-01-20', to: '2033-01-20' },
        { from: '2033-06-01', to: '2033-06-01' },
      ],
    ],
    [
      'a long range in parts',
      [wish('2033-01-11', '2033-04-01')],
      [
        { from: '2033-01-11', to: '2033-03-13' },
        { from: '2033-03-14', to: '2033-04-01' },
      ],
    ],
  ])('are %s', (_, wishes, expected) => {
    expect(rangesOf(wishes, 'UTC', now)).toEqual(expected);
  });
});
