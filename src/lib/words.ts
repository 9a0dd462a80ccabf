/** Instants, ranges, durations and amounts in the words of a locale. */

/** Creating a formatter costs more than most of its uses. */
const MAX_FORMATTERS = 500;
interface TextFormatter {
  readonly formatter: Intl.DateTimeFormat;
  readonly isEnglish: boolean;
}
const texts = new Map<string, TextFormatter>();

/**
 * Formats an instant in words: "Thursday, May 17, 2018 at 12:00 PM EDT" in en-US. Unknown locales
 * fall back to English.
 */
export function text(instant: number, timeZone: string, locale: string): string {
  const { formatter, isEnglish } = formatterOfTexts(timeZone, locale);
  return plainText(formatter.format(instant), isEnglish);
}

/** Formats a range in words: "Thursday, May 17, 2018 at 12:00 – 1:45 PM EDT" in en-US. */
export function rangeText(
  startAt: number,
  endAt: number,
  timeZone: string,
  locale: string,
): string {
  const { formatter, isEnglish } = formatterOfTexts(timeZone, locale);
  return plainText(formatter.formatRange(startAt, endAt), isEnglish);
}

/** Replaces thin spaces, which many fonts lack. */
function plainText(words: string, isEnglish: boolean): string {
  const spaced = words.replaceAll(/[\u2009\u202f]/g, ' ');
  return isEnglish ? spaced.replaceAll(/(\d{4}), /g, '$1 at ') : spaced;
}

function formatterOfTexts(timeZone: string, locale: string): TextFormatter {
  const key = `${locale}|${timeZone}`;
  let known = texts.get(key);
  if (!known) {
    const [language = 'en-US'] = supported(locale);
    const formatter = new Intl.DateTimeFormat(language, {
      timeZone,
      weekday: 'long',
      year: 'numeric',
      month: language.startsWith('en') ? 'short' : 'long',
      day: 'numeric',
      hour: 'numeric',
      minute: '2-digit',
      timeZoneName: 'short',
    });
    if (texts.size >= MAX_FORMATTERS) texts.clear();
    texts.set(
      key,
      (known = { formatter, isEnglish: formatter.resolvedOptions().locale.startsWith('en') }),
    );
  }
  return known;
}

const lengths = new Map<string, string>();

/** "1 hour 30 minutes" in en-US. */
export function lengthInWords(minutes: number, locale: string): string {
  const key = `${locale}|${minutes}`;
  let words = lengths.get(key);
  if (words === undefined) {
    if (lengths.size >= MAX_FORMATTERS) lengths.clear();
    lengths.set(key, (words = sayLength(minutes, locale)));
  }
  return words;
}

/** Returns the words of a heading: "1 Hour 45 Minutes" in en-US. */
export const friendlyTime = (minutes: number, locale: string): string =>
  lengthInWords(minutes, locale).replace(/(?<=^|\s)\p{Ll}/gu, (letter) =>
    letter.toLocaleUpperCase(locale),
  );

function sayLength(minutes: number, locale: string): string {
  const [known = 'en-US'] = supported(locale);
  const parts = [
    ['hour', Math.floor(minutes / 60)],
    ['minute', minutes % 60],
  ] as const;
  const units = parts
    .filter(([, count]) => count > 0)
    .map(([unit, count]) =>
      new Intl.NumberFormat(known, { style: 'unit', unit, unitDisplay: 'long' }).format(count),
    );
  return new Intl.ListFormat(known, { type: 'unit', style: 'narrow' }).format(units);
}

/** Returns the locale if ICU knows it; else an empty list, so that Intl takes its default. */
export function supported(locale: string): string[] {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf([locale]);
  } catch {
    return [];
  }
}

/**
 * Returns an amount as text in a language, such as "12,50 €". Intl reads the digits of a string
 * without loss of precision.
 */
export const moneyText = (amount: string, currency: string, locale: string): string =>
  new Intl.NumberFormat(supported(locale)[0] ?? 'en-US', { style: 'currency', currency })
    .format(amount as `${number}`)
    .replaceAll('\u202f', ' ');
