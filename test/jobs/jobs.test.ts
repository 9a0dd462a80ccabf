import { onEachDatabase } from '../support/harness/gateway';
import { jobsFixture } from './jobs.fixture';
import { leasesCases } from './leases.cases';
import { runsCases } from './runs.cases';
import { scopeCases } from './scope.cases';

onEachDatabase('background jobs', (gateway) => {
  const fixture = jobsFixture(gateway);
  runsCases(gateway, fixture);
  leasesCases(gateway, fixture);
  scopeCases(gateway, fixture);
});
