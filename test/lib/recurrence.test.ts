import type { DomainError } from '../../src/errors';
import {
  boundedRule,
  formatRule,
  MAX_OCCURRENCES,
  occurrencesOf,
  parseRule,
  type Recurrence,
} from '../../src/lib/recurrence';

const fault = (run: () => unknown) => {
  try {
    return { returned: run() };
  } catch (error) {
    const { code, message, details } = error as DomainError;
    const problems = details.problems?.map((problem) => [problem.message, problem.path]);
    return { code, message, path: details.path, problems };
  }
};
const refusal = (message: string) => ({
  code: 'BAD_USER_INPUT',
  message,
  path: ['input', 'rrule'],
  problems: [[message, ['input', 'rrule']]],
});
const cannotSay = (part: string) =>
  refusal(
    `This rule cannot contain "${part}" (RFC 5545). A valid rule is FREQ=WEEKLY;BYDAY=MO,WE;COUNT=10.`,
  );

/** Accepted and refused values of each part. */
const PARTS: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['FREQ', ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'], ['DAILYX', 'XDAILY', 'DAY']],
  ['INTERVAL', ['1', '9', '10', '999'], ['0', '01', '1000', '-1', 'A', '1A', 'A1']],
  ['COUNT', ['1', '10', '999999'], ['0', '01', '1000000', '-1', '1A', 'A1', '1X1']],
  [
    'UNTIL',
    ['20300131', '20300131T000000', '20300131T195959Z', '20300131T235959', '20300131T095959Z'],
    [
      '2030013',
      '203001311',
      '20300131T',
      '20300131T240000',
      '20300131T006000',
      '20300131T000060',
      '20300131T0000',
      'X20300131',
      '20300131X',
      '20300131T0A0000',
      '20300131T1A0000',
      '20300131T000A00',
      '20300131T00000A',
      '20300131T300000',
      '20300131T2X0000',
    ],
  ],
  ['WKST', ['MO', 'SU'], ['XX', 'MON', 'AMO', '1MO']],
  [
    'BYDAY',
    ['MO', '1MO', '+1MO', '-1FR', '53SU', '10TU', '49TU', '50TU', 'MO,-2TU,SA'],
    ['0MO', '54MO', '60MO', 'MO,', ',MO', 'XX', '1', 'MO;', 'MOTU', 'AMO', '4AMO', '5AMO', '-MO'],
  ],
  [
    'BYMONTHDAY',
    ['1', '01', '9', '10', '29', '31', '-1', '+15', '1,15,-1'],
    ['0', '00', '32', '40', 'A', '1,', '1A', 'A1', '2A', '3'.repeat(3)],
  ],
  [
    'BYYEARDAY',
    ['1', '99', '100', '299', '300', '359', '366', '-366', '+10', '1,2'],
    ['0', '367', '370', '400', '01', '1A', 'A1', '1AA', '3A9', '35A', '1000'],
  ],
  ['BYWEEKNO', ['1', '9', '10', '49', '53', '-1', '+5'], ['0', '54', '60', '01', '1A', 'A1', '4A']],
  ['BYMONTH', ['1', '01', '9', '10', '12', '1,6'], ['0', '13', '20', '00', '1A', 'A1', '-1', '0A']],
  ['BYSETPOS', ['1', '-1', '+366', '99', '150'], ['0', '367', 'A', '1A', 'A1']],
  ['BYHOUR', ['0', '00', '9', '19', '23', '0,12'], ['24', '30', '-1', 'A', '1A', 'A1', '2A']],
  ['BYMINUTE', ['0', '00', '59', '9', '0,30'], ['60', '-1', 'A', '1A', 'A1', '100']],
];

describe('parseRule', () => {
  for (const [name, accepted, refused] of PARTS) {
    const rule = (value: string) =>
      name === 'FREQ' ? `FREQ=${value}` : `FREQ=DAILY;${name}=${value}`;
    it.each(accepted)(`accepts ${name}=%s`, (value) =>
      expect(parseRule(rule(value)).get(name)).toBe(value),
    );
    it.each(refused)(`refuses ${name}=%s`, (value) =>
      expect(fault(() => parseRule(rule(value)))).toMatchObject({
        code: 'BAD_USER_INPUT',
        message: expect.stringMatching(/^This rule cannot contain/),
      }),
    );
  }
  it('ignores case, spaces around it and the name of the property', () =>
    expect([...parseRule('  rrule:freq=weekly;byday=mo ')]).toEqual([
      ['FREQ', 'WEEKLY'],
      ['BYDAY', 'MO'],
    ]));
  it.each(['HOURLY', 'MINUTELY', 'SECONDLY'])('refuses FREQ=%s and states the reason', (value) =>
    expect(fault(() => parseRule(`FREQ=${value}`))).toEqual(
      refusal('A series repeats daily at most: FREQ is DAILY, WEEKLY, MONTHLY or YEARLY.'),
    ),
  );
  it.each([
    ['', cannotSay('')],
    ['FREQ=XHOURLY', cannotSay('FREQ=XHOURLY')],
    ['FREQ=HOURLYX', cannotSay('FREQ=HOURLYX')],
    ['INTERVAL=HOURLY', cannotSay('INTERVAL=HOURLY')],
    ['FREQ', cannotSay('FREQ')],
    ['FREQ=', cannotSay('FREQ=')],
    ['=DAILY', cannotSay('=DAILY')],
    ['1FREQ=DAILY', cannotSay('1FREQ=DAILY')],
    ['FREQ=DAILY\n', { returned: new Map([['FREQ', 'DAILY']]) }],
    ['FREQ=DAILY;FREQ=\nDAILY', cannotSay('FREQ=\nDAILY')],
    ['FREQ=DAILY\nX;COUNT=1', cannotSay('FREQ=DAILY\nX')],
    ['XRRULE:FREQ=DAILY', cannotSay('XRRULE:FREQ=DAILY')],
    ['FREQ=DAILY;', cannotSay('')],
    ['FREQ=DAILY;BYSECOND=0', cannotSay('BYSECOND=0')],
    [`FREQ=DAILY;BYEASTER=${'1'.repeat(60)}`, cannotSay(`BYEASTER=${'1'.repeat(31)}`)],
    ['FREQ=DAILY;FREQ=DAILY', refusal('The rule says FREQ twice.')],
    ['COUNT=1', refusal('The rule has no FREQ: DAILY, WEEKLY, MONTHLY or YEARLY.')],
    [
      'FREQ=DAILY;COUNT=1;UNTIL=20300101',
      refusal('A rule ends by COUNT or by UNTIL, not by both.'),
    ],
  ])('of %j', (rule, wanted) => expect(fault(() => parseRule(rule))).toEqual(wanted));
  it('refuses an UNTIL on a day that no calendar has', () =>
    expect(fault(() => parseRule('FREQ=DAILY;UNTIL=20300230'))).toEqual(
      refusal('UNTIL is not a calendar day from 1900 to 2200.'),
    ));
  it('accepts 500 characters and refuses 501', () => {
    const rule = (length: number) => {
      const start = 'FREQ=DAILY;BYHOUR=10';
      return (
        start.padEnd(length - ((length - start.length) % 2), ',1') +
        ((length - start.length) % 2 ? '1' : '')
      );
    };
    expect(rule(500)).toHaveLength(500);
    expect(rule(501)).toHaveLength(501);
    expect(parseRule(rule(500)).has('BYHOUR')).toBe(true);
    expect(fault(() => parseRule(rule(501)))).toEqual(
      refusal('A rule has at most 500 characters.'),
    );
  });
});

describe('formatRule and boundedRule', () => {
  it('write the parts in one order', () =>
    expect(formatRule(parseRule('COUNT=3;BYDAY=MO;WKST=SU;INTERVAL=2;FREQ=WEEKLY'))).toBe(
      'FREQ=WEEKLY;INTERVAL=2;COUNT=3;WKST=SU;BYDAY=MO',
    ));
  it.each([
    ['BYDAY=MO;FREQ=WEEKLY', 5, { returned: 'FREQ=WEEKLY;COUNT=5;BYDAY=MO' }],
    ['COUNT=2;FREQ=DAILY', null, { returned: 'FREQ=DAILY;COUNT=2' }],
    ['COUNT=2;FREQ=DAILY', undefined, { returned: 'FREQ=DAILY;COUNT=2' }],
    ['UNTIL=20300131;FREQ=DAILY', null, { returned: 'FREQ=DAILY;UNTIL=20300131' }],
    ['FREQ=DAILY;COUNT=2', 2, refusal('The rule has COUNT or UNTIL: omit count.')],
    ['FREQ=DAILY;UNTIL=20300131', 2, refusal('The rule has COUNT or UNTIL: omit count.')],
    ['FREQ=DAILY', null, refusal('The rule never ends: add COUNT or UNTIL to it, or set count.')],
  ])('%s with %j', (rule, count, wanted) =>
    expect(fault(() => boundedRule(rule, count))).toEqual(wanted),
  );
});

describe('occurrencesOf', () => {
  const series = (rrule: string, more: Partial<Recurrence> = {}) =>
    occurrencesOf({ rrule, localStart: '2030-01-31T09:05', timeZone: 'UTC', ...more });
  const locals = (rrule: string, more: Partial<Recurrence> = {}) =>
    series(rrule, more).map(({ localStart }) => localStart);

  it('resolves each wall clock in the zone', () =>
    expect(series('FREQ=DAILY;COUNT=2', { timeZone: 'America/New_York' })).toEqual([
      { localStart: '2030-01-31T09:05:00', startAt: Date.parse('2030-01-31T14:05:00Z') },
      { localStart: '2030-02-01T09:05:00', startAt: Date.parse('2030-02-01T14:05:00Z') },
    ]));
  it('takes count if the rule has none', () =>
    expect(locals('FREQ=DAILY', { count: 3 })).toHaveLength(3));
  it.each([
    ['20300202', 'UTC', 3],
    ['20300202T090459', 'UTC', 2],
    ['20300202T090500', 'UTC', 3],
    ['20300202T090459Z', 'UTC', 2],
    ['20300202T090500Z', 'UTC', 3],
    ['20300202T140500Z', 'America/New_York', 3],
    ['20300202T140459Z', 'America/New_York', 2],
    ['20300202T090500', 'America/New_York', 3],
  ])('ends at UNTIL=%s in %s', (until, timeZone, wanted) =>
    expect(series(`FREQ=DAILY;UNTIL=${until}`, { timeZone })).toHaveLength(wanted),
  );
  it('accepts 200 occurrences by COUNT and refuses 201', () => {
    expect(series('FREQ=DAILY;COUNT=200')).toHaveLength(MAX_OCCURRENCES);
    expect(fault(() => series('FREQ=DAILY;COUNT=201'))).toEqual(
      refusal('A series has at most 200 occurrences.'),
    );
  });
  it('accepts 200 occurrences by UNTIL and refuses 201', () => {
    expect(locals('FREQ=DAILY;UNTIL=20300818').at(-1)).toBe('2030-08-18T09:05:00');
    expect(series('FREQ=DAILY;UNTIL=20300818')).toHaveLength(200);
    expect(fault(() => series('FREQ=DAILY;UNTIL=20300819'))).toEqual(
      refusal('This rule yields more than 200 occurrences: end it sooner.'),
    );
  });
  it('refuses a rule that yields nothing', () =>
    expect(fault(() => series('FREQ=DAILY;UNTIL=20300130'))).toEqual(
      refusal('This rule yields no occurrence within 5 years of the start.'),
    ));
  it('lasts five years, the last day included', () => {
    expect(locals('FREQ=YEARLY;COUNT=6').at(-1)).toBe('2035-01-31T09:05:00');
    expect(fault(() => series('FREQ=YEARLY;COUNT=7'))).toEqual(
      refusal(
        'This rule yields 6 of 7 occurrences within 5 years, which is the maximum of a series.',
      ),
    );
  });
  it('lasts to February 28 if the fifth year has no 29th', () => {
    const leap = { localStart: '2028-02-29T09:00' };
    expect(locals('FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=61', leap).at(-1)).toBe('2033-02-28T09:00:00');
    expect(fault(() => series('FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=62', leap))).toMatchObject({
      message: expect.stringMatching(/^This rule yields 61 of 62/),
    });
  });
  it('orders by the instant, and drops one that a change of the offset moves onto another', () => {
    const clocks = {
      localStart: '2030-03-31T02:00',
      timeZone: 'Europe/Berlin',
    };
    expect(series('FREQ=DAILY;BYHOUR=2,3;BYMINUTE=0,30;COUNT=4', clocks)).toEqual([
      { localStart: '2030-03-31T02:00:00', startAt: Date.parse('2030-03-31T01:00:00Z') },
      { localStart: '2030-03-31T02:30:00', startAt: Date.parse('2030-03-31T01:30:00Z') },
    ]);
    expect(series('FREQ=DAILY;BYHOUR=2,3;BYMINUTE=15,45;COUNT=3', clocks)).toEqual([
      { localStart: '2030-03-31T02:15:00', startAt: Date.parse('2030-03-31T01:15:00Z') },
      { localStart: '2030-03-31T02:45:00', startAt: Date.parse('2030-03-31T01:45:00Z') },
    ]);
    expect(locals('FREQ=DAILY;BYHOUR=2,3;BYMINUTE=0,45;BYSETPOS=2,3;COUNT=2', clocks)).toEqual([
      '2030-03-31T03:00:00',
      '2030-03-31T02:45:00',
    ]);
  });
  it('refuses contradictory parts', () =>
    expect(fault(() => series('FREQ=DAILY;BYWEEKNO=5;COUNT=2'))).toEqual(
      refusal(
        'The parts of this rule contradict each other by RFC 5545, or it yields almost nothing. A valid rule is FREQ=MONTHLY;BYDAY=-1FR;COUNT=12.',
      ),
    ));
});
