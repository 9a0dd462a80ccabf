import { onEachDatabase } from '../../support/harness/gateway';
import { cancellationsCases } from './cancellations.cases';
import { changesFixture } from './changes.fixture';
import { movesCases } from './moves.cases';

onEachDatabase('updateRecurringAppointment and cancelRecurringAppointment', (gateway) => {
  const fixture = changesFixture(gateway);
  movesCases(gateway, fixture);
  cancellationsCases(gateway, fixture);
});
