import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import { statements, type Database, type Tx } from './database';
import { asBusy, isRetryable } from './failures';
import { render, type Sql } from './sql';

const RETRIES = 3;
/** Each name keeps a plan on each connection, so there is an end to them. */
const MAX_NAMED = 500;
const names = new Map<string, string>();

function nameOf(text: string): string | undefined {
  let name = names.get(text);
  if (!name && names.size < MAX_NAMED) names.set(text, (name = `s${createHash('sha1').update(text).digest('base64url').slice(0, 16)}`));
  return name;
}

const poolOf = (source: DataSource): Pool => (source.driver as unknown as { master: Pool }).master;

async function send<Row>(on: Pool | PoolClient, query: Sql): Promise<{ rows: Row[]; rowCount: number | null }> {
  const { text, values } = render(query, 'postgres');
  statements.tell(text);
  return (on as PoolClient).query({ name: nameOf(text), text, values: values as unknown[] }) as never;
}

/** PostgreSQL by the pools of two TypeORM data sources; the reader's sessions are read-only. */
export function postgresDatabase(writer: DataSource, reader: DataSource, random: () => number = Math.random): Database {
  const [writes, reads] = [poolOf(writer), poolOf(reader)];

  async function attempt<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const client = await writes.connect();
    const committed: (() => void)[] = [];
    let broken: Error | undefined;
    try {
      await client.query('BEGIN');
      const result = await work({
        dialect: 'postgres',
        all: async <Row>(query: Sql) => (await send<Row>(client, query)).rows,
        run: async (query) => (await send(client, query)).rowCount ?? 0,
        afterCommit: (callback) => void committed.push(callback),
      });
      await client.query('COMMIT');
      committed.forEach((callback) => callback());
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((failure: Error) => (broken = failure));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  return {
    dialect: 'postgres',
    async all<Row>(query: Sql) {
      try {
        return (await send<Row>(reads, query)).rows;
      } catch (error) {
        throw asBusy(error);
      }
    },
    async transaction(work) {
      for (let tries = 0; ; tries += 1) {
        try {
          return await attempt(work);
        } catch (error) {
          if (!isRetryable(error) || tries === RETRIES) throw asBusy(error);
          await new Promise((resolve) => setTimeout(resolve, random() * 20 * 2 ** tries));
        }
      }
    },
    async close() {
      await Promise.all([writer.destroy(), reader.destroy()]);
    },
  };
}
