import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { beginEpoch } from '../shared/db/epoch';
import { sql } from '../shared/db/sql';
import { onDatabase } from './open';

const USAGE = 'npm run restored [-- --ids-above 17585855]\n';
/** Of 32 bits, with room for as many again. */
const MAX_ID = 2 ** 30;

/**
 * `npm run restored`: after a backup was restored by a way that the gateway cannot recognise. Cursors of before expire, and new ids
 * begin beyond those that the lost part of the database may have used, and beyond `--ids-above`.
 */
void onDatabase(async (db) => {
  const { values } = parseArgs({ options: { 'ids-above': { type: 'string', default: '0' } }, strict: false });
  const above = Number(values['ids-above']);
  if (!Number.isInteger(above) || above < 0 || above > MAX_ID) {
    process.stderr.write(`--ids-above is a whole number up to ${MAX_ID}.\n${USAGE}`);
    return 1;
  }
  await db.transaction(async (tx) => {
    const kinds = await tx.all<{ kind: string }>(sql`SELECT kind FROM id_block`);
    await beginEpoch(tx, db, new Map(kinds.map(({ kind }) => [kind, above + 1])));
  });
  process.stdout.write('A new epoch of the database has begun: cursors of before have expired, and ids go on beyond those that may have been lost.\n');
  return 0;
});
