import { onEachDatabase } from '../../support/harness/gateway';
import { completionCases } from './completion.cases';
import { lifecycleFixture } from './lifecycle.fixture';
import { movesCases } from './moves.cases';
import { reasonsCases } from './reasons.cases';
import { statusCases } from './status.cases';
import { subStatusesCases } from './sub-statuses.cases';
import { timesCases } from './times.cases';

onEachDatabase('the life cycle of an appointment', (gateway) => {
  const fixture = lifecycleFixture(gateway);
  statusCases(gateway, fixture);
  completionCases(gateway, fixture);
  subStatusesCases(gateway, fixture);
  movesCases(gateway, fixture);
  timesCases(gateway, fixture);
  reasonsCases(gateway, fixture);
});
