import { onEachDatabase } from '../../support/harness/gateway';
import { automaticCases } from './automatic.cases';
import { classesFixture } from './classes.fixture';
import { sessionsCases } from './sessions.cases';

onEachDatabase('the waitlist of a class', (gateway) => {
  const fixture = classesFixture(gateway);
  sessionsCases(gateway, fixture);
  automaticCases(gateway, fixture);
});
