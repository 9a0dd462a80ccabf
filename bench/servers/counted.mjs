// Counts the statements that a server sends through pg, and returns the number at /statements. BEGIN and COMMIT are excluded for every server.
import { Client, Pool, types } from 'pg';

let statements = 0;
const { query } = Client.prototype;
Client.prototype.query = function counted(first, ...rest) {
  const text = typeof first === 'string' ? first : first?.text;
  if (text && !/^\s*(begin|commit|rollback|savepoint|release)/i.test(text)) statements += 1;
  return query.call(this, first, ...rest);
};
export const sent = () => String(statements);

/** Connections stay open while others have their turns. */
export const POOL = { max: Number(process.env.DATABASE_POOL ?? 10), idleTimeoutMillis: 0 };
export function pool() {
  types.setTypeParser(20, Number);
  return new Pool({ connectionString: process.env.DATABASE_URL, ...POOL });
}
