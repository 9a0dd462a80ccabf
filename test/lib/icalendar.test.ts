import { renderCalendar, type CalendarEvent } from '../../src/lib/icalendar/calendar';
import {
  contentLines,
  mailto,
  parameterValue,
  textValue,
  uriValue,
} from '../../src/lib/icalendar/content-line';
import { basic, dateTime, utc } from '../../src/lib/icalendar/date-time';
import { timeZoneLines } from '../../src/lib/icalendar/vtimezone';
import { occursTwice, offsetAt, zoneSpan, type ZoneSpan } from '../../src/lib/icalendar/zone-span';

const at = (text: string): number => Date.parse(`${text}Z`);

describe('values', () => {
  it.each([
    ['a\\b;c,d', 'a\\\\b\\;c\\,d'],
    ['a\nb\r\nc\rd', 'a\\nb\\nc\\nd'],
    ['a\u0000\u0008\u000b\u000c\u000e\u001f\u007fb\tc', 'ab\tc'],
    ['\ud800x', '\ufffdx'],
    ['a:"^', 'a:"^'],
  ])('text %j is %j', (given, wanted) => expect(textValue(given)).toBe(wanted));
  it.each([
    ['Ann "A" ^b', '"Ann ^\'A^\' ^^b"'],
    ['a\r\nb\u0007', '"a^nb"'],
    ['a;b:c,d', '"a;b:c,d"'],
  ])('parameter %j is %j', (given, wanted) => expect(parameterValue(given)).toBe(wanted));
  it.each([
    ['https://x.test/a?b=c&d=~!', 'https://x.test/a?b=c&d=~!'],
    ['https://x.test/ ü😀\r\n\u0001', 'https://x.test/%20%C3%BC%F0%9F%98%80%0A'],
  ])('URI %j is %j', (given, wanted) => expect(uriValue(given)).toBe(wanted));
  it.each([
    ['a@b.test', 'mailto:a@b.test'],
    ['a?b&c#d;e,f/g ü@b.test', 'mailto:a%3Fb%26c%23d%3Be%2Cf%2Fg%20%C3%BC@b.test'],
    ['a\u0000@b', 'mailto:a@b'],
  ])('address %j is %j', (given, wanted) => expect(mailto(given)).toBe(wanted));
});

describe('contentLines', () => {
  const a = (count: number) => 'a'.repeat(count);
  it.each([
    ['no line', [], ''],
    ['two lines', ['x', 'y'], 'x\r\ny\r\n'],
    ['75 octets', [a(75)], `${a(75)}\r\n`],
    ['76 octets', [a(76)], `${a(75)}\r\n a\r\n`],
    ['75 and 74 octets', [a(149)], `${a(75)}\r\n ${a(74)}\r\n`],
    ['75, 74 and 1 octets', [a(150)], `${a(75)}\r\n ${a(74)}\r\n a\r\n`],
    ['U+007F and U+0080', [`${a(73)}\u007f\u0080x`], `${a(73)}\u007f\r\n \u0080x\r\n`],
    ['two octets that fit', [`${a(73)}\u0080x`], `${a(73)}\u0080\r\n x\r\n`],
    ['U+07FF has two', [`${a(73)}\u07ffx`], `${a(73)}\u07ff\r\n x\r\n`],
    ['U+0800 has three', [`${a(73)}\u0800x`], `${a(73)}\r\n \u0800x\r\n`],
    ['U+FFFF has three', [`${a(72)}\uffffx`], `${a(72)}\uffff\r\n x\r\n`],
    ['U+10000 has four', [`${a(72)}\u{10000}x`], `${a(72)}\r\n \u{10000}x\r\n`],
    ['four octets that fit', [`${a(71)}\u{10000}x`], `${a(71)}\u{10000}\r\n x\r\n`],
  ])('%s', (_, lines, wanted) => expect(contentLines(lines)).toBe(wanted));
});

const BERLIN = zoneSpan('Europe/Berlin', at('2030-02-01T00:00:00'), at('2030-11-30T00:00:00'));

describe('zoneSpan', () => {
  it('lists each change from the year before to the year after', () => {
    expect(BERLIN.timeZone).toBe('Europe/Berlin');
    expect(BERLIN.start).toBe(at('2029-01-01T00:00:00'));
    expect(BERLIN.initial).toBe(60);
    expect(BERLIN.changes).toEqual([
      { at: at('2029-03-25T01:00:00'), from: 60, to: 120 },
      { at: at('2029-10-28T01:00:00'), from: 120, to: 60 },
      { at: at('2030-03-31T01:00:00'), from: 60, to: 120 },
      { at: at('2030-10-27T01:00:00'), from: 120, to: 60 },
      { at: at('2031-03-30T01:00:00'), from: 60, to: 120 },
      { at: at('2031-10-26T01:00:00'), from: 120, to: 60 },
    ]);
  });
  it('finds changes that lie on a quarter of an hour, and steps of half an hour', () =>
    expect(
      zoneSpan('Australia/Lord_Howe', at('2030-06-01T00:00:00'), at('2030-06-02T00:00:00')).changes,
    ).toEqual([
      { at: at('2029-03-31T15:00:00'), from: 660, to: 630 },
      { at: at('2029-10-06T15:30:00'), from: 630, to: 660 },
      { at: at('2030-04-06T15:00:00'), from: 660, to: 630 },
      { at: at('2030-10-05T15:30:00'), from: 630, to: 660 },
      { at: at('2031-04-05T15:00:00'), from: 660, to: 630 },
      { at: at('2031-10-04T15:30:00'), from: 630, to: 660 },
    ]));
  it('spans the years of both instants', () =>
    expect(
      zoneSpan('Europe/Berlin', at('2029-12-31T23:59:59'), at('2031-01-01T00:00:00')).changes.map(
        (change) => new Date(change.at).getUTCFullYear(),
      ),
    ).toEqual([2028, 2028, 2029, 2029, 2030, 2030, 2031, 2031, 2032, 2032]));
  it('has no change in a zone without a change of the offset', () =>
    expect(zoneSpan('Asia/Kolkata', 0, 0)).toEqual({
      timeZone: 'Asia/Kolkata',
      start: at('1969-01-01T00:00:00'),
      initial: 330,
      changes: [],
    }));
});

describe('offsetAt and occursTwice', () => {
  it.each([
    ['2029-01-01T00:00:00', 60, false],
    ['2030-03-31T00:59:59', 60, false],
    ['2030-03-31T01:00:00', 120, false],
    ['2030-10-26T23:59:59', 120, false],
    ['2030-10-27T00:00:00', 120, true],
    ['2030-10-27T00:59:59', 120, true],
    ['2030-10-27T01:00:00', 60, true],
    ['2030-10-27T01:59:59', 60, true],
    ['2030-10-27T02:00:00', 60, false],
  ])('%s: %d, %s', (time, offset, twice) => {
    expect(offsetAt(BERLIN, at(time))).toBe(offset);
    expect(occursTwice(BERLIN, at(time))).toBe(twice);
  });
});

describe('date-times', () => {
  it('are written basic, in UTC or with a zone', () => {
    expect(basic(at('2030-01-31T09:05:07.999'))).toBe('20300131T090507');
    expect(utc(at('2030-01-31T09:05:07'))).toBe('20300131T090507Z');
    expect(dateTime('DTSTART', at('2030-01-31T09:00:00'), undefined)).toBe(
      'DTSTART:20300131T090000Z',
    );
    expect(dateTime('DTEND', at('2030-01-31T09:00:00'), BERLIN)).toBe(
      'DTEND;TZID=Europe/Berlin:20300131T100000',
    );
    expect(dateTime('DTEND', at('2030-10-27T00:30:00'), BERLIN)).toBe('DTEND:20301027T003000Z');
  });
});

describe('timeZoneLines', () => {
  const span = (initial: number, ...changes: ZoneSpan['changes']): ZoneSpan => ({
    timeZone: 'X/Y',
    start: at('2029-01-01T00:00:00'),
    initial,
    changes,
  });
  it('writes each observance', () =>
    expect(
      timeZoneLines(
        span(
          -210,
          { at: at('2029-03-25T01:00:00'), from: -210, to: -150 },
          { at: at('2029-10-28T01:00:00'), from: -150, to: -210 },
        ),
      ),
    ).toEqual([
      'BEGIN:VTIMEZONE',
      'TZID:X/Y',
      'BEGIN:STANDARD',
      'DTSTART:20281231T203000',
      'TZOFFSETFROM:-0330',
      'TZOFFSETTO:-0330',
      'END:STANDARD',
      'BEGIN:DAYLIGHT',
      'DTSTART:20290324T213000',
      'TZOFFSETFROM:-0330',
      'TZOFFSETTO:-0230',
      'END:DAYLIGHT',
      'BEGIN:STANDARD',
      'DTSTART:20291027T223000',
      'TZOFFSETFROM:-0230',
      'TZOFFSETTO:-0330',
      'END:STANDARD',
      'END:VTIMEZONE',
    ]));
  it('writes offsets of 0 and of 12:45', () => {
    expect(timeZoneLines(span(0)).slice(4, 6)).toEqual(['TZOFFSETFROM:+0000', 'TZOFFSETTO:+0000']);
    expect(timeZoneLines(span(765))[4]).toBe('TZOFFSETFROM:+1245');
  });
});

describe('renderCalendar', () => {
  const EVENT: CalendarEvent = {
    uid: 'u,1',
    sequence: 2,
    createdAt: at('2029-12-01T00:00:00'),
    modifiedAt: at('2029-12-02T00:00:00'),
    start: at('2030-01-31T09:00:00'),
    end: at('2030-01-31T10:00:00'),
    timeZone: 'UTC',
    status: 'CONFIRMED',
    summary: 'S;',
  };
  const lines = (text: string) => text.split('\r\n');
  const zones = (text: string) => lines(text).filter((line) => line.startsWith('TZID:'));

  it('writes an event of a published calendar in full', () =>
    expect(lines(renderCalendar({ method: 'PUBLISH', events: [EVENT] }))).toEqual([
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//Slotgraph//Slotgraph//EN',
      'CALSCALE:GREGORIAN',
      'METHOD:PUBLISH',
      'BEGIN:VEVENT',
      'UID:u\\,1',
      'DTSTAMP:20291202T000000Z',
      'CREATED:20291201T000000Z',
      'LAST-MODIFIED:20291202T000000Z',
      'SEQUENCE:2',
      'DTSTART:20300131T090000Z',
      'DTEND:20300131T100000Z',
      'STATUS:CONFIRMED',
      'TRANSP:OPAQUE',
      'SUMMARY:S\\;',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ]));
  it('writes the optional properties, and requests no reply', () => {
    const event: CalendarEvent = {
      ...EVENT,
      location: 'L',
      description: 'D',
      url: 'https://x.test/ü',
      organizer: { name: 'O', email: 'o@x.test' },
      attendees: [{ name: 'A', email: 'a@x.test' }],
    };
    const after = (method: 'REQUEST' | 'CANCEL', status: CalendarEvent['status']) => {
      const all = lines(renderCalendar({ method, name: 'N,', events: [{ ...event, status }] }));
      return [...all.slice(4, 7), ...all.slice(all.indexOf('DTEND:20300131T100000Z') + 1)];
    };
    expect(after('REQUEST', 'TENTATIVE')).toEqual([
      'METHOD:REQUEST',
      'NAME:N\\,',
      'X-WR-CALNAME:N\\,',
      'STATUS:TENTATIVE',
      'TRANSP:OPAQUE',
      'SUMMARY:S\\;',
      'LOCATION:L',
      'DESCRIPTION:D',
      'URL:https://x.test/%C3%BC',
      'ORGANIZER;CN="O":mailto:o@x.test',
      'ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=FALSE;CN="A":mailto:a@x.test',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ]);
    expect(after('CANCEL', 'CANCELLED')).toEqual(
      expect.arrayContaining([
        'STATUS:CANCELLED',
        'TRANSP:TRANSPARENT',
        'ATTENDEE;CN="A":mailto:a@x.test',
      ]),
    );
  });
  it('has a component for each zone in use, over its span of use', () => {
    const inBerlin = (time: string): CalendarEvent => ({
      ...EVENT,
      timeZone: 'Europe/Berlin',
      start: at(time),
      end: at(time) + 1,
    });
    const text = renderCalendar({
      method: 'PUBLISH',
      kept: { timeZone: 'UTC', from: 0, to: 1 },
      events: [
        inBerlin('2031-12-31T23:59:59.999'),
        inBerlin('2030-06-01T00:00:00'),
        EVENT,
        inBerlin('2030-07-01T00:00:00'),
      ],
    });

    expect(zones(text)).toEqual(['TZID:Europe/Berlin']);
    expect(lines(text)).toContain('X-WR-TIMEZONE:UTC');
    expect(lines(text)).toContain('DTSTART:20290101T010000');
    expect(lines(text).filter((line) => line === 'BEGIN:DAYLIGHT')).toHaveLength(5);
    expect(lines(text)).toContain('DTSTART;TZID=Europe/Berlin:20300601T020000');
  });
  it('joins the span of the calendar with those of its events', () => {
    const render = (from: string, to: string) =>
      lines(
        renderCalendar({
          method: 'PUBLISH',
          kept: { timeZone: 'Europe/Berlin', from: at(from), to: at(to) },
          events: [{ ...EVENT, timeZone: 'Europe/Berlin' }],
        }),
      );
    const wide = render('2027-06-01T00:00:00', '2033-06-01T00:00:00');
    expect(wide.filter((line) => line === 'BEGIN:DAYLIGHT')).toHaveLength(9);
    expect(wide).toContain('DTSTART:20260101T010000');
    const narrow = render('2031-06-01T00:00:00', '2029-06-01T00:00:00');
    expect(narrow.filter((line) => line === 'BEGIN:DAYLIGHT')).toHaveLength(3);
  });
  it('keeps UTC in a calendar without events, which needs a component', () => {
    const kept = { timeZone: 'UTC', from: 0, to: 1 };
    expect(zones(renderCalendar({ method: 'PUBLISH', kept, events: [] }))).toEqual(['TZID:UTC']);
    expect(zones(renderCalendar({ method: 'PUBLISH', kept, events: [EVENT] }))).toEqual([]);
    expect(zones(renderCalendar({ method: 'PUBLISH', events: [] }))).toEqual([]);
  });
});
