import { onEachDatabase } from '../../support/harness/gateway';
import { overridesCases } from './overrides.cases';
import { periodsFixture } from './periods.fixture';
import { scopeCases } from './scope.cases';
import { storedCases } from './stored.cases';

onEachDatabase('schedule periods and date overrides', (gateway) => {
  const fixture = periodsFixture(gateway);
  storedCases(gateway, fixture);
  overridesCases(gateway, fixture);
  scopeCases(gateway, fixture);
});
