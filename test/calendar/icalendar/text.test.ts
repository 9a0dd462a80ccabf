import { textValue } from '../../../src/lib/icalendar/content-line';
import { event, render } from './icalendar.fixture';

describe('TEXT of iCalendar', () => {
  // RFC 5545 3.3.11: a backslash precedes each of these, and escapes nothing else.
  it.each([
    ['Cut; wash', 'Cut\\; wash'],
    ['a,b', 'a\\,b'],
    ['C:\\temp', 'C:\\\\temp'],
    ['one\r\ntwo\nthree', 'one\\ntwo\\nthree'],
    [';', '\\;'],
    ['"quoted": as it is', '"quoted": as it is'],
  ])('%j is written %j', (text, escaped) => {
    expect(textValue(text)).toBe(escaped);
    expect(render([event({ summary: text })])).toContain(`\r\nSUMMARY:${escaped}\r\n`);
  });
});
