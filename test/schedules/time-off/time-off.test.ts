import { onEachDatabase } from '../../support/harness/gateway';
import { scopeCases } from './scope.cases';
import { storedCases } from './stored.cases';
import { timeOffFixture } from './time-off.fixture';

onEachDatabase('time off', (gateway) => {
  const fixture = timeOffFixture(gateway);
  storedCases(gateway, fixture);
  scopeCases(gateway, fixture);
});
