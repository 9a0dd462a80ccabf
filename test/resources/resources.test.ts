import { onEachDatabase } from '../support/harness/gateway';
import { needsCases } from './needs.cases';
import { quantityCases } from './quantity.cases';
import { resourcesFixture } from './resources.fixture';
import { scopeCases } from './scope.cases';

onEachDatabase('rooms and equipment', (gateway) => {
  const fixture = resourcesFixture(gateway);
  quantityCases(gateway, fixture);
  needsCases(gateway, fixture);
  scopeCases(gateway, fixture);
});
