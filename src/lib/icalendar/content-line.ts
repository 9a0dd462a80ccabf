/** Content lines of iCalendar: RFC 5545 3.1 and 3.3.11; parameters also by RFC 6868. */

const MAX_OCTETS = 75;
const BREAK = '\r\n ';

/**
 * Characters that no content line may contain: control characters other than tab and line breaks.
 */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

const plain = (text: string): string =>
  text.toWellFormed().replace(CONTROL, '').replace(/\r\n?/g, '\n');

/** Encodes a value of type TEXT. */
export const textValue = (text: string): string =>
  plain(text)
    .replace(/[\\;,]/g, (character) => `\\${character}`)
    .replaceAll('\n', '\\n');

const CARETS: Readonly<Record<string, string>> = { '^': '^^', '\n': '^n', '"': "^'" };

/** Encodes a parameter value, quoted. */
export const parameterValue = (text: string): string =>
  `"${plain(text).replace(/[\^\n"]/g, (character) => CARETS[character] as string)}"`;

/**
 * Encodes a value of type URI: escapes characters that could end the line, and non-ASCII
 * characters.
 */
export const uriValue = (uri: string): string =>
  plain(uri).replace(/[^\x21-\x7e]/gu, encodeURIComponent);

/** A calendar user address (RFC 6068). */
export const mailto = (email: string): string =>
  `mailto:${encodeURI(plain(email)).replace(/[?&#;,/]/g, encodeURIComponent)}`;

/** The length of a character in UTF-8. */
function octetsOf(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}

/** Folds a line after at most 75 octets, without splitting a character. */
function fold(line: string): string {
  if (Buffer.byteLength(line) <= MAX_OCTETS) return line;
  let folded = '';
  let octets = 0;
  for (const character of line) {
    const more = octetsOf(character.codePointAt(0) as number);
    if (octets + more > MAX_OCTETS) {
      folded += BREAK;
      // The space that begins a continuation line counts.
      octets = 1;
    }
    folded += character;
    octets += more;
  }
  return folded;
}

/** Joins folded lines; each ends with CRLF. */
export const contentLines = (lines: readonly string[]): string =>
  lines.map((line) => `${fold(line)}\r\n`).join('');
