import { sql, type Sql } from './sql';

const MAX_WORDS = 8;

/**
 * That a lower-case text holds every word of a search, anywhere. Letters beyond ASCII match in the case they are written in, the same on
 * both databases.
 */
export const containsWords = (lowered: Sql, search: string): Sql[] =>
  search
    .trim()
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, MAX_WORDS)
    .map(
      (word) => sql`${lowered} LIKE ${`%${lower(word).replace(/[\\%_]/g, '\\$&')}%`} ESCAPE '\\'`,
    );

/** SQLite's lower() knows ASCII alone, so that is what both sides use. */
export const lower = (text: string): string =>
  text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
