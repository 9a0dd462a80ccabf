import type { Config } from '../config';
import { dataSource } from '../data-source';
import { connect } from '../db/connect';
import type { Database } from '../db/database';
import type { Signals } from '../db/signals';
import { addressOf, isUnreachable } from './start-fault';

const RETRY_MS = 500;

export interface OpenOptions {
  readonly onError: (error: Error) => void;
  /** Receives one sentence if the start waits for the database. */
  readonly onWait: (message: string) => void;
  /** See `connect`. Defaults to true. */
  readonly migrate?: boolean;
  /** See `connect`. */
  readonly signals?: Signals;
}

/**
 * Connects to the configured database. Waits for an unreachable PostgreSQL for the configured
 * time.
 */
export async function openDatabase(
  config: Config,
  { onError, onWait, ...options }: OpenOptions,
): Promise<Database> {
  const until = performance.now() + config.databaseWaitSeconds * 1_000;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await connect((role) => dataSource(config, role), onError, options);
    } catch (error) {
      if (!config.databaseUrl || !isUnreachable(error) || performance.now() >= until) throw error;
      if (attempt === 0) {
        onWait(
          `PostgreSQL at ${addressOf(config.databaseUrl)} (DATABASE_URL) is unreachable: trying again for ${config.databaseWaitSeconds} s (DATABASE_WAIT_SECONDS)`,
        );
      }
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}
