import { movedBy, splitAt } from '../../../src/features/recurring/series-rule';
import type { RecurringAppointment } from '../../../src/features/recurring/recurring-appointment.entity';

describe('movedBy and splitAt', () => {
  const series = (rrule: string, localStart: string) =>
    ({ rrule, localStart, timeZoneCode: 'Europe/Berlin' }) as RecurringAppointment;
  it.each([
    [
      'an hour later',
      'FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4',
      '2030-01-07T09:00:00',
      1,
      'FREQ=WEEKLY;COUNT=4;BYDAY=MO,WE',
      '2030-01-07T10:00:00',
    ],
    [
      'two days later',
      'FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU;COUNT=4',
      '2030-01-07T09:00:00',
      48,
      'FREQ=WEEKLY;INTERVAL=2;COUNT=4;WKST=TU;BYDAY=TU,WE',
      '2030-01-09T09:00:00',
    ],
    [
      'a day earlier',
      'FREQ=DAILY;UNTIL=20300109',
      '2030-01-07T09:00:00',
      -24,
      'FREQ=DAILY;COUNT=3',
      '2030-01-06T09:00:00',
    ],
    [
      'a day of the month later',
      'FREQ=MONTHLY;COUNT=3',
      '2030-01-10T09:00:00',
      24,
      'FREQ=MONTHLY;COUNT=3',
      '2030-01-11T09:00:00',
    ],
  ])('%s', (_name, rrule, start, hours, expected, first) =>
    expect(movedBy(series(rrule, start), 'Europe/Berlin', hours * 3_600_000)).toMatchObject({
      rrule: expected,
      localStart: first,
    }),
  );

  it('throw if no rule expresses the result', () => {
    expect(() =>
      movedBy(
        series('FREQ=MONTHLY;COUNT=3', '2030-01-28T09:00:00'),
        'Europe/Berlin',
        24 * 3_600_000,
      ),
    ).toThrow('cannot express the new times');
    expect(() =>
      movedBy(
        series('FREQ=DAILY;BYHOUR=9,12;COUNT=3', '2030-01-28T09:00:00'),
        'Europe/Berlin',
        3_600_000,
      ),
    ).toThrow('cannot express the new times');
  });

  it('split a rule before an occurrence', () => {
    const whole = series('FREQ=WEEKLY;UNTIL=20300128', '2030-01-07T09:00:00');
    expect(splitAt(whole, '2030-01-14T09:00:00')).toEqual({
      before: { rrule: 'FREQ=WEEKLY;COUNT=1', localStart: '2030-01-07T09:00:00' },
      rest: { rrule: 'FREQ=WEEKLY;COUNT=3', localStart: '2030-01-14T09:00:00' },
    });
    expect(splitAt(whole, '2030-01-07T09:00:00').before).toBeNull();
  });
});
