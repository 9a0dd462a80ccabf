import 'reflect-metadata';
import { beginEpoch } from '../db/state/epoch';
import { sql } from '../db/sql';
import { runCommand } from './command';

const USAGE = `npm run restored -- [--ids-above 17585855]

After a backup was restored in a way that the gateway cannot recognise: cursors of before expire, and new ids begin beyond those that the lost part
of the database may have used, and beyond --ids-above. With SQLite stop the gateway first.
`;
/** Of 32 bits, with room for as many again. */
const MAX_ID = 2 ** 30;

void runCommand({
  usage: USAGE,
  options: { 'ids-above': { type: 'string', default: '0' } },
  access: 'exclusive',
  async run(db, values) {
    const above = Number(values['ids-above']);
    if (!Number.isInteger(above) || above < 0 || above > MAX_ID) {
      process.stderr.write(`--ids-above is a whole number up to ${MAX_ID}.\n${USAGE}`);
      return 1;
    }
    await db.transaction(async (tx) => {
      const kinds = await tx.all<{ kind: string }>(sql`SELECT kind FROM id_block`);
      await beginEpoch(tx, db, new Map(kinds.map(({ kind }) => [kind, above + 1])));
    });
    process.stdout.write(
      'A new epoch of the database has begun: cursors of before have expired, and ids go on beyond those that may have been lost.\n',
    );
    return 0;
  },
});
