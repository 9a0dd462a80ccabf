import { computedField } from '../../graphql/relations/computed-field';
import { IN_ZONE, ZonedPeriod, zonedPeriodOf } from '../../graphql/zoned-period';
import { ClassSchedule } from './class-schedule.entity';

export const timeOfSession = computedField(ClassSchedule, 'time', {
  ...IN_ZONE,
  type: () => ZonedPeriod,
  description:
    'Time of the session for its clients, without buffers, in the zone of the location at the ' +
    'time of creation.',
  reads: ['startAt', 'endAt', 'timeZoneCode'],
  across: [],
  compute: (row) => zonedPeriodOf(row, row.timeZoneCode),
});
