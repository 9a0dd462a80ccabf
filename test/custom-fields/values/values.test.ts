import { onEachDatabase } from '../../support/harness/gateway';
import { clientsCases } from './clients.cases';
import { requiredCases } from './required.cases';
import { storedCases } from './stored.cases';
import { valuesFixture } from './values.fixture';
import { visibilityCases } from './visibility.cases';

onEachDatabase('values of custom fields', (gateway) => {
  const fixture = valuesFixture(gateway);
  storedCases(gateway, fixture);
  visibilityCases(gateway, fixture);
  clientsCases(gateway, fixture);
  requiredCases(gateway, fixture);
});
