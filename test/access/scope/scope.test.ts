import { onEachDatabase } from '../../support/harness/gateway';
import { businessesCases } from './businesses.cases';
import { clientsCases } from './clients.cases';
import { publicCases } from './public.cases';
import { scopeFixture } from './scope.fixture';
import { staffCases } from './staff.cases';

onEachDatabase('permissions', (gateway) => {
  const fixture = scopeFixture(gateway);
  businessesCases(gateway, fixture);
  publicCases(gateway, fixture);
  clientsCases(gateway, fixture);
  staffCases(gateway, fixture);
});
