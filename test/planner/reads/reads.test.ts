import { onEachDatabase } from '../../support/harness/gateway';
import { listsCases } from './lists.cases';
import { readsFixture } from './reads.fixture';
import { statementsCases } from './statements.cases';

onEachDatabase('reading', (gateway) => {
  const fixture = readsFixture(gateway);
  statementsCases(gateway);
  listsCases(gateway, fixture);
});
