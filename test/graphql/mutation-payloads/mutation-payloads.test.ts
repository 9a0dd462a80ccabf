import { onEachDatabase } from '../../support/harness/gateway';
import { mutationPayloadsFixture } from './mutation-payloads.fixture';
import { payloadsCases } from './payloads.cases';

onEachDatabase('The payload of each mutation of a document', (gateway) => {
  const fixture = mutationPayloadsFixture(gateway);
  payloadsCases(gateway, fixture);
});
