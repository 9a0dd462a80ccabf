import { onEachDatabase } from '../../support/harness/gateway';
import { addressesCases } from './addresses.cases';
import { contentCases } from './content.cases';
import { deliveryCases } from './delivery.cases';
import { feedsFixture } from './feeds.fixture';

onEachDatabase('calendar feeds', (gateway) => {
  const fixture = feedsFixture(gateway);
  addressesCases(gateway, fixture);
  contentCases(gateway, fixture);
  deliveryCases(gateway, fixture);
});
