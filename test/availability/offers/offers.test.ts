import { onEachDatabase } from '../../support/harness/gateway';
import { SEED } from '../../support/fixtures/random';
import { offersFixture } from './offers.fixture';
import { pricesCases } from './prices.cases';
import { seatsCases } from './seats.cases';
import { tokensCases } from './tokens.cases';

jest.setTimeout(300_000);

onEachDatabase(`offers (SEED=${SEED})`, (gateway) => {
  const fixture = offersFixture(gateway);
  pricesCases(gateway, fixture);
  tokensCases(gateway, fixture);
  seatsCases(gateway, fixture);
});
