import { join } from 'node:path';
import { DomainError, ErrorCode } from '../errors';
import { backUp } from '../db/sqlite/backup';
import { databaseCommand } from './command';

export const backup = databaseCommand({
  summary: 'Writes a complete copy of the embedded SQLite database.',
  details: `Runs while the gateway runs or is stopped. Back up PostgreSQL with pg_dump:
pg_dump --format=custom "$DATABASE_URL" > slotgraph.dump`,
  options: {
    to: {
      type: 'string',
      value: 'FILE',
      description: 'The copy. Defaults to DATA_DIR/backups/slotgraph-<time>.db.',
    },
  },
  example: 'slotgraph backup --to /backups/slotgraph.db',
  access: 'beside',
  async run(_db, { to }, { databaseUrl, dataDirectory, sqliteFile }) {
    if (databaseUrl) {
      throw new DomainError(
        ErrorCode.BAD_USER_INPUT,
        'DATABASE_URL is set: back PostgreSQL up with pg_dump --format=custom "$DATABASE_URL" > slotgraph.dump',
      );
    }
    const stamp = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
    const target =
      typeof to === 'string' ? to : join(dataDirectory, 'backups', `slotgraph-${stamp}.db`);
    const bytes = backUp(sqliteFile, target);
    process.stdout.write(`Backed up ${sqliteFile} to ${target}: ${bytes} bytes.\n`);
    return 0;
  },
});
