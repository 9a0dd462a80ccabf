import type { Context } from '../../context';
import { DomainError, ErrorCode } from '../../errors';
import type { Database } from '../../shared/db/database';
import { and, byDialect, isOneOf, join, raw, sql, type Sql } from '../../shared/db/sql';
import { tableOf } from '../../shared/db/table';
import { Appointment } from '../appointments/appointment.entity';
import { BookingEventType } from '../appointments/appointment.events';
import { AppointmentStatus } from '../appointments/appointment.status';
import { replace, servedOf, Stale } from '../appointments/appointment.write';
import { systemOf } from '../appointments/holds';
import type { Staff } from '../staff/staff.entity';
import { staff } from '../staff/staff.source';
import { derive, type Derived, type ZoneData } from './zone-data';
import { wouldCollide } from './tz-preview';

export interface TzCheckOptions {
  readonly now: number;
  readonly data: ZoneData;
  /** Says what would be done, and does nothing. */
  readonly dryRun: boolean;
  /** Hears of each appointment that moved or, in a dry run, would. */
  readonly onMoved?: (drift: Drift) => void;
}

/** One whose wall clock is another instant by the new data. */
export interface Drift { readonly appointment: Appointment; readonly startAt: number }

export interface TzReport {
  /** Appointments that were made by other data. */
  readonly looked: number;
  readonly moved: number;
  /** Left where they are: somebody who serves is taken at the new time. The first thousand of `collided`. */
  readonly collisions: readonly Drift[];
  readonly collided: number;
}

interface Row { readonly appointment: Appointment; readonly derived: Derived; readonly shift: number }

const BATCH = 500;
const SHOWN = 1_000;
/** Each takes one more step in a chain of appointments of which none could go before another: sweeps in order leave few. */
const MAX_ROUNDS = 50;

/**
 * Gives future appointments that were made by other time-zone data the instants that their wall clocks have now, each in a transaction of its own
 * by the path of every other change. Safe to run twice, at once, and beside running gateways: what is done is marked with the version.
 */
export async function checkTimeZones(db: Database, options: TzCheckOptions): Promise<TzReport> {
  const totals = { looked: 0, moved: 0 };
  for (let round = 1; ; round += 1) {
    const left: Drift[] = [];
    const found = { looked: 0, moved: 0, collided: 0, stale: 0 };
    const collide = (drift: Drift) => {
      found.collided += 1;
      if (left.length < SHOWN) left.push(drift);
    };
    // Those that go earlier in the order of time, then those that go later in the reverse: each goes where the one before it has left.
    for (const later of [false, true]) {
      await sweep(db, options, later, async (rows) => {
        if (!later) found.looked += rows.length;
        if (!later && !options.dryRun) await mark(db, rows.filter(({ shift }) => shift === 0));
        for (const row of rows.filter(({ shift }) => (later ? shift > 0 : shift < 0))) {
          const outcome = await move(db, row, options);
          const drift = { appointment: row.appointment, startAt: row.derived.startAt };
          if (outcome === 'COLLIDES') collide(drift);
          else found[outcome === 'MOVED' ? 'moved' : 'stale'] += 1;
          if (outcome === 'MOVED') options.onMoved?.(drift);
        }
      });
    }
    if (round === 1) totals.looked = found.looked;
    totals.moved += found.moved;
    const goesOn = (found.moved > 0 && found.collided > 0) || found.stale > 0;
    if (options.dryRun || !goesOn || round === MAX_ROUNDS) return { ...totals, collisions: left, collided: found.collided };
  }
}

/** All that are to be looked at, some at a time, by their start or in the reverse. */
async function sweep(db: Database, { now, data }: TzCheckOptions, backward: boolean, visit: (rows: Row[]) => Promise<void>): Promise<void> {
  const table = tableOf(Appointment);
  const columns = raw('a.business_id, a.start_at, a.id');
  let last: Sql | null = null;
  for (;;) {
    const found: Record<string, unknown>[] = await db.all(sql`
      SELECT ${table.select('a')}, l.time_zone_code AS "placeZone" FROM ${raw('appointment AS a')}
      JOIN ${raw('location AS l')} ON l.business_id = a.business_id AND l.id = a.location_id
      WHERE ${and([
        ...(last ? [sql`(${columns}) ${raw(backward ? '<' : '>')} (${last})`] : []),
        sql`a.start_at > ${now}`, sql`a.time_zone_data <> ${data.version}`, isOneOf(raw('a.status'), [AppointmentStatus.PENDING, AppointmentStatus.OPEN]),
        // Attendees go with their session.
        raw('a.class_schedule_id IS NULL'), sql`(a.hold_expires_at IS NULL OR a.hold_expires_at > ${now})`,
      ])}
      ORDER BY ${join(['a.business_id', 'a.start_at', 'a.id'].map((column) => raw(`${column}${backward ? ' DESC' : ''}`)))} LIMIT ${BATCH}`);
    const rows = found.map((row): Row => {
      const appointment = table.hydrate(row);
      const derived = derive(appointment, row.placeZone as string, data);
      return { appointment, derived, shift: derived.startAt - appointment.startAt };
    });
    await visit(rows);
    const end = rows.at(-1)?.appointment;
    if (!end || rows.length < BATCH) return;
    last = sql`${end.businessId}, ${end.startAt}, ${end.rowId}`;
  }
}

/** Those whose instants stay keep the version of the data that said so. Nobody else is told: nothing changed for anybody. */
async function mark(db: Database, stay: readonly Row[]): Promise<void> {
  const groups = new Map<string, Row[]>();
  for (const row of stay) {
    const { locationStartDate, locationEndDate } = row.derived;
    const stays = locationStartDate === row.appointment.locationStartDate && locationEndDate === row.appointment.locationEndDate;
    const key = stays ? '' : `${locationStartDate} ${locationEndDate}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  for (const [key, group] of groups) {
    const [{ derived }] = group as [Row];
    const dates = key ? sql`, location_start_date = ${derived.locationStartDate}, location_end_date = ${derived.locationEndDate}` : raw('');
    // Whoever changed one meanwhile did it by data of their own.
    const rows = join(group.map(({ appointment: { businessId, rowId, version } }) => sql`(${businessId}, ${rowId}, ${version})`));
    const same = byDialect({ postgres: rows, sqlite: sql`VALUES ${rows}` });
    await db.transaction((tx) => tx.run(sql`UPDATE appointment SET time_zone_data = ${derived.timeZoneData}${dates} WHERE (business_id, id, version) IN (${same})`));
  }
}

async function move(db: Database, { appointment, derived }: Row, { now, data, dryRun }: TzCheckOptions): Promise<'MOVED' | 'COLLIDES' | 'STALE'> {
  const member = systemOf(appointment.businessId);
  // As much of a context as reading takes.
  const context = { db, viewer: member } as Pick<Context, 'db' | 'viewer'> as Context;
  const load = (ids: readonly number[]) => Promise.all(ids.map((id) => staff.granted(context, id) as Promise<Staff>));
  const before = await servedOf(context, appointment, load);
  const after = { ...before, appointment: Object.assign(new Appointment(), appointment, derived, { modifiedAt: now, modifiedBy: member.actorName }) };
  if (dryRun) return (await wouldCollide(db, after, data, now)) ? 'COLLIDES' : 'MOVED';
  const why = `The rules of ${appointment.timeZoneCode} changed (time-zone data ${data.version}).`;
  try {
    await db.transaction((tx) => replace(tx, member, now, before, after, BookingEventType.RESCHEDULED, why, appointment.override));
    return 'MOVED';
  } catch (error) {
    if (error instanceof Stale) return 'STALE';
    if (error instanceof DomainError && error.code === ErrorCode.TIME_UNAVAILABLE) return 'COLLIDES';
    throw error;
  }
}
