import type { Tx } from '../db/database';
import { changedRow } from '../db/new-row';
import { newAppointment } from '../features/appointments/booking/new-appointment';
import type { AppointmentAggregate } from '../features/appointments/model/aggregate';
import { Appointment } from '../features/appointments/model/appointment.entity';
import { BookingEventType } from '../features/appointments/model/events';
import { priceOf } from '../features/prices/price';
import { AppointmentStatus } from '../features/appointments/model/status';
import { changeAppointment } from '../features/appointments/model/write';
import type { ClassSchedule } from '../features/classes/class-schedule.entity';
import type { Client } from '../features/clients/client.entity';
import type { Location } from '../features/locations/location.entity';
import { ReasonType } from '../features/reasons/reason-enums';
import type { Reason } from '../features/reasons/reason.entity';
import type { Staff } from '../features/staff/staff.entity';
import { toGlobalId } from '../graphql/global-id';
import {
  addDays,
  MS_PER_DAY,
  MS_PER_HOUR,
  MS_PER_MINUTE,
  toInstant,
  toLocal,
} from '../lib/time-zone';
import { seatOf } from './classes';
import { sampleValuesAt } from './fields';
import type { House } from './house';
import { DEMO_AUTHOR } from './stamps';
import { cancellerOf, modifierOf } from '../log/actors/stamps';
import { CancellationReason, NoShowReason } from '../features/status-reasons/status-reasons';

const DAYS_BACK = 21;
const DAYS_AHEAD = 28;

/** Returns the bookings of one staff member, with breaks and one day off each week. */
export function bookingsOf(
  house: House,
  person: Staff,
  random: () => number,
): AppointmentAggregate[] {
  const { opens } = house.demo;
  const today = toLocal(house.now, person.timeZoneCode).date;
  const timeOff = house.reasons.find((reason) => reason.personal) as Reason;
  const services = house.reasons.filter(({ reasonType }) => reasonType === ReasonType.SERVICE);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const bookings: AppointmentAggregate[] = [];
  for (let day = -DAYS_BACK; day <= DAYS_AHEAD; day += 1) {
    const date = addDays(today, day);
    const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
    const at = (hour: number) =>
      toInstant({ date, hour, minute: 0, second: 0, millisecond: 0 }, person.timeZoneCode);
    const book = (reason: Reason, client: Client | null, startAt: number, endAt: number) =>
      bookings.push(bookingOf(house, { person, reason, client, startAt, endAt }));
    if (weekday === 0) continue;
    if (weekday === person.rowId % 6) {
      book(timeOff, null, at(opens), at(opens + 8));
      continue;
    }
    // Later days have fewer bookings.
    const busy = day <= 0 ? 0.55 : 0.5 * (1 - day / (DAYS_AHEAD + 7));
    for (let start = at(opens + 1); start < at(opens + 8);) {
      const reason = pick(services);
      const end = start + reason.visitMinutes * MS_PER_MINUTE;
      if (random() < busy) book(reason, pick(house.clients), start, end);
      start = end + 30 * MS_PER_MINUTE;
    }
  }
  return bookings;
}

interface DemoBooking {
  readonly person: Staff;
  readonly reason: Reason;
  /** Null for time off. */
  readonly client: Client | null;
  readonly startAt: number;
  readonly endAt: number;
}

function bookingOf(
  { business, member, locations, fields, now }: House,
  { person, reason, client, startAt, endAt }: DemoBooking,
): AppointmentAggregate {
  const references = {
    member: client ? { ...member, ...clientOf(client.rowId) } : member,
    business,
    reason,
    location: locations[0] as Location,
    person,
    coordinatorStaffId: null,
    client,
    fieldValues: client ? sampleValuesAt(fields, 'APPT', client.rowId) : null,
  };
  const given = {
    override: false,
    price: priceOf({ reason }),
    staffId: toGlobalId('Staff', person.rowId),
    remindClientSmsHours: 0,
    remindStaffSmsHours: 0,
  };
  const createdAt = Math.min(startAt - 5 * MS_PER_DAY, now - MS_PER_HOUR);
  return {
    appointment: newAppointment(references, { rowId: 0, startAt, endAt }, given, createdAt),
    additionalStaffIds: [],
    resources: [],
    addOnReasonIds: [],
    staff: [person],
  };
}

/** Returns the appointment of a client who attends a session. */
export function seatedIn(
  house: House,
  session: ClassSchedule,
  client: Client,
): AppointmentAggregate {
  const person = house.staff.find(({ rowId }) => rowId === session.staffId) as Staff;
  const reason = house.reasons.find(({ rowId }) => rowId === session.reasonId) as Reason;
  const { startAt, endAt } = session;
  return seatOf(bookingOf(house, { person, reason, client, startAt, endAt }), session);
}

interface Ending {
  readonly type: BookingEventType;
  readonly changes: Partial<Appointment>;
}

/** Returns the author of the changes that a client makes. */
const clientOf = (clientId: number | null) => ({
  ...DEMO_AUTHOR,
  actorName: 'WebClient',
  clientId,
});

function endingOf({ startAt, endAt, clientId }: Appointment, fate: number): Ending {
  if (fate < 0.85)
    return {
      type: BookingEventType.COMPLETED,
      changes: {
        status: AppointmentStatus.COMPLETED,
        subStatusCode: 'COMPLETED',
        completedAt: endAt,
        ...cancellerOf(DEMO_AUTHOR),
      },
    };
  if (fate < 0.93)
    return {
      type: BookingEventType.NO_SHOW,
      changes: {
        status: AppointmentStatus.NO_SHOW,
        subStatusCode: 'NO_SHOW',
        noShowReason: 'Did not come',
        noShowReasonCode: NoShowReason.NO_CONTACT,
        ...cancellerOf(DEMO_AUTHOR),
      },
    };
  return {
    type: BookingEventType.CANCELLED,
    changes: {
      status: AppointmentStatus.CANCELLED,
      subStatusCode: 'CANCELLED',
      cancelledAt: startAt,
      ...cancellerOf(clientOf(clientId)),
      cancelReason: 'Something came up',
      cancelReasonCode: CancellationReason.CLIENT_REQUEST,
    },
  };
}

/** Completes a past appointment; some become no-shows or are cancelled. */
export async function endIfPast(
  tx: Tx,
  { member, now }: House,
  before: AppointmentAggregate,
  random: () => number,
): Promise<void> {
  const { appointment } = before;
  const { endAt } = appointment;
  if (endAt > now || appointment.clientId === null) return;
  const { type, changes } = endingOf(appointment, random());
  const ended = { ...changes, modifiedAt: endAt, ...modifierOf(DEMO_AUTHOR) };
  const after = { ...before, appointment: changedRow(Appointment, appointment, ended) };
  await changeAppointment(
    { tx, member, now: endAt },
    { before, after, type, reason: null, override: false },
  );
}
