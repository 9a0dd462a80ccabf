import 'reflect-metadata';
import { beginEpoch } from '../db/state/epoch';
import { sql } from '../db/sql';
import { runCommand } from './command';

const USAGE = `npm run restored -- [--ids-above 17585855]

Starts a new epoch after a restore that the gateway cannot detect. Earlier cursors expire. New ids start above those that the lost
part of the database may have used, and above --ids-above. With SQLite, stop the gateway first.
`;
/** Half of the 32-bit range, so that as many further ids remain. */
const MAX_ID = 2 ** 30;

void runCommand({
  usage: USAGE,
  options: { 'ids-above': { type: 'string', default: '0' } },
  access: 'exclusive',
  async run(db, values) {
    const above = Number(values['ids-above']);
    if (!Number.isInteger(above) || above < 0 || above > MAX_ID) {
      process.stderr.write(`--ids-above must be a whole number from 0 to ${MAX_ID}.\n${USAGE}`);
      return 1;
    }
    await db.transaction(async (tx) => {
      const kinds = await tx.all<{ kind: string }>(sql`SELECT kind FROM id_block`);
      await beginEpoch(tx, db, new Map(kinds.map(({ kind }) => [kind, above + 1])));
    });
    process.stdout.write(
      'Started a new epoch of the database: earlier cursors have expired, and new ids start above those that may be lost.\n',
    );
    return 0;
  },
});
