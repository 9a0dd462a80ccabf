import { across, computedField } from '../../../graphql/relations/computed-field';
import { text } from '../../../lib/time-zone';
import type { Location } from '../../locations/location.entity';
import { Appointment } from '../model/appointment.entity';
import {
  businessOfAppointment,
  clientOfAppointment,
  locationOfAppointment,
  reasonOfAppointment,
} from './relations';
import { BUILT_IN_SUB_STATUSES, type AppointmentStatus } from '../model/status';
import { ownSubStatusOfAppointment } from '../sub-statuses/sub-status.loaders';

/** Fields of an appointment that are computed from related rows. */

const localeOfBusiness = across(businessOfAppointment, 'locale');

export const colorOfAppointment = computedField(
  Appointment,
  'color',
  ['ownColor'],
  [across(reasonOfAppointment, 'color')],
  ({ ownColor }, _context, reason) => ownColor ?? reason?.color ?? null,
);

export const subStatusOfAppointment = computedField(
  Appointment,
  'subStatus',
  ['subStatusCode'],
  [across(ownSubStatusOfAppointment, 'code', 'label', 'status')],
  ({ subStatusCode: code }, _context, own) => {
    const builtIn = BUILT_IN_SUB_STATUSES.get(code);
    return builtIn
      ? { code, ...builtIn, builtIn: true }
      : { ...(own as { code: string; label: string; status: AppointmentStatus }), builtIn: false };
  },
);

export const startTextClientOfAppointment = computedField(
  Appointment,
  'startTextClient',
  ['startAt'],
  [
    across(clientOfAppointment, 'timeZoneCode', 'locale'),
    across(locationOfAppointment, 'timeZoneCode'),
    localeOfBusiness,
  ],
  ({ startAt }, _context, client, location, business) =>
    text(
      startAt,
      client?.timeZoneCode ?? (location as Location).timeZoneCode,
      client?.locale ?? (business as { locale: string }).locale,
    ),
);

export const startTextStaffOfAppointment = computedField(
  Appointment,
  'startTextStaff',
  ['staffStartAt', 'timeZoneCode'],
  [localeOfBusiness],
  ({ staffStartAt, timeZoneCode }, _context, business) =>
    text(staffStartAt, timeZoneCode, (business as { locale: string }).locale),
);
