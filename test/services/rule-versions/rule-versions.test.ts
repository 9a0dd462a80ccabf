import { onEachDatabase } from '../../support/harness/gateway';
import { cachedRowsCases } from './cached-rows.cases';
import { changesCases } from './changes.cases';
import { ruleVersionsFixture } from './rule-versions.fixture';

onEachDatabase('the rule version', (gateway) => {
  const fixture = ruleVersionsFixture(gateway);
  changesCases(gateway, fixture);
  cachedRowsCases(gateway, fixture);
});
