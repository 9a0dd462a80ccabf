import { onEachDatabase } from '../../support/harness/gateway';
import { keysCases } from './keys.cases';
import { retriesFixture } from './retries.fixture';
import { versionsCases } from './versions.cases';

jest.setTimeout(120_000);

onEachDatabase('A retried mutation', (gateway) => {
  const fixture = retriesFixture(gateway);
  keysCases(gateway, fixture);
  versionsCases(gateway, fixture);
});
