import { onEachDatabase } from '../../support/harness/gateway';
import { movesCases } from './moves.cases';
import { runsCases } from './runs.cases';
import { tzCheckFixture } from './tz-check.fixture';

jest.setTimeout(60_000);

onEachDatabase('changed rules of time zones', (gateway) => {
  const fixture = tzCheckFixture(gateway);
  movesCases(gateway, fixture);
  runsCases(gateway, fixture);
});
