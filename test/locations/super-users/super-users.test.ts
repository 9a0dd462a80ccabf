import { onEachDatabase } from '../../support/harness/gateway';
import { offersCases } from './offers.cases';
import { readsCases } from './reads.cases';
import { superUsersFixture } from './super-users.fixture';
import { writesCases } from './writes.cases';

jest.setTimeout(300_000);

onEachDatabase('a location super user', (gateway) => {
  const fixture = superUsersFixture(gateway);
  readsCases(gateway, fixture);
  writesCases(gateway, fixture);
  offersCases(gateway, fixture);
});
