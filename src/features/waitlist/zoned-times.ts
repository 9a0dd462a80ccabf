import { across, computedField } from '../../graphql/relations/computed-field';
import { ALL_IN_ZONE, ZonedPeriod, zonedPeriodOf } from '../../graphql/zoned-period';
import { MS_PER_MINUTE } from '../../lib/time-zone';
import type { Location } from '../locations/location.entity';
import type { Reason } from '../reasons/reason.entity';
import { WaitlistEntry } from './model/waitlist-entry.entity';
import { locationOfEntry, reasonOfEntry, sessionOfEntry } from './waitlist.relations';

export const wishesOfEntry = computedField(WaitlistEntry, 'wishes', {
  ...ALL_IN_ZONE,
  type: () => [ZonedPeriod],
  description:
    'Times that the client requested, without buffers, in the zone of the location: each start of ' +
    'kind TIMES with the usual duration of the reason, or the session of kind SESSION. Empty for ' +
    'kind FIRST_AVAILABLE.',
  reads: ['times'],
  across: [
    across(reasonOfEntry, 'visitMinutes'),
    across(locationOfEntry, 'timeZoneCode'),
    across(sessionOfEntry, 'startAt', 'endAt'),
  ],
  compute({ times }, _context, ...[reason, location, session]) {
    const { timeZoneCode } = location as Location;
    const length = (reason as Reason).visitMinutes * MS_PER_MINUTE;
    const periods = times.map((startAt) => ({ startAt, endAt: startAt + length }));
    return (session ? [session] : periods).map((one) => zonedPeriodOf(one, timeZoneCode));
  },
});
