import { createWriteStream, existsSync, renameSync, rmSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Database } from '../../db/database';
import { DomainError, ErrorCode } from '../../errors';
import { databaseCommand } from '../command';
import { idOption } from '../id-option';
import type { ExportScope } from './client-scope';
import { exportLines } from './export-lines';

export const exportCommand = databaseCommand({
  summary: 'Writes the data of a business, or all data about a client, as JSON Lines.',
  details: `Reads one snapshot. Key hashes and the secrets of webhooks, holds and feeds are left out. The file
must not exist and appears once it is complete. Can run while the gateway runs.`,
  options: {
    business: { type: 'string', value: 'ID', description: 'The business.', required: true },
    client: {
      type: 'string',
      value: 'ID',
      description: 'Limits the export to this client. Defaults to the whole business.',
    },
    out: {
      type: 'string',
      value: 'FILE',
      description: 'The file, or - for the standard output.',
      required: true,
    },
  },
  example: 'slotgraph export --business Business:1 --out clinic.jsonl',
  access: 'beside',
  async run(db, { business, client, out }) {
    const scope = {
      businessId: idOption('Business', business as string),
      clientId: client === undefined ? null : idOption('Client', client as string),
    };
    if (out === '-') await write(db, scope, () => process.stdout);
    else await writeFile(db, scope, out as string);
    return 0;
  },
});

/** @param open opens the output; called where its errors are handled */
const write = (
  db: Database,
  scope: ExportScope,
  open: () => NodeJS.WritableStream,
): Promise<void> =>
  db
    .snapshot((reader) => {
      const output = open();
      return pipeline(Readable.from(exportLines(reader, scope)), output, {
        end: output !== process.stdout,
      });
    })
    .catch((error: unknown) => {
      const { syscall = '', message } = error as NodeJS.ErrnoException;
      if (!/^(open|write)$/.test(syscall)) throw error;
      throw new DomainError(
        ErrorCode.BAD_USER_INPUT,
        `The export cannot be written: ${message}. Choose another file with --out.`,
      );
    });

/** Writes a file that only this user may read. */
async function writeFile(db: Database, scope: ExportScope, file: string): Promise<void> {
  if (existsSync(file))
    throw new DomainError(
      ErrorCode.CONFLICT,
      `${file} exists already: choose another file with --out.`,
    );
  const partial = `${file}.partial`;
  try {
    await write(db, scope, () =>
      createWriteStream(partial, { flags: 'w', mode: 0o600, flush: true }),
    );
    renameSync(partial, file);
  } catch (error) {
    if (existsSync(partial)) rmSync(partial);
    throw error;
  }
}
