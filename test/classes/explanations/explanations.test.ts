import { onEachDatabase } from '../../support/harness/gateway';
import { coursesCases } from './courses.cases';
import { explanationsFixture } from './explanations.fixture';
import { randomCases } from './random.cases';
import { seatsCases } from './seats.cases';

jest.setTimeout(240_000);

onEachDatabase('an explanation of seats', (gateway) => {
  const fixture = explanationsFixture(gateway);
  seatsCases(gateway, fixture);
  coursesCases(gateway, fixture);
  randomCases(gateway, fixture);
});
