import { onEachDatabase } from '../../support/harness/gateway';
import { automaticFixture } from './automatic.fixture';
import { placesCases } from './places.cases';
import { settingsCases } from './settings.cases';

onEachDatabase('automatic waitlist invitations', (gateway) => {
  const fixture = automaticFixture(gateway);
  settingsCases(gateway, fixture);
  placesCases(gateway, fixture);
});
