import { onEachDatabase } from '../../support/harness/gateway';
import { changesCases } from './changes.cases';
import { previewFixture } from './preview.fixture';
import { scopeCases } from './scope.cases';

onEachDatabase('previewScheduleChange', (gateway) => {
  const fixture = previewFixture(gateway);
  changesCases(gateway, fixture);
  scopeCases(gateway, fixture);
});
