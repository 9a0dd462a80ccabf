import { onEachDatabase } from '../../support/harness/gateway';
import { attendanceFixture } from './attendance.fixture';
import { cancellationsCases } from './cancellations.cases';
import { courseSetsCases } from './course-sets.cases';
import { movesCases } from './moves.cases';

onEachDatabase('changes of sessions and of runs of courses', (gateway) => {
  const fixture = attendanceFixture(gateway);
  movesCases(gateway, fixture);
  cancellationsCases(gateway, fixture);
  courseSetsCases(gateway, fixture);
});
