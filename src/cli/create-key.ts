import { createFurtherKey } from '../features/access/create-key';
import { DomainError, ErrorCode } from '../errors';
import { Ids } from '../db/state/ids';
import { idOption } from './id-option';
import { databaseCommand } from './command';

const DEFAULT_NAME = 'Key made by command';

function instantOf(text: string): number {
  const instant = /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(instant))
    throw new DomainError(
      ErrorCode.BAD_USER_INPUT,
      `--expires must be a time such as 2027-01-01T00:00:00Z, not "${text}".`,
    );
  return instant;
}

export const createKey = databaseCommand({
  summary: 'Creates a key of a business and prints it once.',
  details: `The key is that of an administrator. Use it if the last key is lost or revoked. Can run while the
gateway runs. The mutation createApiKey creates keys of other roles.`,
  options: {
    business: {
      type: 'string',
      value: 'ID',
      description: 'The business. May be omitted if there is only one.',
    },
    name: {
      type: 'string',
      description: 'The name of the key.',
      default: DEFAULT_NAME,
    },
    publishable: { type: 'boolean', description: 'Creates a publishable key for a web page.' },
    expires: {
      type: 'string',
      value: 'TIME',
      description: 'The time from which the key is refused. Defaults to never.',
    },
    origins: {
      type: 'string',
      description: 'Limits a publishable key to the pages of these origins, comma-separated.',
    },
  },
  example: 'slotgraph create-key --business Business:1 --name "Front desk"',
  access: 'beside',
  async run(db, { business, name, publishable, expires, origins }) {
    const { key, business: owner } = await createFurtherKey(db, new Ids(db), Date.now(), {
      businessId: typeof business === 'string' ? idOption('Business', business) : null,
      publishable: publishable === true,
      expiresAt: typeof expires === 'string' ? instantOf(expires) : null,
      allowedOrigins: typeof origins === 'string' ? origins.split(',') : [],
      name: typeof name === 'string' ? name : DEFAULT_NAME,
    });
    process.stdout.write(
      `Business     ${owner.id} ${owner.name}\n${publishable ? 'Publishable ' : 'Secret key  '} ${key}\n\nThe key is stored as a hash and is not shown again.\n`,
    );
    return 0;
  },
});
