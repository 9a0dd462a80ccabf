import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { createBusiness } from '../features/access/create-business';
import { Ids } from '../shared/db/ids';
import { onDatabase } from './open';

const USAGE = `npm run create-business -- --name "My clinic" --time-zone America/New_York [--locale en-US] [--currency USD] [--country US]\n`;

/** `npm run create-business`: makes a tenant with its first keys, which are printed once. */
void onDatabase(async (db) => {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({ options: { name: option, 'time-zone': option, locale: option, currency: option, country: option }, strict: false });
  const given = values as Record<string, string | undefined>;
  if (!given.name || !given['time-zone']) {
    process.stderr.write(USAGE);
    return 1;
  }
  const { business, secretKey, publishableKey } = await createBusiness(db, new Ids(db), Date.now(), {
    name: given.name, timeZone: given['time-zone'], locale: given.locale, currency: given.currency, country: given.country,
  });
  process.stdout.write(`Business     ${business.id} ${business.name}\nSecret key   ${secretKey}\nPublishable  ${publishableKey}\n\nThey are kept as hashes and not shown again.\n`);
  return 0;
});
