import { createBusiness } from '../features/access/create-business';
import { Ids } from '../db/state/ids';
import { databaseCommand } from './command';

export const createBusinessCommand = databaseCommand({
  summary: 'Creates a tenant with its first keys, which are printed once.',
  details: 'Can run while the gateway runs.',
  options: {
    name: { type: 'string', description: 'The name of the business.', required: true },
    'time-zone': {
      type: 'string',
      value: 'ZONE',
      description: 'The IANA time zone.',
      required: true,
    },
    locale: { type: 'string', value: 'LOCALE', description: 'A locale, such as en-US.' },
    currency: { type: 'string', value: 'CODE', description: 'A currency of ISO 4217.' },
    country: { type: 'string', value: 'CODE', description: 'A country of ISO 3166.' },
    init: {
      type: 'boolean',
      description: 'Creates the database as well, before the first start.',
    },
  },
  example: 'slotgraph create-business --name "My clinic" --time-zone America/New_York',
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
