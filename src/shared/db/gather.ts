import type { Database } from './database';
import { join, raw, sql, type Sql } from './sql';

interface Waiting { readonly query: Sql; resolve(rows: unknown[]): void; reject(error: unknown): void }

/**
 * A view of a database that sends reads asked for at the same moment as one statement: a round trip costs more than most of them. One for
 * each request, so that requests share nothing. SQLite has no round trips.
 */
export function gathered(db: Database): Database {
  if (db.dialect === 'sqlite') return db;
  let waiting: Waiting[] = [];

  async function send(): Promise<void> {
    const asked = waiting;
    waiting = [];
    try {
      const [first] = asked as [Waiting];
      if (asked.length === 1) return first.resolve(await db.all(first.query));
      const parts = asked.map(({ query }, index) => sql`(SELECT json_agg(q) FROM (${query}) AS q)::text AS ${raw(`"${index}"`)}`);
      const [row] = await db.all<Record<string, string | null>>(sql`SELECT ${join(parts)}`);
      asked.forEach(({ resolve }, index) => resolve(JSON.parse(row?.[index] ?? '[]') as unknown[]));
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }

  return {
    ...db,
    all<Row>(query: Sql) {
      return new Promise<Row[]>((resolve, reject) => {
        waiting.push({ query, resolve: resolve as Waiting['resolve'], reject });
        // Behind the loaders, which send their batches in the same way.
        if (waiting.length === 1) void Promise.resolve().then(() => process.nextTick(send));
      });
    },
  };
}
