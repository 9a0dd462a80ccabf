import { onEachDatabase } from '../../support/harness/gateway';
import { availabilityFixture } from './availability.fixture';
import { coursesCases } from './courses.cases';
import { sessionsCases } from './sessions.cases';

onEachDatabase('availability of classes and courses', (gateway) => {
  const fixture = availabilityFixture(gateway);
  sessionsCases(gateway, fixture);
  coursesCases(gateway, fixture);
});
