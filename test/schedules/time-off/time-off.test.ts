import { onEachDatabase } from '../../support/harness/gateway';
import { changesCases } from './changes.cases';
import { scopeCases } from './scope.cases';
import { storedCases } from './stored.cases';
import { timeOffFixture } from './time-off.fixture';

onEachDatabase('time off', (gateway) => {
  const fixture = timeOffFixture(gateway);
  storedCases(gateway, fixture);
  scopeCases(gateway, fixture);
  changesCases(gateway, fixture);
});
