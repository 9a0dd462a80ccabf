import type { Logger } from 'pino';
import type { Database } from '../db/database';
import { CHANNELS, Sequencer } from './sequencer';
import { LogTail } from './log-tail';

export interface Servers {
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  /**
   * Called with the epoch after each read of it. Anything that the process caches of another epoch
   * is invalid.
   */
  readonly onEpoch?: (epoch: number) => void;
}

/** Starts the sequencer (PostgreSQL) and the log tail of this process. */
export async function followLogs(
  db: Database,
  { databaseUrl, redisUrl, onEpoch }: Servers,
  log: Logger,
  onError: (error: Error) => void,
): Promise<{ readonly tail: LogTail; stop(): Promise<void> }> {
  const tail = new LogTail(db, onError);
  let sequencer: Sequencer | null = null;
  // Several installations may share one Redis, so channel names contain the name of the database.
  const prefix = databaseUrl && redisUrl ? `${new URL(databaseUrl).pathname.slice(1)}:` : '';
  const redis =
    databaseUrl && redisUrl
      ? new (await import('./redis.js')).RedisWakeUps(redisUrl, CHANNELS, prefix, {
          onMessage: (channel, text) => sequencer?.onNotification(channel, text),
          onChange: (error) =>
            error
              ? log.warn(
                  { err: error },
                  'Redis is unreachable: PostgreSQL wakes the other processes meanwhile',
                )
              : log.info('Redis is reachable again'),
        })
      : null;
  const enter = (epoch: number) => {
    tail.enter(epoch);
    onEpoch?.(epoch);
  };
  if (databaseUrl)
    sequencer = new Sequencer(databaseUrl, db, { redis, wake: tail.wake, enter, onError });
  const unsubscribe = sequencer
    ? () => undefined
    : db.signals.committed.on((businessId) => {
        tail.wake(new Map([[businessId, Infinity]]));
        db.signals.numbered.emit(businessId);
      });
  await sequencer?.start();
  return {
    tail,
    async stop() {
      unsubscribe();
      tail.stop();
      redis?.stop();
      await sequencer?.stop();
    },
  };
}
