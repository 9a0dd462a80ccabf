/**
 * Tags available in every business. A tag without a value is replaced by an empty text. Each custom
 * field adds its own tags.
 */
export const TAGS = [
  'RECIPIENT_NAME',
  'CLIENT_NAME',
  'CLIENT_FIRST_NAME',
  'CLIENT_LAST_NAME',
  'CLIENT_EMAIL',
  'CLIENT_PHONE',
  'REASON',
  'ADD_ONS',
  'DATE',
  'TIME',
  'END_TIME',
  'TIME_ZONE',
  'DATE_TIME',
  'DATES',
  'COUNT',
  'DURATION',
  'LOCATION',
  'ADDRESS',
  'LOCATION_PHONE',
  'MEETING_URL',
  'STAFF',
  'ADDITIONAL_STAFF',
  'BUSINESS',
  'PRICE',
  'NOTE',
  'CHANGE_REASON',
  'CANCEL_REASON',
  'COMPLETED_NOTE',
  'NO_SHOW_NOTE',
  'INSTRUCTIONS',
  'INSTRUCTIONS_2',
  'MANAGE_URL',
  'CLAIM_URL',
  'HOLD_EXPIRES',
  'CALENDAR_ID',
  'CUSTOM_FIELDS',
] as const;
export type Tag = (typeof TAGS)[number];
export type TagValues = Readonly<Record<Tag, string>>;

const KNOWN_TAGS = new Set<string>(TAGS);
const TAG_PATTERN = /%([A-Z][A-Z0-9_]*)%/g;

/** A template split at its tags. */
interface ParsedTemplate {
  /** Each line alternates text and tag, and starts and ends with text. */
  readonly lines: readonly (readonly string[])[];
  readonly tags: readonly string[];
}

const MAX_TEMPLATES = 1_000;
const templates = new Map<string, ParsedTemplate>();

function parseTemplate(template: string): ParsedTemplate {
  let parts = templates.get(template);
  if (!parts) {
    // `split` with one capture group puts the captured tags at odd indexes.
    const lines = template.split('\n').map((line) => line.split(TAG_PATTERN));
    parts = {
      lines,
      tags: [...new Set(lines.flatMap((line) => line.filter((_, index) => index % 2 === 1)))],
    };
    if (templates.size >= MAX_TEMPLATES) templates.clear();
    templates.set(template, parts);
  }
  return parts;
}

/** Returns the distinct tags of a template, without percent signs. */
export const tagsIn = (template: string): readonly string[] => parseTemplate(template).tags;

/**
 * Returns the tags of a template that are not built in: tags of custom fields, or misspelled ones.
 */
export const unknownTags = (template: string): string[] =>
  tagsIn(template).filter((tag) => !KNOWN_TAGS.has(tag));

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`).replaceAll('\n', '<br>');

/**
 * Replaces the tags of a template by their values. Omits a line whose tags are all empty, so that
 * no label
 * remains without a value. Values are escaped in HTML.
 */
export function fillTags(
  template: string,
  values: Readonly<Partial<Record<string, string>>>,
  format: 'text' | 'html',
): string {
  const filledLines: string[] = [];
  for (const parts of parseTemplate(template).lines) {
    let hasValue = parts.length === 1;
    let line = parts[0] as string;
    for (let at = 1; at < parts.length; at += 2) {
      const value = values[parts[at] as string] ?? '';
      hasValue ||= value !== '';
      line += (format === 'html' ? escapeHtml(value) : value) + parts[at + 1];
    }
    if (hasValue) filledLines.push(line);
  }
  return filledLines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
