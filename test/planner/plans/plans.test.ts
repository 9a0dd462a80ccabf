import { onEachDatabase } from '../../support/harness/gateway';
import { errorsCases } from './errors.cases';
import { plansFixture } from './plans.fixture';
import { selectionsCases } from './selections.cases';

onEachDatabase('plans', (gateway) => {
  const fixture = plansFixture(gateway);
  selectionsCases(gateway, fixture);
  errorsCases(gateway, fixture);
});
