import { changedRow, newRow } from '../db/new-row';
import { Appointment } from '../features/appointments/model/appointment.entity';
import { placeOf } from '../features/appointments/model/seats';
import type { AppointmentAggregate } from '../features/appointments/model/aggregate';
import { ClassSchedule, ClassScheduleStatus } from '../features/classes/class-schedule.entity';
import { occupanciesOf } from '../features/classes/session-places';
import type { Client } from '../features/clients/client.entity';
import type { Location } from '../features/locations/location.entity';
import { insertClaims } from '../features/occupancy/occupancy.service';
import { Subject } from '../features/occupancy/subject.entity';
import type { Reason } from '../features/reasons/reason.entity';
import type { Resource } from '../features/resources/resource.entity';
import type { Staff } from '../features/staff/staff.entity';
import type { Tx } from '../db/database';
import type { Ids } from '../db/state/ids';
import { insert } from '../db/table';
import { addDays, MS_PER_DAY, MS_PER_MINUTE, toInstant, toLocal } from '../lib/time-zone';
import { timesOf } from '../lib/appointment-times';
import type { House } from './house';
import { DEMO_AUTHOR } from './stamps';
import { creatorOf, modifierOf } from '../log/actors/stamps';

const DAYS = 28;
const WEEKDAYS: readonly number[] = [1, 3, 5];

export interface DemoClass {
  readonly reason: Reason;
  readonly leader: Staff;
  readonly room: Resource;
  readonly location: Location;
  readonly capacity: number;
  readonly hour: number;
}

/** A class and its sessions. */
export interface ScheduledClass {
  readonly about: DemoClass;
  readonly sessions: readonly ClassSchedule[];
}

/** Returns the classes of a business, each with the first staff member in the first room. */
export const classesOf = (
  ids: Ids,
  { demo, reasons, staff, resources, locations, now }: House,
): Promise<ScheduledClass[]> =>
  Promise.all(
    demo.reasons
      .flatMap(({ class: ofClass }, index) =>
        ofClass ? [{ ...ofClass, reason: reasons[index] as Reason }] : [],
      )
      .map(async (given) => {
        const about: DemoClass = {
          ...given,
          leader: staff[0] as Staff,
          room: resources[0] as Resource,
          location: locations[0] as Location,
        };
        return { about, sessions: await sessionsOf(ids, about, now) };
      }),
  );

/** Returns four weeks of sessions of a class, three a week. */
async function sessionsOf(
  ids: Ids,
  { reason, leader, room, location, capacity, hour }: DemoClass,
  now: number,
): Promise<ClassSchedule[]> {
  const { timeZoneCode } = location;
  const today = toLocal(now, timeZoneCode).date;
  const dates = Array.from({ length: DAYS }, (_, day) => addDays(today, day + 1)).filter((date) =>
    WEEKDAYS.includes(new Date(`${date}T00:00:00Z`).getUTCDay()),
  );
  const [rowIds, subjectIds] = [
    await ids.take('appointment', dates.length),
    await ids.take('subject', dates.length),
  ];
  const createdAt = now - 30 * MS_PER_DAY;
  return dates.map((date, index) => {
    const startAt = toInstant({ date, hour, minute: 30, second: 0, millisecond: 0 }, timeZoneCode);
    return newRow(ClassSchedule, {
      businessId: reason.businessId,
      rowId: rowIds[index] as number,
      version: 1,
      subjectId: subjectIds[index] as number,
      reasonId: reason.rowId,
      staffId: leader.rowId,
      locationId: location.rowId,
      resourceId: room.rowId,
      courseSetId: null,
      firstOfSeriesId: rowIds[0] as number,
      status: ClassScheduleStatus.OPEN,
      ...timesOf(
        { startAt, endAt: startAt + reason.visitMinutes * MS_PER_MINUTE },
        reason,
        timeZoneCode,
        location,
      ),
      originalStartAt: null,
      capacity,
      price: null,
      address: null,
      meetingUrl: null,
      createdAt,
      ...creatorOf(DEMO_AUTHOR),
      modifiedAt: createdAt,
      ...modifierOf(DEMO_AUTHOR),
      cancelledAt: null,
      cancelledBy: null,
      cancelledById: null,
      cancelReason: null,
      cancelReasonCode: null,
    });
  });
}

/** Turns an appointment into a seat of a session. */
export const seatOf = (
  given: AppointmentAggregate,
  session: ClassSchedule,
): AppointmentAggregate => ({
  ...given,
  session,
  appointment: changedRow(Appointment, given.appointment, {
    ...placeOf(session),
    classScheduleId: session.rowId,
    seats: 1,
  }),
});

/** Returns the attending clients of a session: more, the sooner it starts. */
export const attendeesOf = (
  session: ClassSchedule,
  { clients, now }: House,
  random: () => number,
): Client[] => {
  const share = 1 - (session.startAt - now) / (DAYS * MS_PER_DAY) / 1.2;
  const first = Math.floor(random() * clients.length);
  return Array.from(
    { length: Math.floor(session.capacity * share) },
    (_, index) => clients[(first + index) % clients.length] as Client,
  );
};

export async function addSessions(
  tx: Tx,
  sessions: readonly ClassSchedule[],
  { leader, room }: DemoClass,
): Promise<void> {
  await insert(
    tx,
    Subject,
    ...sessions.map(({ businessId, subjectId, capacity }) => ({
      businessId,
      rowId: subjectId,
      kind: 'CLASS_SESSION' as const,
      capacity,
    })),
  );
  await insert(tx, ClassSchedule, ...sessions);
  const capacities = new Map([leader, room].map(({ subjectId }) => [subjectId, 1]));
  for (const session of sessions) {
    await insertClaims(
      { tx, member: session },
      { appointmentId: session.rowId, override: false },
      occupanciesOf(session, { leader, resource: room }),
      capacities,
    );
  }
}
