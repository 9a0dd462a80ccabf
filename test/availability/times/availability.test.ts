import { onEachDatabase } from '../../support/harness/gateway';
import { answersCases } from './answers.cases';
import { availabilityFixture } from './availability.fixture';
import { limitsCases } from './limits.cases';
import { longWindowsCases } from './long-windows.cases';

jest.setTimeout(120_000);

onEachDatabase('availability', (gateway) => {
  const fixture = availabilityFixture(gateway);
  longWindowsCases(gateway, fixture);
  answersCases(gateway, fixture);
  limitsCases(gateway, fixture);
});
