import 'reflect-metadata';
import { join } from 'node:path';
import { DomainError, ErrorCode } from '../errors';
import { backUp } from '../db/sqlite/backup';
import { runCommand } from './command';

const USAGE = `npm run backup -- [--to FILE]

Writes a complete copy of the embedded SQLite database, while the gateway runs or is stopped.
--to defaults to DATA_DIR/backups/slotgraph-<time>.db.
Back up PostgreSQL with pg_dump: pg_dump --format=custom "$DATABASE_URL" > slotgraph.dump
`;

void runCommand({
  usage: USAGE,
  options: { to: { type: 'string' } },
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
