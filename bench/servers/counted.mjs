// Counts what a peer sends through pg, and tells at /statements. BEGIN and COMMIT are counted apart by everybody, so they are not counted here.
import { Client } from 'pg';

let statements = 0;
const { query } = Client.prototype;
Client.prototype.query = function counted(first, ...rest) {
  const text = typeof first === 'string' ? first : first?.text;
  if (text && !/^\s*(begin|commit|rollback|savepoint|release)/i.test(text)) statements += 1;
  return query.call(this, first, ...rest);
};
export const sent = () => String(statements);
