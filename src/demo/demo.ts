import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../db/database';
import type { Ids } from '../db/state/ids';
import { createBusiness } from '../features/access/create-business';
import type { AppointmentAggregate } from '../features/appointments/model/aggregate';
import { writeAppointment } from '../features/appointments/model/write';
import { hasBusiness } from '../features/businesses/business.list';
import { bookingsOf, endIfPast, seatedIn } from './appointments';
import { DEMO, type DemoBusiness } from './businesses';
import { addSessions, attendeesOf, classesOf, type ScheduledClass } from './classes';
import { addGroups, GROUPS } from './groups';
import { addHouse, houseOf, type House } from './house';

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
      await fill(db, ids, await houseOf(ids, business, demo, now), sequence(index + 1));
    }
    writeFileSync(file, `${JSON.stringify(keys, null, 2)}\n`);
    chmodSync(file, 0o600);
  }
  if (!existsSync(file)) return null;
  const keys = JSON.parse(readFileSync(file, 'utf8')) as Record<string, { secret: string }>;
  return keys[(DEMO[0] as DemoBusiness).name]?.secret ?? null;
}

async function fill(db: Database, ids: Ids, house: House, random: () => number): Promise<void> {
  const bookings = house.staff.flatMap((person) => bookingsOf(house, person, random));
  const classes = await classesOf(ids, house);
  const booked = [...bookings, ...seatsOf(house, classes, random)];
  const appointmentIds = await ids.take('appointment', booked.length);
  const groupIds = await ids.take('member_group', GROUPS);
  await db.transaction(async (tx) => {
    await addHouse(tx, house);
    await addGroups(tx, house, groupIds);
    const capacities = new Map(house.staff.map(({ subjectId }) => [subjectId, 1]));
    for (const { sessions, about } of classes) await addSessions(tx, sessions, about);
    for (const [index, booking] of booked.entries()) {
      booking.appointment.rowId = appointmentIds[index] as number;
      const unit = { tx, member: house.member, now: booking.appointment.createdAt };
      await writeAppointment(unit, booking, capacities);
      await endIfPast(tx, house, booking, random);
    }
  });
}

const seatsOf = (
  house: House,
  classes: readonly ScheduledClass[],
  random: () => number,
): AppointmentAggregate[] =>
  classes.flatMap(({ sessions }) =>
    sessions.flatMap((session) =>
      attendeesOf(session, house, random).map((client) => seatedIn(house, session, client)),
    ),
  );
