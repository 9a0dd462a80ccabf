import { beginEpoch } from '../db/state/epoch';
import { sql } from '../db/sql';
import { databaseCommand, UsageError } from './command';

/** Half of the 32-bit range, so that as many further ids remain. */
const MAX_ID = 2 ** 30;

export const restored = databaseCommand({
  summary: 'Starts a new epoch after a restore that the gateway cannot detect.',
  details: `Earlier cursors expire. New ids start above those that the lost part of the database may have used.
With SQLite, stop the gateway first.`,
  options: {
    'ids-above': {
      type: 'string',
      value: 'ID',
      description: 'The largest id that may have been issued.',
      default: '0',
    },
  },
  example: 'slotgraph restored --ids-above 17585855',
  access: 'exclusive',
  async run(db, values) {
    const above = Number(values['ids-above']);
    if (!Number.isInteger(above) || above < 0 || above > MAX_ID) {
      throw new UsageError(`--ids-above must be a whole number from 0 to ${MAX_ID}.`);
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
