import { onEachDatabase } from '../../support/harness/gateway';
import { SEED } from '../../support/fixtures/random';
import { offersFixture } from './offers.fixture';
import { pricesCases } from './prices.cases';
import { seatsCases } from './seats.cases';
import { tokensCases } from './tokens.cases';

// Half a second for each sample that OFFER_SAMPLES requests.
jest.setTimeout(Math.max(300_000, Number(process.env.OFFER_SAMPLES ?? 0) * 500));

onEachDatabase(`offers (SEED=${SEED})`, (gateway) => {
  beforeAll(async () => {
    // OFFER_SAMPLES may be more than a publishable key may book.
    gateway.environment = Object.fromEntries(
      ['KEY', 'ADDRESS'].map((by) => [`PUBLIC_ACTIONS_PER_${by}`, '1000000']),
    );
    await gateway.restart({});
  });
  const fixture = offersFixture(gateway);
  pricesCases(gateway, fixture);
  tokensCases(gateway, fixture);
  seatsCases(gateway, fixture);
});
