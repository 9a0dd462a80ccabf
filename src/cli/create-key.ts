import 'reflect-metadata';
import { createFurtherKey } from '../features/access/create-key';
import { DomainError, ErrorCode } from '../errors';
import { Ids } from '../db/state/ids';
import { runCommand } from './command';

const USAGE = `npm run create-key -- [--business Business:1] [--name "Another key"] [--publishable]

Creates a key of a business, for an administrator by default, and prints it once. Use it if the last key is lost or revoked.
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

void runCommand({
  usage: USAGE,
  options: {
    business: { type: 'string' },
    name: { type: 'string' },
    publishable: { type: 'boolean' },
  },
  access: 'beside',
  async run(db, { business, name, publishable }) {
    const { key, business: owner } = await createFurtherKey(db, new Ids(db), Date.now(), {
      businessId: typeof business === 'string' ? businessIdOf(business) : null,
      publishable: publishable === true,
      name: typeof name === 'string' ? name : 'Key made by command',
    });
    process.stdout.write(
      `Business     ${owner.id} ${owner.name}\n${publishable ? 'Publishable ' : 'Secret key  '} ${key}\n\nThe key is stored as a hash and is not shown again.\n`,
    );
    return 0;
  },
});
