import 'reflect-metadata';
import { createBusiness } from '../features/access/create-business';
import { Ids } from '../db/state/ids';
import { runCommand } from './command';

const USAGE = `npm run create-business -- --name "My clinic" --time-zone America/New_York [--locale en-US] [--currency USD] [--country US] [--init]

Creates a tenant with its first keys, which are printed once. Can run while the gateway runs.
--init also creates the database, before the first start.
`;
const option = { type: 'string' } as const;

void runCommand({
  usage: USAGE,
  options: {
    name: option,
    'time-zone': option,
    locale: option,
    currency: option,
    country: option,
    init: { type: 'boolean' },
  },
  required: ['name', 'time-zone'],
  access: 'beside',
  creates: ({ init }) => init === true,
  async run(db, values) {
    const options = values as Readonly<Record<string, string | undefined>>;
    const { business, secretKey, publishableKey } = await createBusiness(
      db,
      new Ids(db),
      Date.now(),
      {
        name: options.name ?? '',
        timeZone: options['time-zone'] ?? '',
        locale: options.locale,
        currency: options.currency,
        country: options.country,
      },
    );
    process.stdout.write(
      `Business     ${business.id} ${business.name}\nSecret key   ${secretKey}\nPublishable  ${publishableKey}\n\nKeys are stored as hashes and are not shown again.\n`,
    );
    return 0;
  },
});
