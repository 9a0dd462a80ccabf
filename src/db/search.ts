import { byDialect, raw, sql, type Sql } from './sql';

const MAX_WORDS = 8;
/** PostgreSQL's default. SQLite has none. */
const ESCAPE = byDialect({ postgres: raw(''), sqlite: raw(` ESCAPE '\\'`) });

/**
 * Conditions that a lower-case text contains every word of a search, anywhere. Non-ASCII letters
 * match case-sensitively on both databases.
 */
export const containsWords = (lowered: Sql, search: string): Sql[] =>
  search
    .trim()
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, MAX_WORDS)
    .map((word) => sql`${lowered} LIKE ${`%${lower(word).replace(/[\\%_]/g, '\\$&')}%`}${ESCAPE}`);

/** Lower-cases ASCII letters only, as SQLite's lower() does. */
export const lower = (text: string): string =>
  text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
