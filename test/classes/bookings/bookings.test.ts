import { onEachDatabase } from '../../support/harness/gateway';
import { bookingsFixture } from './bookings.fixture';
import { movesCases } from './moves.cases';
import { scopeCases } from './scope.cases';
import { seatsCases } from './seats.cases';

onEachDatabase('seats in a class', (gateway) => {
  const fixture = bookingsFixture(gateway);
  seatsCases(gateway, fixture);
  movesCases(gateway, fixture);
  scopeCases(gateway, fixture);
});
