import type { Database } from './database';
import { raw, sql } from './sql';

const SAMPLE_INTERVAL_MS = 10_000;
/** A slower reading is discarded: its error is half of the round trip. */
const MAX_ROUND_TRIP_MS = 1_000;

export interface Clock {
  /** Epoch milliseconds. */
  readonly now: () => number;
  stop(): void;
}

/**
 * The database's clock, shared by all processes, because leases, holds and due times are compared
 * between processes. Sampled every 10 s and advanced by the monotonic clock in between, so reading
 * it sends no statement. SQLite has one process and uses its clock.
 */
export async function clockOf(db: Database, onError: (error: Error) => void): Promise<Clock> {
  if (db.dialect === 'sqlite') return { now: Date.now, stop: () => undefined };
  let epoch = await sampleClock(db);
  const timer = setInterval(
    () =>
      void sampleClock(db).then(({ at, roundTrip }) => {
        if (roundTrip <= MAX_ROUND_TRIP_MS) epoch = { at, roundTrip };
      }, onError),
    SAMPLE_INTERVAL_MS,
  );
  timer.unref();
  return { now: () => Math.round(epoch.at + performance.now()), stop: () => clearInterval(timer) };
}

/** Reads the database's time at `performance.now()` 0, accurate to half a round trip. */
async function sampleClock(db: Database): Promise<{ at: number; roundTrip: number }> {
  const sent = performance.now();
  const [row] = await db.all<{ ms: number }>(
    sql`SELECT ${raw('(extract(epoch FROM clock_timestamp()) * 1000)::float8')} AS ms`,
  );
  const roundTrip = performance.now() - sent;
  return { at: (row as { ms: number }).ms - sent - roundTrip / 2, roundTrip };
}
