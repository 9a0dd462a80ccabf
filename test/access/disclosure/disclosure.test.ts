import { onEachDatabase } from '../../support/harness/gateway';
import { chainsCases } from './chains.cases';
import { disclosureFixture } from './disclosure.fixture';
import { subscribersCases } from './subscribers.cases';
import { viewableCases } from './viewable.cases';

jest.setTimeout(300_000);

onEachDatabase('what an edge discloses', (gateway) => {
  const fixture = disclosureFixture(gateway);
  chainsCases(gateway, fixture);
  viewableCases(gateway, fixture);
  subscribersCases(gateway, fixture);
});
