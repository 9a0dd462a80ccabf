import { onEachDatabaseWithPost } from '../../support/fixtures/messages';
import { changesFixture } from './changes.fixture';
import { reasonCases } from './reason.cases';
import { refusalsCases } from './refusals.cases';

onEachDatabaseWithPost('changes of a booked appointment', (gateway, post) => {
  const fixture = changesFixture(gateway, post);
  reasonCases(gateway, post, fixture);
  refusalsCases(gateway, fixture);
});
