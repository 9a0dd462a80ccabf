import * as fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { parseCalendar as parse } from '../../support/fixtures/calendar';
import { event, render } from './icalendar.fixture';

const HOUR = 3_600_000;

describe('a rendered calendar', () => {
  it('has client, staff, reason, location and time in the properties of RFC 5545', () => {
    const text = render(
      [
        event({
          sequence: 3,
          location: 'Main Street 1',
          description: 'Bring your card',
          url: 'https://meet.example/a?b=1',
          organizer: { name: 'Clinic', email: 'office@example.org' },
          attendees: [{ name: 'Jon "the" Snow; Esq.', email: 'jon+x@example.org' }],
        }),
      ],
      { method: 'REQUEST' },
    );
    expect(text.replaceAll('\r\n ', '').split('\r\n')).toEqual([
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//Slotgraph//Slotgraph//EN',
      'CALSCALE:GREGORIAN',
      'METHOD:REQUEST',
      'BEGIN:VTIMEZONE',
      'TZID:Europe/Berlin',
      'BEGIN:STANDARD',
      'DTSTART:20290101T010000',
      'TZOFFSETFROM:+0100',
      'TZOFFSETTO:+0100',
      'END:STANDARD',
      ...[
        ['20290325', '20291028'],
        ['20300331', '20301027'],
        ['20310330', '20311026'],
      ].flatMap(([spring, autumn]) => [
        'BEGIN:DAYLIGHT',
        `DTSTART:${spring}T020000`,
        'TZOFFSETFROM:+0100',
        'TZOFFSETTO:+0200',
        'END:DAYLIGHT',
        'BEGIN:STANDARD',
        `DTSTART:${autumn}T030000`,
        'TZOFFSETFROM:+0200',
        'TZOFFSETTO:+0100',
        'END:STANDARD',
      ]),
      'END:VTIMEZONE',
      'BEGIN:VEVENT',
      'UID:1-7@example',
      'DTSTAMP:20290102T000000Z',
      'CREATED:20290101T000000Z',
      'LAST-MODIFIED:20290102T000000Z',
      'SEQUENCE:3',
      'DTSTART;TZID=Europe/Berlin:20300131T100000',
      'DTEND;TZID=Europe/Berlin:20300131T110000',
      'STATUS:CONFIRMED',
      'TRANSP:OPAQUE',
      'SUMMARY:Check-up',
      'LOCATION:Main Street 1',
      'DESCRIPTION:Bring your card',
      'URL:https://meet.example/a?b=1',
      'ORGANIZER;CN="Clinic":mailto:office@example.org',
      `ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=FALSE;CN="Jon ^'the^' Snow; Esq.":mailto:jon+x@example.org`,
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ]);
    const [read] = parse(text).events;
    expect(read!.component.getFirstProperty('attendee')!.getParameter('cn')).toBe(
      'Jon "the" Snow; Esq.',
    );
    expect(read!.value('url')).toBe('https://meet.example/a?b=1');
  });

  it('has a component without events, and needs no zone for UTC', () => {
    const empty = parse(
      render([], {
        name: 'Dr. Jones',
        kept: { timeZone: 'Asia/Kathmandu', from: Date.UTC(2030, 0, 1), to: Date.UTC(2031, 0, 1) },
      }),
    );
    expect([
      empty.events,
      [...empty.zones.keys()],
      empty.calendar.getFirstPropertyValue('x-wr-calname'),
    ]).toEqual([[], ['Asia/Kathmandu'], 'Dr. Jones']);
    expect([
      ...parse(render([], { kept: { timeZone: 'UTC', from: 0, to: 1 } })).zones.keys(),
    ]).toEqual(['UTC']);
    const inUtc = parse(render([event({ timeZone: 'UTC' })]));
    expect([inUtc.zones.size, inUtc.events[0]!.start]).toEqual([0, Date.UTC(2030, 0, 31, 9)]);
  });

  it('is transparent after a cancellation', () => {
    const [read] = parse(render([event({ status: 'CANCELLED' })], { method: 'CANCEL' })).events;
    expect([read!.value('status'), read!.value('transp')]).toEqual(['CANCELLED', 'TRANSPARENT']);
  });

  const ZONES = [
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'Africa/Casablanca',
    'Europe/Dublin',
    'Antarctica/Troll',
    'Pacific/Chatham',
    'America/Asuncion',
    'Africa/Cairo',
    'Asia/Gaza',
    'Etc/GMT+5',
    'America/St_Johns',
    'UTC',
  ];

  it.each(ZONES)(
    'keeps the given instants in %s around every change of the UTC offset in two years',
    (timeZone) => {
      const starts: number[] = [];
      let at = Temporal.Instant.from('2026-01-01T00:00Z')
        .toZonedDateTimeISO(timeZone)
        .getTimeZoneTransition('next');
      while (at && at.year < 2028) {
        for (let quarter = -20; quarter <= 20; quarter += 1)
          starts.push(at.epochMilliseconds + (quarter * HOUR) / 4);
        at = at.getTimeZoneTransition('next');
      }
      for (let day = Date.UTC(2026, 0, 1, 9); day < Date.UTC(2028, 0, 1); day += 7 * 24 * HOUR)
        starts.push(day);
      const events = starts.map((start) => event({ start, end: start + HOUR / 2, timeZone }));
      const read = parse(render(events)).events;
      expect(read.map(({ start, end }) => [start, end])).toEqual(
        events.map(({ start, end }) => [start, end]),
      );
    },
  );

  it('accepts any instant of any zone', () => {
    const zones = fc.constantFrom(...ZONES, ...Intl.supportedValuesOf('timeZone'));
    fc.assert(
      fc.property(
        zones,
        fc.integer({ min: Date.UTC(1980, 0, 1), max: Date.UTC(2090, 0, 1) }),
        fc.integer({ min: 60, max: 40 * 86_400 }),
        (timeZone, ms, seconds) => {
          const start = Math.floor(ms / 60_000) * 60_000;
          const [read] = parse(
            render([event({ timeZone, start, end: start + seconds * 1000 })]),
          ).events;
          expect([read!.start, read!.end]).toEqual([start, start + seconds * 1000]);
        },
      ),
      { numRuns: 400 },
    );
  });

  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200, size: 'max' }),
    fc.string({ unit: 'grapheme', maxLength: 200, size: 'max' }),
    fc
      .array(
        fc.constantFrom(
          '\r\n',
          '\n',
          '\r',
          ';',
          ',',
          '\\',
          ':',
          '"',
          '^',
          '\\n',
          'END:VEVENT',
          '\t',
          ' ',
          '\0',
          '\u{1F469}\u200D\u2695\uFE0F',
          '\u202E',
          'é',
          '\uD800',
          '%0D%0A',
        ),
        { maxLength: 60, size: 'max' },
      )
      .map((parts) => parts.join('')),
  );
  /**
   * Returns a text without the characters that no line may contain: control characters, lone
   * surrogates, three kinds of line breaks.
   */
  const readable = (text: string) =>
    text
      .toWellFormed()
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '')
      .replace(/\r\n?/g, '\n');

  it('keeps hostile text intact and within its property', () => {
    // A backslash in a parameter is literal, but ical.js treats it as an escape.
    const names = hostile.map((text) => text.replaceAll('\\', ''));
    fc.assert(
      fc.property(hostile, hostile, names, (summary, description, name) => {
        const text = render([
          event({
            summary,
            description,
            location: 'here',
            attendees: [{ name, email: 'a@example.org' }],
          }),
        ]);
        const { calendar, events } = parse(text);
        expect(calendar.getAllSubcomponents().map((component) => component.name)).toEqual([
          'vtimezone',
          'vevent',
        ]);
        expect(events[0]!.component.getAllProperties().map((property) => property.name)).toEqual([
          'uid',
          'dtstamp',
          'created',
          'last-modified',
          'sequence',
          'dtstart',
          'dtend',
          'status',
          'transp',
          'summary',
          'location',
          ...(description ? ['description'] : []),
          'attendee',
        ]);
        expect(events[0]!.value('summary')).toBe(readable(summary));
        if (description) expect(events[0]!.value('description')).toBe(readable(description));
        expect(events[0]!.component.getFirstProperty('attendee')!.getParameter('cn')).toBe(
          readable(name),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it('folds at 75 octets and splits no character', () => {
    fc.assert(
      fc.property(hostile, (summary) => {
        const text = render([event({ summary })]);
        expect(text.endsWith('\r\n')).toBe(true);
        const lines = text
          .slice(0, -2)
          .split('\r\n')
          .map((line) => Buffer.from(line));
        expect(Math.max(...lines.map((octets) => octets.length))).toBeLessThanOrEqual(75);
        expect(lines.map((octets) => octets.toString('utf8')).join('\r\n')).toBe(text.slice(0, -2));
        expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps an address within its line', () => {
    const [read] = parse(
      render([
        event({
          url: 'https://x.example/ü\r\nEND:VEVENT',
          attendees: [{ name: 'x', email: 'a\r\nb?cc=c@example.org' }],
        }),
      ]),
    ).events;
    expect([read!.value('url'), read!.value('attendee')]).toEqual([
      'https://x.example/%C3%BC%0AEND:VEVENT',
      'mailto:a%0Ab%3Fcc=c@example.org',
    ]);
  });
});
