import { changedRow } from '../../db/new-row';
import type { Context, Member, WriteUnit } from '../../context';
import type { Database } from '../../db/database';
import { and, byDialect, isOneOf, join, raw, sql, type Sql } from '../../db/sql';
import { Appointment } from '../appointments/model/appointment.entity';
import { BookingEventType } from '../appointments/model/events';
import { AppointmentStatus } from '../appointments/model/status';
import { occupanciesOf, readAggregate } from '../appointments/model/aggregate';
import { changeAppointment } from '../appointments/model/write';
import { currentPlaces } from '../attendance/session-change';
import { moveSession } from '../attendance/update-session';
import { ClassSchedule, ClassScheduleStatus } from '../classes/class-schedule.entity';
import { occupanciesOf as occupanciesOfSession } from '../classes/session-places';
import type { Occupancy } from '../occupancy/occupancy.service';
import { staff } from '../staff/staff.list';
import type { DerivedTimes } from './zone-data';
import { modifierOf } from '../../log/actors/stamps';

/** A row that keeps its wall-clock time when zone rules change. */
export type ZonedRow = Appointment | ClassSchedule;

/** A prepared move: its new occupancies, and the function that writes it. */
export interface PreparedMove {
  readonly occupancies: readonly Occupancy[];
  readonly override: boolean;
  /** @throws StaleVersionError; DomainError TIME_UNAVAILABLE */
  write(unit: WriteUnit, reason: string): Promise<unknown>;
}

/** A kind of row that keeps its wall-clock time, and its table. */
export interface Kind {
  readonly word: 'appointment' | 'session';
  readonly table: 'appointment' | 'class_schedule';
  readonly entity: new () => ZonedRow;
  /** Condition on the alias `a` for rows whose instants are still relevant. */
  where(now: number): Sql;
  prepare(by: Mover, row: ZonedRow, derived: DerivedTimes): Promise<PreparedMove>;
}

/** Where, by whom and when rows are moved. */
interface Mover {
  readonly db: Database;
  readonly member: Member;
  readonly now: number;
}

/** Returns the subset of a context that reading needs. */
const readingAs = (db: Database, viewer: Member): Context =>
  ({ db, viewer }) as Pick<Context, 'db' | 'viewer'> as Context;

/** Appointments except seats in sessions, which move with their session. */
const APPOINTMENTS: Kind = {
  word: 'appointment',
  table: 'appointment',
  entity: Appointment,
  where: (now) =>
    and([
      isOneOf(raw('a.status'), [AppointmentStatus.PENDING, AppointmentStatus.OPEN]),
      raw('a.class_schedule_id IS NULL'),
      sql`(a.hold_expires_at IS NULL OR a.hold_expires_at > ${now})`,
    ]),
  async prepare({ db, member, now }, row, derived) {
    const context = readingAs(db, member);
    const appointment = row as Appointment;
    const before = await readAggregate(context, appointment, (ids) =>
      Promise.all(ids.map((id) => staff.getById(context, id))),
    );
    const after = {
      ...before,
      appointment: changedRow(Appointment, appointment, {
        ...derived,
        modifiedAt: now,
        ...modifierOf(member),
      }),
    };
    const { override } = appointment;
    return {
      occupancies: occupanciesOf(after),
      override,
      write: (unit, reason) =>
        changeAppointment(unit, {
          before,
          after,
          type: BookingEventType.RESCHEDULED,
          reason,
          override,
        }),
    };
  },
};

const SESSIONS: Kind = {
  word: 'session',
  table: 'class_schedule',
  entity: ClassSchedule,
  where: () => isOneOf(raw('a.status'), [ClassScheduleStatus.OPEN]),
  async prepare({ db, member, now }, row, derived) {
    const before = row as ClassSchedule;
    const places = await currentPlaces(readingAs(db, member), before);
    const after = changedRow(ClassSchedule, before, {
      ...derived,
      version: before.version + 1,
      modifiedAt: now,
      ...modifierOf(member),
    });
    return {
      occupancies: occupanciesOfSession(after, places),
      override: false,
      write: (unit, reason) =>
        moveSession(
          unit,
          { before, after, placesBefore: places, places, keepsWallClock: true },
          reason,
        ),
    };
  },
};

export const KINDS: readonly Kind[] = [APPOINTMENTS, SESSIONS];

/**
 * Marks rows whose instants are unchanged with the version of the time-zone data and their local
 * dates. Appends no events.
 * Skips rows with a newer version: their writer has already applied its own time-zone data.
 */
export async function mark(
  db: Database,
  { table }: Kind,
  rows: readonly ZonedRow[],
  { timeZoneData, locationStartDate, locationEndDate }: DerivedTimes,
): Promise<void> {
  const sets = sql`time_zone_data = ${timeZoneData}, location_start_date = ${locationStartDate}, location_end_date = ${locationEndDate}`;
  const versions = join(
    rows.map(({ businessId, rowId, version }) => sql`(${businessId}, ${rowId}, ${version})`),
  );
  const same = byDialect({ postgres: sql`(${versions})`, sqlite: sql`(VALUES ${versions})` });
  await db.transaction(async (tx) => {
    if (table === 'class_schedule') {
      await tx.run(sql`UPDATE appointment SET ${sets} WHERE (business_id, class_schedule_id) IN (
        SELECT s.business_id, s.id FROM class_schedule AS s WHERE (s.business_id, s.id, s.version) IN ${same})`);
    }
    await tx.run(sql`UPDATE ${raw(table)} SET ${sets} WHERE (business_id, id, version) IN ${same}`);
  });
}
