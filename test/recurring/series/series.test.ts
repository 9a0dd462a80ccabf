import { onEachDatabase } from '../../support/harness/gateway';
import { concurrencyCases } from './concurrency.cases';
import { creationCases } from './creation.cases';
import { seriesFixture } from './series.fixture';

onEachDatabase('createRecurringAppointment', (gateway) => {
  const fixture = seriesFixture(gateway);
  creationCases(gateway, fixture);
  concurrencyCases(gateway, fixture);
});
