/** The lines that iCalendar is made of: RFC 5545, 3.1 and 3.3.11; parameters also by RFC 6868. */

const MAX_OCTETS = 75;
const BREAK = '\r\n ';

/** What no content line may hold, folded or not: control characters other than tab and line breaks. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

const plain = (text: string): string =>
  text.toWellFormed().replace(CONTROL, '').replace(/\r\n?/g, '\n');

/** A value of type TEXT. */
export const textValue = (text: string): string =>
  plain(text)
    .replace(/[\\;,]/g, (character) => `\\${character}`)
    .replaceAll('\n', '\\n');

const CARETS: Readonly<Record<string, string>> = { '^': '^^', '\n': '^n', '"': "^'" };

/** A parameter's value, quoted. */
export const parameterValue = (text: string): string =>
  `"${plain(text).replace(/[\^\n"]/g, (character) => CARETS[character] as string)}"`;

/** A value of type URI: what could end the line, and what is not ASCII, is escaped. */
export const uriValue = (uri: string): string =>
  plain(uri).replace(/[^\x21-\x7e]/gu, encodeURIComponent);

/** A calendar user's address, by RFC 6068. */
export const mailto = (email: string): string =>
  `mailto:${encodeURI(plain(email)).replace(/[?&#;,/]/g, encodeURIComponent)}`;

const octetsOf = (codePoint: number): number =>
  codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;

/** One line as it is sent: at most 75 octets before each break, no character split. */
function fold(line: string): string {
  if (Buffer.byteLength(line) <= MAX_OCTETS) return line;
  let folded = '';
  let octets = 0;
  for (const character of line) {
    const more = octetsOf(character.codePointAt(0) as number);
    if (octets + more > MAX_OCTETS) {
      folded += BREAK;
      // The space that begins a continuation counts.
      octets = 1;
    }
    folded += character;
    octets += more;
  }
  return folded;
}

/** Lines as they are sent, the last one ended like the others. */
export const contentLines = (lines: readonly string[]): string =>
  lines.map((line) => `${fold(line)}\r\n`).join('');
