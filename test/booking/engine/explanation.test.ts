import { onEachDatabase } from '../../support/harness/gateway';
import { explanationScopeCases } from './explanation-scope.cases';
import { explanationFixture } from './explanation.fixture';
import { remediesCases } from './remedies.cases';
import { rulesCases } from './rules.cases';

jest.setTimeout(120_000);

onEachDatabase('an explanation', (gateway) => {
  const fixture = explanationFixture(gateway);
  remediesCases(gateway, fixture);
  rulesCases(gateway, fixture);
  explanationScopeCases(gateway, fixture);
});
