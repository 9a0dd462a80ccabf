import { across, computedField } from '../../../graphql/relations/computed-field';
import { IN_ZONE, ZonedPeriod, zonedPeriodOf } from '../../../graphql/zoned-period';
import type { Location } from '../../locations/location.entity';
import { Appointment } from '../model/appointment.entity';
import { clientOfAppointment, locationOfAppointment } from './relations';

export const clientTimeOfAppointment = computedField(Appointment, 'clientTime', {
  ...IN_ZONE,
  type: () => ZonedPeriod,
  description:
    'Time of the client, without buffers, in the zone of the client, else of the location.',
  reads: ['startAt', 'endAt'],
  across: [
    across(clientOfAppointment, 'timeZoneCode', 'locale'),
    across(locationOfAppointment, 'timeZoneCode'),
  ],
  compute: (row, _context, client, location) =>
    zonedPeriodOf(
      row,
      client?.timeZoneCode ?? (location as Location).timeZoneCode,
      client?.locale ?? null,
    ),
});

export const staffTimeOfAppointment = computedField(Appointment, 'staffTime', {
  ...IN_ZONE,
  type: () => ZonedPeriod,
  description:
    'Blocked time of the staff member, including buffers, in the zone of the staff member at the ' +
    'time of booking.',
  reads: ['staffStartAt', 'staffEndAt', 'timeZoneCode'],
  across: [],
  compute: ({ staffStartAt, staffEndAt, timeZoneCode }) =>
    zonedPeriodOf({ startAt: staffStartAt, endAt: staffEndAt }, timeZoneCode),
});
