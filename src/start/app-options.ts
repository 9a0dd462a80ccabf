import type { ApolloServerPlugin } from '@apollo/server';
import type { Logger } from 'pino';
import type { Database } from '../db/database';
import type { Ids } from '../db/state/ids';
import type { Transports } from '../features/messages/transports/transport';
import type { DeliveryTimings } from '../features/webhooks/delivery/record-attempt';
import type { Outbound } from '../services/outbound/outbound';

/** What a program that starts a gateway may replace. */
export interface AppOptions {
  /** Returns the time in epoch milliseconds. Defaults to the clock of the database. */
  readonly now?: () => number;
  readonly log?: Logger;
  /** Sends HTTP requests to webhooks. */
  readonly outbound?: Outbound;
  /** Transports of messages. Defaults to those of the configuration. */
  readonly transports?: Transports;
  /**
   * Whether messages are planned in the background. If false, the caller runs `planMessages`.
   * @default true
   */
  readonly planMessages?: boolean;
  /**
   * Whether background work runs. If false, only the log is sequenced and followed.
   * @default true
   */
  readonly backgroundWork?: boolean;
  /** Further plugins of Apollo Server, such as tracing. */
  readonly apolloPlugins?: readonly ApolloServerPlugin[];
  /**
   * Time for which bookings of a subject take the lock after a conflict, in milliseconds.
   * @default 1000
   */
  readonly contentionBackOffMs?: number;
  /**
   * Time after which a process loses a job whose lease it does not renew, in milliseconds.
   * @default 10000
   */
  readonly jobLeaseMs?: number;
  /** Delays and pauses of webhook deliveries. Defaults to the schedule of Standard Webhooks. */
  readonly deliveryTimings?: DeliveryTimings;
  /** Runs after the migrations and before the server accepts requests. */
  readonly prepare?: (db: Database, ids: Ids) => Promise<void>;
}
