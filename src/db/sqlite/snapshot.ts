import BetterSqlite3 from 'better-sqlite3';
import type { Reader } from '../database';
import type { Signals } from '../signals';
import type { Sql } from '../sql';
import { allOf, oneOf, preparedOn } from './prepared-statements';

/**
 * Runs `work` in one read transaction on a connection of its own, so that other reads of the
 * process see later commits.
 */
export async function readSnapshot<T>(
  file: string,
  signals: Signals,
  work: (reader: Reader) => Promise<T>,
): Promise<T> {
  const connection = new BetterSqlite3(file, { readonly: true, fileMustExist: true });
  try {
    const read = preparedOn(connection, signals);
    connection.exec('BEGIN');
    return await work({
      dialect: 'sqlite',
      all: async <Row>(query: Sql) => allOf<Row>(read(query)),
      one: async <Row>(query: Sql) => oneOf<Row>(read(query)),
    });
  } finally {
    connection.close();
  }
}
