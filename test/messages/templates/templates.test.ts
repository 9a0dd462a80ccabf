import { onEachDatabase } from '../../support/harness/gateway';
import { changesCases } from './changes.cases';
import { renderingCases } from './rendering.cases';
import { templatesFixture } from './templates.fixture';

onEachDatabase('message templates', (gateway) => {
  const fixture = templatesFixture(gateway);
  renderingCases(gateway, fixture);
  changesCases(gateway, fixture);
});
