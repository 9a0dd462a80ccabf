import { onEachDatabase } from '../../support/harness/gateway';
import { conflictsCases } from './conflicts.cases';
import { creationCases } from './creation.cases';
import { scopeCases } from './scope.cases';
import { sessionsFixture } from './sessions.fixture';

onEachDatabase('createClassSchedule', (gateway) => {
  const fixture = sessionsFixture(gateway);
  creationCases(gateway, fixture);
  conflictsCases(gateway, fixture);
  scopeCases(gateway, fixture);
});
