import { onEachDatabase } from '../../support/harness/gateway';
import { listsCases } from './lists.cases';
import { locationsCases } from './locations.cases';
import { refusalsCases } from './refusals.cases';
import { rulesFixture } from './rules.fixture';
import { storedCases } from './stored.cases';

onEachDatabase('the rules of a reason', (gateway) => {
  const fixture = rulesFixture(gateway);
  storedCases(gateway, fixture);
  refusalsCases(gateway, fixture);
  listsCases(gateway, fixture);
  locationsCases(gateway, fixture);
});
