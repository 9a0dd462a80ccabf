import { onEachDatabase } from '../support/harness/gateway';
import { holdsCases } from './holds.cases';
import { linksCases } from './links.cases';
import { manageLinksFixture } from './manage-links.fixture';
import { permissionsCases } from './permissions.cases';
import { rootsCases } from './roots.cases';

onEachDatabase('manage links', (gateway) => {
  const fixture = manageLinksFixture(gateway);
  linksCases(gateway, fixture);
  permissionsCases(gateway, fixture);
  rootsCases(gateway, fixture);
  holdsCases(gateway, fixture);
});
