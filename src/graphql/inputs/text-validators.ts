import { isEmail, isURL, ValidateBy, type ValidationOptions } from 'class-validator';
import parsePhone, { type CountryCode } from 'libphonenumber-js/max';
import sanitize from 'sanitize-html';
import { InputProblemCode } from '../../errors';
import { canonicalTimeZone } from '../../lib/time-zone';

/** Each validator accepts undefined: the schema decides whether a field is required. */
function check(
  name: string,
  test: (value: unknown) => boolean,
  message: string,
  codeOf?: (value: unknown) => InputProblemCode,
): PropertyDecorator {
  const options: ValidationOptions = { message, context: codeOf };
  return ValidateBy(
    {
      name,
      validator: { validate: (value) => value === null || value === undefined || test(value) },
    },
    options,
  );
}

// Control characters other than tab and line breaks have no meaning for readers. Lone surrogates
// cannot be stored as UTF-8.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;
const BREAKS = /[\t\n\r]/;

interface TextOptions {
  min?: number;
  max: number;
  multiline?: boolean;
}

/** Validates human text, emoji and right-to-left included. Lengths count characters, not bytes. */
export function Text({ min = 0, max, multiline = false }: TextOptions): PropertyDecorator {
  const length = min > 0 ? `${min} to ${max} characters` : `at most ${max} characters`;
  return check(
    'text',
    (value) => {
      // Twice the limit in UTF-16 units exceeds it in characters, too, so that 10 MB are refused
      // without inspection.
      if (typeof value !== 'string' || value.length > max * 2) return false;
      const trimmed = min > 0 ? value.trim() : value;
      const count = [...trimmed].length;
      return (
        count >= min &&
        count <= max &&
        value.isWellFormed() &&
        !CONTROL.test(value) &&
        (multiline || !BREAKS.test(value))
      );
    },
    `$property must be ${length} of well-formed text${multiline ? '' : ' on one line'}.`,
    (value) => {
      if (typeof value !== 'string') return InputProblemCode.WRONG_FORMAT;
      // No string has more characters than UTF-16 units: counting them is needed only up to 2 max.
      if (value.length > max * 2 || [...value].length > max) return InputProblemCode.TOO_LONG;
      return value.trim().length < min ? InputProblemCode.TOO_SHORT : InputProblemCode.WRONG_FORMAT;
    },
  );
}

export const isEmailAddress = (value: unknown): boolean =>
  typeof value === 'string' && value.length <= 254 && value.isWellFormed() && isEmail(value);

export const Email = (): PropertyDecorator =>
  check('email', isEmailAddress, '$property must be an e-mail address, such as name@example.org.');

export const isWebUrl = (value: unknown): boolean =>
  typeof value === 'string' &&
  value.length <= 2000 &&
  value.isWellFormed() &&
  isURL(value, { protocols: ['http', 'https'], require_protocol: true, require_tld: false });

export const WebUrl = (): PropertyDecorator =>
  check(
    'webUrl',
    isWebUrl,
    '$property must be an http or https address of at most 2000 characters.',
  );

export const Zone = (): PropertyDecorator =>
  check(
    'zone',
    (value) => typeof value === 'string' && canonicalTimeZone(value) !== null,
    '$property must be an IANA time zone, such as America/New_York.',
  );

/** Checks the form only; `toE164` checks the number against the country. */
export const isPhoneLike = (value: unknown): boolean =>
  typeof value === 'string' &&
  value.length <= 40 &&
  /^[+()\d\s./x-]*$/.test(value) &&
  (value.match(/\d/g)?.length ?? 0) >= 4;

export const Phone = (): PropertyDecorator =>
  check(
    'phone',
    isPhoneLike,
    '$property must be a phone number, best with its country code, such as +1 212 555 0123.',
  );

export const Locale = (): PropertyDecorator =>
  check(
    'locale',
    (value) => typeof value === 'string' && canonicalLocale(value) !== null,
    '$property must be a language tag of BCP 47, such as en-US.',
  );

/** `de` of de-AT: of a canonical locale, by RFC 5646 its first subtag. */
export const languageOf = (locale: string): string =>
  (locale.split('-', 1)[0] as string).toLowerCase();

export function canonicalLocale(value: string): string | null {
  if (value.length > 35) return null;
  try {
    return Intl.getCanonicalLocales(value.replace('_', '-'))[0] ?? null;
  } catch {
    return null;
  }
}

/** Returns E.164 if the number is valid; else its digits as entered. Null for none. */
export function toE164(value: string | null | undefined, country: string): string | null {
  if (!value?.trim()) return null;
  const parsed = parsePhone(value, country as CountryCode);
  return parsed?.isPossible() ? parsed.number : value.replace(/[^\d+]/g, '').slice(0, 20);
}

/** Formats a number in the national style of its country; other numbers are unchanged. */
export function nationalPhone(value: string | null): string | null {
  return value && (value.startsWith('+') ? (parsePhone(value)?.formatNational() ?? value) : value);
}

/** HTML that is safe to show: text, lists, headings and links to the web. */
export function sanitizeHtml(value: string): string {
  return sanitize(value, {
    allowedTags: [
      'p',
      'br',
      'b',
      'strong',
      'i',
      'em',
      'u',
      'ul',
      'ol',
      'li',
      'a',
      'h3',
      'h4',
      'h5',
    ],
    allowedAttributes: { a: ['href', 'rel'] },
    allowedSchemes: ['http', 'https', 'mailto'],
    transformTags: { a: sanitize.simpleTransform('a', { rel: 'noopener noreferrer' }) },
  });
}
