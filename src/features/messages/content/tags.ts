/** What stands for a tag in a message; empty where there is nothing to say. Custom fields have tags of their own beside these. */
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

const KNOWN = new Set<string>(TAGS);
const FORM = /%([A-Z][A-Z0-9_]*)%/g;

/** A template taken apart. */
interface Parts {
  /** Each line is text, then a tag, then text, and so on. */
  readonly lines: readonly (readonly string[])[];
  readonly tags: readonly string[];
}

const MAX_TEMPLATES = 1_000;
const templates = new Map<string, Parts>();

function partsOf(template: string): Parts {
  let parts = templates.get(template);
  if (!parts) {
    // What is captured stands at every other place.
    const lines = template.split('\n').map((line) => line.split(FORM));
    parts = {
      lines,
      tags: [...new Set(lines.flatMap((line) => line.filter((_, index) => index % 2 === 1)))],
    };
    if (templates.size >= MAX_TEMPLATES) templates.clear();
    templates.set(template, parts);
  }
  return parts;
}

/** Tags of a template, each once, without their signs. */
export const tagsIn = (template: string): readonly string[] => partsOf(template).tags;

/** Those that nothing stands for in every business. */
export const unknownTags = (template: string): string[] =>
  tagsIn(template).filter((tag) => !KNOWN.has(tag));

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`).replaceAll('\n', '<br>');

/**
 * A template with its values. A line that has tags and a value for none of them is left out, so that no label stands alone. In HTML values
 * are text and nothing else.
 */
export function fill(
  template: string,
  values: Readonly<Partial<Record<string, string>>>,
  format: 'text' | 'html',
): string {
  const said: string[] = [];
  for (const parts of partsOf(template).lines) {
    let isSaid = parts.length === 1;
    let line = parts[0] as string;
    for (let at = 1; at < parts.length; at += 2) {
      const value = values[parts[at] as string] ?? '';
      isSaid ||= value !== '';
      line += (format === 'html' ? escapeHtml(value) : value) + parts[at + 1];
    }
    if (isSaid) said.push(line);
  }
  return said
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
