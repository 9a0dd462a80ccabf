import { across, computedField } from '../../../graphql/relations/computed-field';
import { text } from '../../../lib/words';
import type { Location } from '../../locations/location.entity';
import { Appointment } from '../model/appointment.entity';
import {
  businessOfAppointment,
  clientOfAppointment,
  locationOfAppointment,
  reasonOfAppointment,
} from './relations';
import { BUILT_IN_SUB_STATUSES } from '../model/status';
import { ownSubStatusOfAppointment } from '../sub-statuses/own-sub-statuses';
import { AppointmentSubStatus } from '../sub-statuses/sub-status.entity';
import { newRow } from '../../../db/new-row';

/** Fields of an appointment that are computed from related rows. */

const localeOfBusiness = across(businessOfAppointment, 'locale');

export const colorOfAppointment = computedField(Appointment, 'color', {
  type: () => String,
  nullable: true,
  description: 'Color as #RRGGBB: that of the appointment, else of the reason.',
  reads: ['ownColor'],
  across: [across(reasonOfAppointment, 'color')],
  compute: ({ ownColor }, _context, reason) => ownColor ?? reason?.color ?? null,
});

type OwnSubStatus = Pick<AppointmentSubStatus, 'code' | 'label' | 'status' | 'deleted' | 'version'>;

export const subStatusOfAppointment = computedField(Appointment, 'subStatus', {
  type: () => AppointmentSubStatus,
  reads: ['businessId', 'subStatusCode'],
  across: [across(ownSubStatusOfAppointment, 'code', 'label', 'status', 'deleted', 'version')],
  compute: ({ businessId, subStatusCode: code }, _context, own) => {
    const builtIn = BUILT_IN_SUB_STATUSES.get(code);
    return builtIn
      ? newRow(AppointmentSubStatus, {
          businessId,
          code,
          ...builtIn,
          deleted: false,
          version: 1,
          builtIn: true,
        })
      : newRow(AppointmentSubStatus, { ...(own as OwnSubStatus), businessId, builtIn: false });
  },
});

export const startTextClientOfAppointment = computedField(Appointment, 'startTextClient', {
  type: () => String,
  description:
    'Start as text for the client: in their time zone and language, else in those of the ' +
    'location and the business.',
  reads: ['startAt'],
  across: [
    across(clientOfAppointment, 'timeZoneCode', 'locale'),
    across(locationOfAppointment, 'timeZoneCode'),
    localeOfBusiness,
  ],
  compute: ({ startAt }, _context, client, location, business) =>
    text(
      startAt,
      client?.timeZoneCode ?? (location as Location).timeZoneCode,
      client?.locale ?? (business as { locale: string }).locale,
    ),
});

export const startTextStaffOfAppointment = computedField(Appointment, 'startTextStaff', {
  type: () => String,
  description: 'Start as text for staff, including the buffer.',
  reads: ['staffStartAt', 'timeZoneCode'],
  across: [localeOfBusiness],
  compute: ({ staffStartAt, timeZoneCode }, _context, business) =>
    text(staffStartAt, timeZoneCode, (business as { locale: string }).locale),
});
