import { onEachDatabase } from '../../support/harness/gateway';
import { SEED } from '../../support/fixtures/random';
import { argumentsCases } from './arguments.cases';
import { classesCases } from './classes.cases';
import { movesCases } from './moves.cases';
import { offeredIsBookableFixture } from './offered-is-bookable.fixture';

jest.setTimeout(300_000);

onEachDatabase(`availability and booking agree (SEED=${SEED})`, (gateway) => {
  const fixture = offeredIsBookableFixture(gateway);
  argumentsCases(gateway, fixture);
  movesCases(gateway, fixture);
  classesCases(gateway, fixture);
});
