import type BetterSqlite3 from 'better-sqlite3';
import type { Signals } from '../signals';
import { render, type Sql, type SqlValue } from '../sql';

const MAX_PREPARED = 500;

/** A prepared statement with the values of one execution. */
interface BoundStatement {
  readonly statement: BetterSqlite3.Statement;
  readonly values: readonly unknown[];
}

/** Prepares a statement, or takes it from the cache of its connection. */
export type Prepare = (query: Sql) => BoundStatement;

const bindable = (value: SqlValue) => (typeof value === 'boolean' ? Number(value) : value);

/** Prepares statements on one connection and caches them. */
export function preparedOn(connection: BetterSqlite3.Database, signals: Signals): Prepare {
  const prepared = new Map<string, BetterSqlite3.Statement>();
  return (query) => {
    const { text, values } = render(query, 'sqlite');
    signals.statementSent.emit(text);
    let statement = prepared.get(text);
    if (!statement) {
      if (prepared.size >= MAX_PREPARED) prepared.clear();
      prepared.set(text, (statement = connection.prepare(text)));
    }
    return { statement, values: values.map(bindable) };
  };
}

export const allOf = <Row>({ statement, values }: BoundStatement): Row[] =>
  statement.all(...values) as Row[];

export const oneOf = <Row>({ statement, values }: BoundStatement): Row =>
  statement.get(...values) as Row;

/** Runs a writing statement and returns the number of affected rows. */
export const run = ({ statement, values }: BoundStatement): number =>
  statement.run(...values).changes;
