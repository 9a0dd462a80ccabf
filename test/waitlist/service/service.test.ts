import { onEachDatabase } from '../../support/harness/gateway';
import { changesCases } from './changes.cases';
import { claimsCases } from './claims.cases';
import { listsCases } from './lists.cases';
import { placesCases } from './places.cases';
import { scopeCases } from './scope.cases';
import { updatesCases } from './updates.cases';
import { serviceFixture } from './service.fixture';

onEachDatabase('the waitlist of a service', (gateway) => {
  const fixture = serviceFixture(gateway);
  placesCases(gateway, fixture);
  claimsCases(gateway, fixture);
  listsCases(gateway, fixture);
  changesCases(gateway, fixture);
  updatesCases(gateway, fixture);
  scopeCases(gateway, fixture);
});
