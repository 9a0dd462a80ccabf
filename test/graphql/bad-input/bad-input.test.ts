import { onEachDatabase } from '../../support/harness/gateway';
import { allFaultsCases } from './all-faults.cases';
import { badInputFixture } from './bad-input.fixture';
import { bookingsCases } from './bookings.cases';
import { storedTextCases } from './stored-text.cases';

onEachDatabase('bad input', (gateway) => {
  const fixture = badInputFixture(gateway);
  bookingsCases(fixture);
  allFaultsCases(gateway, fixture);
  storedTextCases(gateway, fixture);
});
