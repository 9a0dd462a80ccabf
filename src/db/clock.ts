import type { Database } from './database';
import { raw, sql } from './sql';

const LOOK_MS = 10_000;
/** What took longer to be answered says too little about when it was said. */
const MAX_ROUND_TRIP_MS = 1_000;

export interface Clock {
  /** Epoch milliseconds. */
  readonly now: () => number;
  stop(): void;
}

/**
 * The clock of the database, so that all processes on it have one, however wrong their own are: leases, holds and what is due are compared
 * between them. Looked at from time to time, and in between carried on by what cannot be set: no statement is sent to ask the time.
 * The embedded database has one process, whose clock it is.
 */
export async function clockOf(db: Database, onError: (error: Error) => void): Promise<Clock> {
  if (db.dialect === 'sqlite') return { now: Date.now, stop: () => undefined };
  let epoch = await look(db);
  const timer = setInterval(
    () =>
      void look(db).then(({ at, roundTrip }) => {
        if (roundTrip <= MAX_ROUND_TRIP_MS) epoch = { at, roundTrip };
      }, onError),
    LOOK_MS,
  );
  timer.unref();
  return { now: () => Math.round(epoch.at + performance.now()), stop: () => clearInterval(timer) };
}

/** What the database's clock said when `performance.now()` was 0, give or take half a round trip. */
async function look(db: Database): Promise<{ at: number; roundTrip: number }> {
  const sent = performance.now();
  const [row] = await db.all<{ ms: number }>(
    sql`SELECT ${raw('(extract(epoch FROM clock_timestamp()) * 1000)::float8')} AS ms`,
  );
  const roundTrip = performance.now() - sent;
  return { at: (row as { ms: number }).ms - sent - roundTrip / 2, roundTrip };
}
