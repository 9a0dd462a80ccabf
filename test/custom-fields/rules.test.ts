import * as fc from 'fast-check';
import { CustomFieldDataType } from '../../src/features/custom-fields/data-types';
import { matchesWhole, patternFault } from '../../src/features/custom-fields/values/pattern';
import { accept, extendedOf, faultOf } from '../../src/features/custom-fields/values/rules';

const field = (dataType: keyof typeof CustomFieldDataType, given: object = {}) => ({
  dataType: CustomFieldDataType[dataType],
  options: [] as { value: string; label: string }[],
  validationRegex: null as string | null,
  ...given,
});
const diets = {
  options: [
    { value: 'none', label: 'No diet' },
    { value: 'vegan', label: 'Vegan food' },
    { value: 'halal', label: 'Halal' },
  ],
};

const outcome = (of: ReturnType<typeof field>, value: string) => {
  const found = accept(of, value, 'US');
  return 'kept' in found ? found.kept : found.fault.code;
};

describe('a value', () => {
  it.each([
    ['TXT', 'Blue', 'Blue'],
    ['TXT', 'two\nlines', 'WRONG_FORMAT'],
    ['TXT', 'x'.repeat(501), 'TOO_LONG'],
    ['TXT', '🦷'.repeat(500), '🦷'.repeat(500)],
    ['AREA', 'two\nlines', 'two\nlines'],
    ['AREA', 'x'.repeat(10_001), 'TOO_LONG'],
    ['NUM', '007.50', '7.50'],
    ['NUM', '-0', '0'],
    ['NUM', '1e3', 'WRONG_FORMAT'],
    ['NUM', '0x10', 'WRONG_FORMAT'],
    ['NUM', 'Infinity', 'WRONG_FORMAT'],
    ['NUM', '1,5', 'WRONG_FORMAT'],
    ['DATE', '2032-02-29', '2032-02-29'],
    ['DATE', '2031-02-29', 'WRONG_FORMAT'],
    ['DATE', '29.2.2032', 'WRONG_FORMAT'],
    ['CHECK', 'true', 'true'],
    ['CHECK', 'yes', 'WRONG_FORMAT'],
    ['EMAIL', 'Jon@Snow.example', 'jon@snow.example'],
    ['EMAIL', 'jon', 'WRONG_FORMAT'],
    ['PHONE', '(212) 555-0123', '+12125550123'],
    ['PHONE', 'call me', 'WRONG_FORMAT'],
    ['URL', 'https://example.org/a', 'https://example.org/a'],
    ['URL', 'javascript:alert(1)', 'WRONG_FORMAT'],
  ] as const)('of a %s is stored in normal form, or refused: %#', (type, value, expected) => {
    expect(outcome(field(type), value)).toBe(expected);
  });

  it('is one option of a LIST, and distinct options of a MULTI in their order', () => {
    expect(outcome(field('LIST', diets), 'vegan')).toBe('vegan');
    expect(outcome(field('LIST', diets), 'Vegan food')).toBe('NOT_AN_OPTION');
    expect(outcome(field('LIST', diets), 'constructor')).toBe('NOT_AN_OPTION');
    expect(outcome(field('MULTI', diets), ' halal, vegan,halal ,')).toBe('vegan,halal');
    expect(outcome(field('MULTI', diets), 'vegan,meat')).toBe('NOT_AN_OPTION');
    expect(outcome(field('MULTI', diets), ' , ,')).toBe('');
  });

  it('matches the pattern as a whole, in its normal form', () => {
    const insurance = field('TXT', { validationRegex: '[A-Z]{2}\\d{4}|none' });
    expect(
      ['AB1234', 'none', 'xAB1234', 'AB12345', 'nonesuch'].map((value) =>
        outcome(insurance, value),
      ),
    ).toEqual(['AB1234', 'none', 'WRONG_FORMAT', 'WRONG_FORMAT', 'WRONG_FORMAT']);
    expect(outcome(field('AREA', { validationRegex: '[a\\n]*' }), 'a'.repeat(501))).toBe(
      'TOO_LONG',
    );
    expect(outcome(field('PHONE', { validationRegex: '\\+1\\d{10}' }), '212 555 0123')).toBe(
      '+12125550123',
    );
    expect(outcome(field('CHECK', { validationRegex: 'true' }), 'false')).toBe('WRONG_FORMAT');
  });

  it('accepts common spellings', () => {
    expect(extendedOf(field('NUM'), '1234.50', 'de')).toBe('1.234,50');
    expect(extendedOf(field('NUM'), '999999999999.9999', 'en')).toBe('999,999,999,999.9999');
    expect(extendedOf(field('DATE'), '2031-02-05', 'en-US')).toBe('February 5, 2031');
    expect(extendedOf(field('CHECK'), 'false', 'en')).toBe('No');
    expect(
      extendedOf(
        field('CHECK', {
          options: [
            { value: 'true', label: 'Ja' },
            { value: 'false', label: 'Nein' },
          ],
        }),
        'true',
        'de',
      ),
    ).toBe('Ja');
    expect(extendedOf(field('MULTI', diets), 'none,vegan', 'en')).toBe('No diet, Vegan food');
    expect(extendedOf(field('PHONE'), '+12125550123', 'en')).toBe('(212) 555-0123');
    expect(extendedOf(field('LIST', diets), 'meat', 'en')).toBe('meat');
  });

  it('of any kind is stored in a valid form only, is idempotent, and can be read', () => {
    const odd = fc
      .oneof(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        fc.emailAddress(),
        fc.webUrl(),
        fc.double().map(String),
        fc.integer().map(String),
        fc.date({ noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10)),
        fc.stringMatching(/^[+()\d\s./x-]{0,40}$/),
        fc
          .array(fc.constantFrom('none', 'vegan', 'halal', ' ', ''))
          .map((parts) => parts.join(',')),
        fc.constantFrom('true', 'false', '__proto__', 'toString'),
      )
      .map((value) => value.trim());
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(CustomFieldDataType)),
        odd,
        fc.boolean(),
        (type, value, matched) => {
          const of = field(type, {
            ...(type === 'LIST' || type === 'MULTI' ? diets : {}),
            validationRegex: matched ? '[^Q]*' : null,
          });
          const found = accept(of, value, 'US');
          if ('fault' in found || found.kept === '') return;
          expect(faultOf(of, found.kept)).toBeNull();
          expect(accept(of, found.kept, 'US')).toEqual({ kept: found.kept });
          expect(extendedOf(of, found.kept, 'fr')).not.toBe('');
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('a pattern', () => {
  it('is refused if it could take long or exceeds the syntax of RE2', () => {
    expect(patternFault('[A-Z]{2}\\d{6}')).toBeNull();
    expect(patternFault('(\\+?\\d{1,3}[ -]?)?\\(?\\d{3}\\)?[ -]?\\d{3}[ -]?\\d{4}')).toBeNull();
    for (const bad of [
      '(',
      '(?=a)b',
      '(a)\\1',
      '((a{100}){100}){100}',
      '(([a-z]?){100}){10}',
      '.{1000}',
      'x'.repeat(301),
    ])
      expect([bad, patternFault(bad)]).toEqual([bad, expect.any(String)]);
  });

  // Backtracking over these values would not end.
  it('takes time linear in the value', () => {
    for (const evil of ['(a+)+', '(a|a)*', '(a|aa)+', '(.*a){12}', '([a-zA-Z]+)*', '(x?){60}a*']) {
      expect(patternFault(evil)).toBeNull();
      expect(matchesWhole(evil, `${'a'.repeat(499)}!`)).toBe(false);
    }
  });

  it('is never applied to a value beyond the limit', () => {
    expect(matchesWhole('a*', 'a'.repeat(500))).toBe(true);
    expect(matchesWhole('a*', 'a'.repeat(501))).toBe(false);
  });
});
