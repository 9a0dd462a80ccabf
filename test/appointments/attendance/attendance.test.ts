import { onEachDatabase } from '../../support/harness/gateway';
import { attendanceFixture } from './attendance.fixture';
import { cancellationsCases } from './cancellations.cases';
import { movesCases } from './moves.cases';

onEachDatabase('updateClassSchedule and cancelClassSchedule', (gateway) => {
  const fixture = attendanceFixture(gateway);
  movesCases(gateway, fixture);
  cancellationsCases(gateway, fixture);
});
