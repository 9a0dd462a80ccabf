import 'reflect-metadata';
import { createFurtherKey } from '../features/access/create-key';
import { DomainError, ErrorCode } from '../errors';
import { Ids } from '../db/state/ids';
import { runCommand } from './command';

const USAGE = `npm run create-key -- [--business Business:1] [--name "Another key"] [--publishable] [--expires 2027-01-01T00:00:00Z] [--origins https://www.example.org]

Creates a key of a business, for an administrator by default, and prints it once. Use it if the last key is lost or revoked.
--expires is the time from which the key is refused. --origins limits a publishable key to web pages, comma-separated.
--business may be omitted if there is only one. Can run while the gateway runs. Use the mutation createApiKey for other roles.
`;

function businessIdOf(text: string): number {
  const id = Number(/^(?:Business:)?(\d{1,10})$/.exec(text)?.[1] ?? 0);
  if (!id)
    throw new DomainError(
      ErrorCode.BAD_USER_INPUT,
      `--business must be an id such as Business:1, not "${text}".`,
    );
  return id;
}

function instantOf(text: string): number {
  const instant = /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(instant))
    throw new DomainError(
      ErrorCode.BAD_USER_INPUT,
      `--expires must be a time such as 2027-01-01T00:00:00Z, not "${text}".`,
    );
  return instant;
}

void runCommand({
  usage: USAGE,
  options: {
    business: { type: 'string' },
    name: { type: 'string' },
    publishable: { type: 'boolean' },
    expires: { type: 'string' },
    origins: { type: 'string' },
  },
  access: 'beside',
  async run(db, { business, name, publishable, expires, origins }) {
    const { key, business: owner } = await createFurtherKey(db, new Ids(db), Date.now(), {
      businessId: typeof business === 'string' ? businessIdOf(business) : null,
      publishable: publishable === true,
      expiresAt: typeof expires === 'string' ? instantOf(expires) : null,
      allowedOrigins: typeof origins === 'string' ? origins.split(',') : [],
      name: typeof name === 'string' ? name : 'Key made by command',
    });
    process.stdout.write(
      `Business     ${owner.id} ${owner.name}\n${publishable ? 'Publishable ' : 'Secret key  '} ${key}\n\nThe key is stored as a hash and is not shown again.\n`,
    );
    return 0;
  },
});
