import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import type { Signals } from '../signals';
import { render, type Rendered, type Sql } from '../sql';

/** Each name keeps a plan on each connection, so the number of names is bounded. */
const MAX_NAMED = 500;
const names = new Map<string, string>();

function nameOf(text: string): string | undefined {
  let name = names.get(text);
  if (!name && names.size < MAX_NAMED)
    names.set(
      text,
      (name = `s${createHash('sha1').update(text).digest('base64url').slice(0, 16)}`),
    );
  return name;
}

interface Answer<Row> {
  readonly rows: Row[];
  readonly rowCount: number | null;
}

/**
 * Renders before sending, so that a value that cannot be stored throws before anything is written
 * to the socket.
 */
export function send<Row>(
  on: Pool | PoolClient,
  query: Sql,
  signals: Signals,
): Promise<Answer<Row>> {
  return sendText(on, render(query, 'postgres'), signals);
}

export function sendText<Row>(
  on: Pool | PoolClient,
  { text, values }: Rendered,
  signals: Signals,
): Promise<Answer<Row>> {
  signals.statementSent.emit(text);
  return (on as PoolClient).query({
    name: nameOf(text),
    text,
    values: values as unknown[],
  }) as never;
}
