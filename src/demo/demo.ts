import { changedRow, newRow } from '../db/new-row';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Role, type Member } from '../context';
import { createBusiness } from '../features/access/create-business';
import { Appointment } from '../features/appointments/model/appointment.entity';
import { BookingEventType } from '../features/appointments/model/events';
import { AppointmentStatus } from '../features/appointments/model/status';
import { type AppointmentAggregate } from '../features/appointments/model/aggregate';
import { writeAppointment, changeAppointment } from '../features/appointments/model/write';
import type { Business } from '../features/businesses/business.entity';
import { hasBusiness } from '../features/businesses/business.list';
import type { ClassSchedule } from '../features/classes/class-schedule.entity';
import type { Client } from '../features/clients/client.entity';
import { insertClient } from '../features/clients/client.service';
import { newClient } from '../features/clients/new-client';
import { CustomField } from '../features/custom-fields/custom-field.entity';
import { Location, LocationType } from '../features/locations/location.entity';
import { RoundRobin } from '../features/locations/round-robin';
import { Subject } from '../features/occupancy/subject.entity';
import { Reason } from '../features/reasons/reason.entity';
import {
  ReasonStatus,
  ReasonType,
  RescheduleType,
  SlotAlignment,
  WorkSchedule,
} from '../features/reasons/reason-enums';
import { ServiceStaff } from '../features/reasons/links/service-staff.entity';
import { Resource } from '../features/resources/resource.entity';
import { Weekday } from '../features/schedules/schedule-values';
import { SchedulePeriod } from '../features/schedules/schedule-period.entity';
import { Staff, StaffLocation } from '../features/staff/staff.entity';
import type { Database, Tx } from '../db/database';
import type { Ids } from '../db/state/ids';
import { insert } from '../db/table';
import {
  addDays,
  MS_PER_DAY,
  MS_PER_HOUR,
  MS_PER_MINUTE,
  toInstant,
  toLocal,
} from '../lib/time-zone';
import { timesOf } from '../lib/appointment-times';
import { CLIENTS, DEMO, type DemoBusiness } from './businesses';
import { addSessions, attendeesOf, seatOf, sessionsOf, type DemoClass } from './classes';
import { createFields, sampleValuesAt, type SampledField } from './fields';

const DAYS_BACK = 21;
const DAYS_AHEAD = 28;
/** Hours of a working day. */
const HOURS = 10;

/**
 * Returns a deterministic random generator (mulberry32), so that every installation has equal data.
 */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Fills an empty database with three businesses with appointments around today. Stores their keys
 * in a file next to the database, readable only by its owner, so that later starts can print them.
 * Returns the key of the first business; null if the database has data.
 */
export async function seedDemo(
  db: Database,
  ids: Ids,
  directory: string,
  now: number,
): Promise<string | null> {
  const file = join(directory, 'demo-keys.json');
  if (!(await hasBusiness(db))) {
    const keys: Record<string, { secret: string; publishable: string }> = {};
    for (const [index, demo] of DEMO.entries()) {
      const { business, secretKey, publishableKey } = await createBusiness(db, ids, now, demo);
      keys[demo.name] = { secret: secretKey, publishable: publishableKey };
      await fill(db, ids, business, demo, sequence(index + 1), now);
    }
    writeFileSync(file, `${JSON.stringify(keys, null, 2)}\n`);
    chmodSync(file, 0o600);
  }
  if (!existsSync(file)) return null;
  const keys = JSON.parse(readFileSync(file, 'utf8')) as Record<string, { secret: string }>;
  return keys[(DEMO[0] as DemoBusiness).name]?.secret ?? null;
}

interface House {
  business: Business;
  member: Member;
  locations: Location[];
  staff: Staff[];
  reasons: Reason[];
  clients: Client[];
  resources: Resource[];
  hours: SchedulePeriod[];
  fields: SampledField[];
}

async function fill(
  db: Database,
  ids: Ids,
  business: Business,
  demo: DemoBusiness,
  random: () => number,
  now: number,
): Promise<void> {
  const house = await plan(ids, business, demo, now);
  const bookings = house.staff.flatMap((person) => daysOf(house, demo, person, random, now));
  const classes = await classesOf(ids, house, demo, now);
  const seats = classes.flatMap(({ sessions }) =>
    sessions.flatMap((session) =>
      attendeesOf(session, house.clients, random, now).map((client) =>
        seated(house, session, client, now),
      ),
    ),
  );
  const appointmentIds = await ids.take('appointment', bookings.length + seats.length);
  await db.transaction(async (tx) => {
    await addHouse(tx, house, now);
    const capacities = new Map(house.staff.map(({ subjectId }) => [subjectId, 1]));
    for (const { sessions, about } of classes) await addSessions(tx, sessions, about);
    for (const [index, booking] of [...bookings, ...seats].entries()) {
      booking.appointment.rowId = appointmentIds[index] as number;
      const unit = { tx, member: house.member, now: booking.appointment.createdAt };
      await writeAppointment(unit, booking, capacities);
      await endIfPast(tx, house.member, booking, random, now);
    }
  });
}

async function plan(ids: Ids, business: Business, demo: DemoBusiness, now: number): Promise<House> {
  const businessId = business.rowId;
  const stamps = { createdAt: now - 90 * MS_PER_DAY, modifiedAt: now - 90 * MS_PER_DAY };
  const [locationIds, staffIds, subjectIds, reasonIds, clientIds, resourceIds, periodIds] = [
    await ids.take('location', demo.locations.length),
    await ids.take('staff', demo.staff.length),
    await ids.take('subject', demo.staff.length + demo.resources.length),
    await ids.take('reason', demo.reasons.length + 1),
    await ids.take('client', CLIENTS.length),
    await ids.take('resource', demo.resources.length),
    await ids.take('schedule_period', demo.staff.length + 1),
  ];
  const locations = demo.locations.map(({ name, type, city, address, zip }, index) =>
    newRow(Location, {
      businessId,
      rowId: locationIds[index] as number,
      locationName: name,
      locationType: type as LocationType,
      timeZoneCode: demo.timeZone,
      primary: index === 0,
      active: true,
      address: address
        ? {
            address1: address,
            address2: null,
            city,
            state: null,
            county: null,
            zip,
            country: demo.country,
          }
        : null,
      phone: null,
      bookingTimerMinutes: 10,
      roundRobin: RoundRobin.NONE,
      ...stamps,
    }),
  );
  const staff = demo.staff.map(({ userName, firstName, lastName, timeZone }, index) =>
    newRow(Staff, {
      businessId,
      rowId: staffIds[index] as number,
      subjectId: subjectIds[index] as number,
      userName,
      firstName,
      lastName,
      fullName: `${firstName} ${lastName}`,
      email: `${userName}@example.org`,
      phone: null,
      timeZoneCode: timeZone ?? demo.timeZone,
      acceptsAppointments: true,
      active: true,
      ...stamps,
    }),
  );
  const reason = (
    name: string,
    minutes: number,
    rest: Partial<Reason> & Pick<Reason, 'rowId' | 'sortWeight'>,
  ) =>
    newRow(Reason, {
      businessId,
      reasonType: ReasonType.SERVICE,
      status: ReasonStatus.ACTIVE,
      reasonDesc: name,
      internalName: null,
      reasonDetail: null,
      visitMinutes: minutes,
      bufferBefore: 0,
      bufferAfter: 0,
      allowOnline: true,
      apptDayMax: 90,
      apptHrMin: 2,
      rescheduleType: RescheduleType.FLEXIBLE,
      price: null,
      depositAmount: null,
      currency: demo.currency,
      taxable: false,
      allowPrePay: false,
      color: null,
      imageUrl: null,
      emailInstructions: null,
      emailInstructions2: null,
      durations: [],
      slotAlignment: SlotAlignment.WINDOW,
      slotStepMinutes: null,
      quota: null,
      quotaType: null,
      requiresStaffConfirmation: false,
      screeningQuestion: null,
      allowWaitList: false,
      maxWaitList: null,
      waitListHoldHours: null,
      maxWaitListPerClass: null,
      numberSessions: null,
      roundRobin: null,
      customWorkSchedule: WorkSchedule.ALL_LOCATIONS,
      modifiedBy: 'Demo',
      ...stamps,
      ...rest,
    });
  const reasons = [
    ...demo.reasons.map(
      (
        {
          name,
          minutes,
          before = 0,
          after = 0,
          price,
          color,
          detail,
          online = true,
          class: ofClass,
        },
        index,
      ) =>
        reason(name, minutes, {
          ...(ofClass ? { reasonType: ReasonType.CLASS } : {}),
          rowId: reasonIds[index] as number,
          bufferBefore: before,
          bufferAfter: after,
          price,
          color,
          reasonDetail: detail,
          allowOnline: online,
          sortWeight: index,
        }),
    ),
    reason('Time off', 480, {
      rowId: reasonIds[demo.reasons.length] as number,
      reasonType: ReasonType.PERSONAL,
      allowOnline: false,
      sortWeight: 100,
    }),
  ];
  const fields = await createFields(ids, business, demo, stamps.createdAt);
  const member: Member = {
    businessId,
    role: Role.ADMINISTRATOR,
    actor: 'demo',
    actorName: 'Demo',
    staffId: null,
    clientId: null,
    clientIds: [],
    locationIds: [],
  };
  const clients = CLIENTS.map(([firstName, lastName], index) =>
    newClient(
      { member, now: stamps.createdAt },
      {
        rowId: clientIds[index] as number,
        firstName,
        lastName,
        email: `client${index + 1}@example.org`,
        fieldValues: sampleValuesAt(fields, 'CLIENT', index),
        tags: index % 5 === 0 ? ['regular'] : [],
      },
    ),
  );
  const resources = demo.resources.map(({ name, quantity }, index) =>
    newRow(Resource, {
      businessId,
      rowId: resourceIds[index] as number,
      subjectId: subjectIds[demo.staff.length + index] as number,
      locationId: locationIds[0] as number,
      name,
      description: null,
      quantity,
      active: true,
      ...stamps,
    }),
  );
  const weekdays = Object.values(Weekday).filter((day) => day !== Weekday.SUNDAY);
  const hours = [
    { ofLocationId: locationIds[0] as number },
    ...staff.map(({ rowId }) => ({ staffId: rowId })),
  ].map((owner, index) =>
    newRow(SchedulePeriod, {
      businessId,
      rowId: periodIds[index] as number,
      staffId: null,
      ofLocationId: null,
      ofReasonId: null,
      resourceId: null,
      ...owner,
      validFrom: toLocal(stamps.createdAt, demo.timeZone).date,
      validTo: null,
      weekdays,
      weeksOfMonth: [],
      ranges: [{ start: demo.opens * 60, end: (demo.opens + HOURS) * 60 }],
      locationId: null,
      reasonId: null,
      modifiedBy: 'Demo',
      ...stamps,
    }),
  );
  return { business, member, locations, staff, reasons, clients, resources, hours, fields };
}

async function addHouse(
  tx: Tx,
  { locations, staff, reasons, clients, resources, hours, fields }: House,
  now: number,
): Promise<void> {
  await insert(tx, Location, ...locations);
  await insert(
    tx,
    Subject,
    ...staff.map(({ businessId, subjectId }) => ({
      businessId,
      rowId: subjectId,
      kind: 'STAFF' as const,
      capacity: 1,
    })),
  );
  await insert(tx, Staff, ...staff);
  await insert(
    tx,
    StaffLocation,
    ...staff.flatMap(({ businessId, rowId: staffId }) =>
      locations.map(({ rowId: locationId }) => ({ businessId, staffId, locationId })),
    ),
  );
  await insert(tx, Reason, ...reasons);
  await insert(
    tx,
    ServiceStaff,
    ...reasons
      .filter(({ personal }) => !personal)
      .flatMap(({ businessId, rowId: reasonId }) =>
        staff.map(({ rowId: staffId }) => ({
          businessId,
          reasonId,
          staffId,
          active: true,
          price: null,
          description: null,
          priority: 0,
          weight: 100,
          createdAt: now,
          modifiedAt: now,
        })),
      ),
  );
  await insert(
    tx,
    Subject,
    ...resources.map(({ businessId, subjectId, quantity }) => ({
      businessId,
      rowId: subjectId,
      kind: 'RESOURCE' as const,
      capacity: quantity,
    })),
  );
  await insert(tx, Resource, ...resources);
  await insert(tx, SchedulePeriod, ...hours);
  await insert(tx, CustomField, ...fields.map(({ field }) => field));
  for (const client of clients) await insertClient(tx, client);
}

/** Returns the bookings of one staff member, with breaks and one day off each week. */
function daysOf(
  house: House,
  { opens }: DemoBusiness,
  person: Staff,
  random: () => number,
  now: number,
): AppointmentAggregate[] {
  const today = toLocal(now, person.timeZoneCode).date;
  const timeOff = house.reasons.find((reason) => reason.personal) as Reason;
  const services = house.reasons.filter(({ reasonType }) => reasonType === ReasonType.SERVICE);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const bookings: AppointmentAggregate[] = [];
  for (let day = -DAYS_BACK; day <= DAYS_AHEAD; day += 1) {
    const date = addDays(today, day);
    const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
    const at = (hour: number) =>
      toInstant({ date, hour, minute: 0, second: 0, millisecond: 0 }, person.timeZoneCode);
    if (weekday === 0) continue;
    if (weekday === person.rowId % 6) {
      bookings.push(booking(house, person, timeOff, null, at(opens), at(opens + 8), now));
      continue;
    }
    // Later days have fewer bookings.
    const busy = day <= 0 ? 0.55 : 0.5 * (1 - day / (DAYS_AHEAD + 7));
    for (let start = at(opens + 1); start < at(opens + 8);) {
      const reason = pick(services);
      const end = start + reason.visitMinutes * MS_PER_MINUTE;
      if (random() < busy)
        bookings.push(booking(house, person, reason, pick(house.clients), start, end, now));
      start = end + 30 * MS_PER_MINUTE;
    }
  }
  return bookings;
}

function booking(
  { business, member, locations, fields }: House,
  person: Staff,
  reason: Reason,
  client: Client | null,
  start: number,
  end: number,
  now: number,
): AppointmentAggregate {
  const location = locations[0] as Location;
  const createdAt = Math.min(start - 5 * MS_PER_DAY, now - MS_PER_HOUR);
  const appointment = newRow(Appointment, {
    businessId: member.businessId,
    rowId: 0,
    version: 1,
    locationId: location.rowId,
    reasonId: reason.rowId,
    staffId: person.rowId,
    coordinatorStaffId: null,
    classScheduleId: null,
    seats: 1,
    clientId: client?.rowId ?? null,
    status: AppointmentStatus.OPEN,
    subStatusCode: 'OPEN',
    ...timesOf(start, end, reason, person.timeZoneCode, location),
    override: false,
    noPreference: false,
    address: null,
    meetingUrl: null,
    note: null,
    fieldValues: client ? sampleValuesAt(fields, 'APPT', client.rowId) : null,
    ownColor: null,
    price: reason.price,
    currency: reason.currency,
    taxAmount: null,
    transactionFee: null,
    paidAmount: null,
    paymentReference: null,
    clientReminderHours: business.clientReminderHours,
    staffReminderHours: business.staffReminderHours,
    remindClientSmsHours: 0,
    remindStaffSmsHours: 0,
    clientConfirmedAt: null,
    checkedInAt: null,
    startedAt: null,
    completedAt: null,
    cancelledAt: null,
    cancelledBy: null,
    cancelReason: null,
    completedReason: null,
    noShowReason: null,
    changeReason: null,
    clientRescheduleCount: 0,
    staffRescheduleCount: 0,
    batchId: null,
    externalEventId: null,
    invitationId: null,
    jobRequisitionId: null,
    holdExpiresAt: null,
    holdSecretHash: null,
    recurringAppointmentId: null,
    recurrenceStart: null,
    createdAt,
    createdBy: client ? 'WebClient' : 'Demo',
    modifiedAt: createdAt,
    modifiedBy: client ? 'WebClient' : 'Demo',
  });
  return {
    appointment,
    additionalStaffIds: [],
    resources: [],
    addOnReasonIds: [],
    staff: [person],
  };
}

/** Returns the classes of a business, each with the first staff member in the first room. */
const classesOf = (
  ids: Ids,
  { reasons, staff, resources, locations }: House,
  demo: DemoBusiness,
  now: number,
) =>
  Promise.all(
    demo.reasons
      .flatMap(({ class: ofClass }, index) =>
        ofClass ? [{ ...ofClass, reason: reasons[index] as Reason }] : [],
      )
      .map(async (one) => {
        const about: DemoClass = {
          ...one,
          leader: staff[0] as Staff,
          room: resources[0] as Resource,
          location: locations[0] as Location,
        };
        return { about, sessions: await sessionsOf(ids, about, now) };
      }),
  );

function seated(
  house: House,
  session: ClassSchedule,
  client: Client,
  now: number,
): AppointmentAggregate {
  const [leader, reason] = [
    house.staff.find(({ rowId }) => rowId === session.staffId) as Staff,
    house.reasons.find(({ rowId }) => rowId === session.reasonId) as Reason,
  ];
  return seatOf(
    booking(house, leader, reason, client, session.startAt, session.endAt, now),
    session,
  );
}

function endingOf({ startAt, endAt }: Appointment, fate: number): Partial<Appointment> {
  if (fate < 0.85)
    return {
      status: AppointmentStatus.COMPLETED,
      subStatusCode: 'COMPLETED',
      completedAt: endAt,
      cancelledBy: 'Demo',
    };
  if (fate < 0.93)
    return {
      status: AppointmentStatus.NO_SHOW,
      subStatusCode: 'NO_SHOW',
      noShowReason: 'Did not come',
      cancelledBy: 'Demo',
    };
  return {
    status: AppointmentStatus.CANCELLED,
    subStatusCode: 'CANCELLED',
    cancelledAt: startAt,
    cancelledBy: 'WebClient',
    cancelReason: 'Something came up',
  };
}

/** Completes past appointments; some become no-shows. */
async function endIfPast(
  tx: Tx,
  member: Member,
  before: AppointmentAggregate,
  random: () => number,
  now: number,
): Promise<void> {
  const { appointment } = before;
  if (appointment.endAt > now || appointment.clientId === null) return;
  const changes = endingOf(appointment, random());
  const after = {
    ...before,
    appointment: changedRow(Appointment, appointment, {
      ...changes,
      modifiedAt: appointment.endAt,
      modifiedBy: 'Demo',
    }),
  };
  const type =
    { COMPLETED: BookingEventType.COMPLETED, NO_SHOW: BookingEventType.NO_SHOW }[
      changes.status as string
    ] ?? BookingEventType.CANCELLED;
  await changeAppointment(
    { tx, member, now: appointment.endAt },
    { before, after, type, reason: null, override: false },
  );
}
