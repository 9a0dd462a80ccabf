import { CustomFieldDataType } from '../../src/features/custom-fields/data-types';
import { matchesWhole, patternFault } from '../../src/features/custom-fields/values/pattern';
import { accept, extendedOf, faultOf } from '../../src/features/custom-fields/values/rules';

type TypeName = keyof typeof CustomFieldDataType;
const field = (dataType: TypeName, given: object = {}) => ({
  dataType: CustomFieldDataType[dataType],
  options: [] as { value: string; label: string }[],
  validationRegex: null as string | null,
  ...given,
});
const OPTIONS = {
  options: [
    { value: 'none', label: 'No diet' },
    { value: 'vegan', label: 'Vegan food' },
    { value: 'halal', label: 'Halal' },
  ],
};
const fault = (code: string, message: string) => ({ fault: { code, message } });
const wrong = (expected: string) => fault('WRONG_FORMAT', `must be ${expected}`);
const long = (max: number) => fault('TOO_LONG', `has more than ${max} characters`);

describe('accept', () => {
  it.each([
    ['TXT', 'Blue', { kept: 'Blue' }],
    ['TXT', '', { kept: '' }],
    ['TXT', 'a\nb', wrong('one line')],
    ['TXT', 'a\rb', wrong('one line')],
    ['TXT', '🦷'.repeat(500), { kept: '🦷'.repeat(500) }],
    ['TXT', 'x'.repeat(501), long(500)],
    ['AREA', 'a\nb', { kept: 'a\nb' }],
    ['AREA', 'x'.repeat(10_000), { kept: 'x'.repeat(10_000) }],
    ['AREA', 'x'.repeat(10_001), long(10_000)],
    ['NUM', '007.50', { kept: '7.50' }],
    ['NUM', '1e3', wrong('a decimal, such as 12.5')],
    ['DATE', '2032-02-29', { kept: '2032-02-29' }],
    ['DATE', '2031-02-29', wrong('a day of the calendar, such as 2030-01-31')],
    ['CHECK', 'true', { kept: 'true' }],
    ['CHECK', 'false', { kept: 'false' }],
    ['CHECK', 'TRUE', wrong('true or false')],
    ['EMAIL', 'Jon@Snow.example', { kept: 'jon@snow.example' }],
    ['EMAIL', 'jon', wrong('an e-mail address, such as name@example.org')],
    ['PHONE', '(212) 555-0123', { kept: '+12125550123' }],
    ['PHONE', 'call me', wrong('a phone number, best with its country code')],
    ['URL', 'https://example.org/A', { kept: 'https://example.org/A' }],
    ['URL', 'ftp://example.org', wrong('an http or https address')],
    ['LIST', 'vegan', { kept: 'vegan' }],
    ['LIST', 'Vegan food', fault('NOT_AN_OPTION', 'has no option "Vegan food"')],
    ['LIST', 'none,vegan', fault('NOT_AN_OPTION', 'has no option "none,vegan"')],
    ['LIST', 'y'.repeat(101), fault('NOT_AN_OPTION', `has no option "${'y'.repeat(100)}"`)],
    ['MULTI', ' halal, vegan,halal ,', { kept: 'vegan,halal' }],
    ['MULTI', 'vegan,meat,fish', fault('NOT_AN_OPTION', 'has no option "meat"')],
    ['MULTI', ' , ,', { kept: '' }],
  ] as [TypeName, string, object][])('%s %#', (type, value, wanted) =>
    expect(accept(field(type, OPTIONS), value, 'US')).toEqual(wanted),
  );
  it('reads phone numbers by the country', () =>
    expect(accept(field('PHONE'), '030 901820', 'DE')).toEqual({ kept: '+4930901820' }));
  it('matches the pattern with the stored form of the value', () => {
    const digits = (type: TypeName) => field(type, { validationRegex: '[0-9.]+' });
    expect(accept(digits('NUM'), '007', 'US')).toEqual({ kept: '7' });
    expect(accept(digits('TXT'), '1a', 'US')).toEqual(
      fault('WRONG_FORMAT', 'does not match [0-9.]+'),
    );
    expect(accept(digits('AREA'), '1'.repeat(500), 'US')).toEqual({ kept: '1'.repeat(500) });
    expect(accept(digits('AREA'), '1'.repeat(501), 'US')).toEqual(long(500));
    const cleared = field('MULTI', { ...OPTIONS, validationRegex: 'x' });
    expect(accept(cleared, ' ,', 'US')).toEqual({ kept: '' });
  });
});

describe('faultOf', () => {
  it('checks the type, then the pattern', () => {
    const digits = field('TXT', { validationRegex: '[0-9]+' });
    expect(faultOf(digits, '12')).toBeNull();
    expect(faultOf(digits, '1\n2')).toEqual({ code: 'WRONG_FORMAT', message: 'must be one line' });
    expect(faultOf(digits, 'a')).toEqual({
      code: 'WRONG_FORMAT',
      message: 'does not match [0-9]+',
    });
    expect(faultOf(field('TXT'), 'a')).toBeNull();
  });
});

describe('extendedOf', () => {
  const LABELED = { options: [{ value: 'true', label: 'Agreed' }] };
  it.each([
    ['TXT', {}, 'a', 'en-US', 'a'],
    ['NUM', {}, '1234567.50', 'en-US', '1,234,567.50'],
    ['NUM', {}, '1234', 'de-DE', '1.234'],
    ['NUM', {}, 'x', 'en-US', 'x'],
    ['DATE', {}, '2030-01-31', 'en-US', 'January 31, 2030'],
    ['DATE', {}, '2030-01-31', 'de-DE', '31. Januar 2030'],
    ['CHECK', {}, 'true', 'en-US', 'Yes'],
    ['CHECK', {}, 'false', 'en-US', 'No'],
    ['CHECK', LABELED, 'true', 'en-US', 'Agreed'],
    ['CHECK', LABELED, 'false', 'en-US', 'No'],
    ['LIST', OPTIONS, 'vegan', 'en-US', 'Vegan food'],
    ['LIST', OPTIONS, 'gone', 'en-US', 'gone'],
    ['MULTI', OPTIONS, 'vegan,halal', 'en-US', 'Vegan food, Halal'],
    ['PHONE', {}, '+4930901820', 'en-US', '030 901820'],
    ['PHONE', {}, '5551234', 'en-US', '5551234'],
    ['EMAIL', {}, 'a@b.test', 'en-US', 'a@b.test'],
  ] as [TypeName, object, string, string, string][])(
    '%s %#',
    (type, given, value, locale, wanted) =>
      expect(extendedOf(field(type, given), value, locale)).toBe(wanted),
  );
});

describe('patterns', () => {
  it.each([
    ['a'.repeat(298), null],
    ['[0-9]{5}', null],
    ['a'.repeat(301), 'it has more than 300 characters'],
    ['(((a{9}){9}){9})', 'it repeats too much'],
    ['(', 'missing closing ): `(`'],
  ])('%#', (pattern, wanted) => expect(patternFault(pattern)).toBe(wanted));
  it('accepts 300 characters', () => expect(patternFault(`[${'a'.repeat(298)}]`)).toBeNull());
  it('accept 300 instructions and refuse 301', () => {
    const faults = Array.from({ length: 20 }, (_, more) => patternFault('a'.repeat(285 + more)));
    expect(faults.slice(0, 10)).toEqual(Array(10).fill(null));
    expect(faults.indexOf('it repeats too much')).toBe(14);
  });
  it('match the whole value, up to 500 characters', () => {
    expect(matchesWhole('a+', 'aaa')).toBe(true);
    expect(matchesWhole('a+', 'aab')).toBe(false);
    expect(matchesWhole('a+', 'baa')).toBe(false);
    expect(matchesWhole('a+', 'a'.repeat(500))).toBe(true);
    expect(matchesWhole('a+', 'a'.repeat(501))).toBe(false);
    expect(matchesWhole('b+', 'b')).toBe(true);
    expect(matchesWhole('a+', 'b')).toBe(false);
  });
});
