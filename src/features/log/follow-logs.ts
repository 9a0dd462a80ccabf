import type { Database } from '../../shared/db/database';
import { committed } from './committed';
import { Relay } from './relay';
import { setTail, Tail } from './tail';

/** Starts what numbers the logs (PostgreSQL) and what reads their ends for this process. */
export async function followLogs(db: Database, databaseUrl: string | null, onError: (error: Error) => void): Promise<{ stop(): Promise<void> }> {
  const tail = new Tail(db, onError);
  setTail(db, tail);
  const relay = databaseUrl ? new Relay(databaseUrl, tail.wake, onError) : null;
  const forget = relay ? () => undefined : committed.on(tail.wake);
  await relay?.start();
  return {
    async stop() {
      forget();
      tail.stop();
      await relay?.stop();
    },
  };
}
