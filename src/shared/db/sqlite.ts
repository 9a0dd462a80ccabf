import type BetterSqlite3 from 'better-sqlite3';
import type { DataSource } from 'typeorm';
import { statements, type Database, type Tx } from './database';
import { asBusy } from './failures';
import { render, type Sql, type SqlValue } from './sql';

const connectionOf = (source: DataSource): BetterSqlite3.Database =>
  (source.driver as unknown as { databaseConnection: BetterSqlite3.Database }).databaseConnection;

const MAX_PREPARED = 500;

/** Sends statements on one connection and keeps them prepared. */
function preparedOn(connection: BetterSqlite3.Database) {
  const prepared = new Map<string, BetterSqlite3.Statement>();
  const bindable = (value: SqlValue) => (typeof value === 'boolean' ? Number(value) : value);
  return (query: Sql) => {
    const { text, values } = render(query, 'sqlite');
    statements.tell(text);
    let statement = prepared.get(text);
    if (!statement) {
      if (prepared.size >= MAX_PREPARED) prepared.clear();
      prepared.set(text, (statement = connection.prepare(text)));
    }
    return { statement, values: values.map(bindable) };
  };
}

/**
 * SQLite by two TypeORM data sources on one WAL file: a writer whose transactions queue, a reader opened read-only.
 * The queue is what keeps transactions apart: better-sqlite3 has one connection, and a second BEGIN would join the first.
 */
export function sqliteDatabase(writer: DataSource, reader: DataSource): Database {
  const connection = connectionOf(writer);
  const [write, read] = [preparedOn(connection), preparedOn(connectionOf(reader))];
  let last: Promise<unknown> = Promise.resolve();

  async function attempt<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const committed: (() => void)[] = [];
    connection.exec('BEGIN IMMEDIATE');
    let result: T;
    try {
      result = await work({
        dialect: 'sqlite',
        all: async <Row>(query: Sql) => {
          const { statement, values } = write(query);
          return statement.all(...values) as Row[];
        },
        run: async (query) => {
          const { statement, values } = write(query);
          return statement.run(...values).changes;
        },
        async later(query, explain) {
          try {
            const { statement, values } = write(query);
            statement.run(...values);
          } catch (error) {
            throw explain ? explain(error) : error;
          }
        },
        afterCommit: (callback) => void committed.push(callback),
      });
      connection.exec('COMMIT');
    } catch (error) {
      // A failed COMMIT or RAISE(ROLLBACK) may have ended the transaction already.
      if (connection.inTransaction) connection.exec('ROLLBACK');
      throw error;
    }
    committed.forEach((callback) => callback());
    return result;
  }

  return {
    dialect: 'sqlite',
    origin: connection,
    async all<Row>(query: Sql) {
      const { statement, values } = read(query);
      return statement.all(...values) as Row[];
    },
    transaction(work) {
      const turn = last.then(() => attempt(work)).catch((error) => {
        throw asBusy(error);
      });
      last = turn.catch(() => undefined);
      return turn;
    },
    async close() {
      await last;
      await Promise.all([writer.destroy(), reader.destroy()]);
    },
  };
}
