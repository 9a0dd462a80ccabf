import { onEachDatabaseWithPost } from '../support/fixtures/messages';
import { deliveryCases } from './delivery.cases';
import { lifeCycleCases } from './life-cycle.cases';
import { recipientsCases } from './recipients.cases';

onEachDatabaseWithPost('messages', (gateway, post) => {
  lifeCycleCases(gateway, post);
  recipientsCases(gateway, post);
  deliveryCases(gateway, post);
});
