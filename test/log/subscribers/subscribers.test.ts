import { onEachDatabase } from '../../support/harness/gateway';
import { movesCases } from './moves.cases';
import { subscribersFixture } from './subscribers.fixture';
import { waitlistCases } from './waitlist.cases';

jest.setTimeout(240_000);

onEachDatabase('Subscribers', (gateway) => {
  const fixture = subscribersFixture(gateway);
  movesCases(gateway, fixture);
  waitlistCases(gateway, fixture);
});
