import { onEachDatabase } from '../../support/harness/gateway';
import { attemptsCases } from './attempts.cases';
import { contentCases } from './content.cases';
import { deliveriesFixture } from './deliveries.fixture';
import { eventsCases } from './events.cases';
import { orderCases } from './order.cases';
import { replayCases } from './replay.cases';
import { scopeCases } from './scope.cases';
import { timetapRowsCases } from './timetap-rows.cases';
import { timetapCases } from './timetap.cases';

onEachDatabase('webhooks', (gateway) => {
  const fixture = deliveriesFixture(gateway);
  eventsCases(gateway, fixture);
  timetapCases(gateway, fixture);
  timetapRowsCases(gateway, fixture);
  attemptsCases(gateway, fixture);
  orderCases(gateway, fixture);
  contentCases(gateway, fixture);
  replayCases(gateway, fixture);
  scopeCases(gateway, fixture);
});
