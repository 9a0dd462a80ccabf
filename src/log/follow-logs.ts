import type { Logger } from 'pino';
import type { Database } from '../db/database';
import { committed, numbered } from './signals';
import { CHANNELS, Sequencer } from './sequencer';
import { setLogTail, LogTail } from './log-tail';

export interface Servers {
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  /** Called with the epoch of the database whenever it is looked at: whatever the process keeps of another is invalid. */
  readonly onEpoch?: (epoch: number) => void;
}

/** Starts what numbers the logs (PostgreSQL) and what reads their ends for this process. */
export async function followLogs(
  db: Database,
  { databaseUrl, redisUrl, onEpoch }: Servers,
  log: Logger,
  onError: (error: Error) => void,
): Promise<{ stop(): Promise<void> }> {
  const tail = new LogTail(db, onError);
  setLogTail(db, tail);
  let relay: Sequencer | null = null;
  // Several installations may share one Redis: the channels carry the name of the database.
  const prefix = databaseUrl && redisUrl ? `${new URL(databaseUrl).pathname.slice(1)}:` : '';
  const redis =
    databaseUrl && redisUrl
      ? new (await import('./redis.js')).RedisWakeUps(
          redisUrl,
          CHANNELS,
          prefix,
          (channel, text) => relay?.hear(channel, text),
          (error) =>
            error
              ? log.warn(
                  { err: error },
                  'Redis is away: PostgreSQL wakes the other processes meanwhile',
                )
              : log.info('Redis is back'),
        )
      : null;
  const enter = (epoch: number) => {
    tail.enter(epoch);
    onEpoch?.(epoch);
  };
  if (databaseUrl)
    relay = new Sequencer(databaseUrl, db, { redis, wake: tail.wake, enter, onError });
  const forget = relay
    ? () => undefined
    : committed.on((businessId) => {
        tail.wake(new Map([[businessId, Infinity]]));
        numbered.tell(businessId);
      });
  await relay?.start();
  return {
    async stop() {
      forget();
      tail.stop();
      redis?.stop();
      await relay?.stop();
    },
  };
}
