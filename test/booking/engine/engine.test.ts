import { onEachDatabase } from '../../support/harness/gateway';
import { durationsCases } from './durations.cases';
import { engineFixture } from './engine.fixture';
import { quotasCases } from './quotas.cases';
import { resourcesCases } from './resources.cases';
import { roundRobinCases } from './round-robin.cases';
import { screeningCases } from './screening.cases';

jest.setTimeout(120_000);

onEachDatabase('the booking engine', (gateway) => {
  const fixture = engineFixture(gateway);
  resourcesCases(gateway, fixture);
  durationsCases(gateway, fixture);
  quotasCases(gateway, fixture);
  roundRobinCases(gateway, fixture);
  screeningCases(gateway, fixture);
});
