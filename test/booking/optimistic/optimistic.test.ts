import { onEachDatabase } from '../../support/harness/gateway';
import { keysCases } from './keys.cases';
import { optimisticFixture } from './optimistic.fixture';
import { rivalsCases } from './rivals.cases';
import { rulesCases } from './rules.cases';

onEachDatabase('an optimistic booking', (gateway) => {
  const fixture = optimisticFixture(gateway);
  rulesCases(gateway, fixture);
  rivalsCases(gateway, fixture);
  keysCases(gateway, fixture);
});
