import { Client } from 'pg';
import type { Database } from '../db/database';
import { renewEpoch } from '../db/state/epoch';
import { render } from '../db/sql';
import type { RedisWakeUps } from './redis';
import { headsFromText, headsToText, inParts, type Heads } from './head-notification';

/** An arbitrary advisory-lock key, equal in all processes. Its holder assigns the numbers. */
const LEADER_LOCK = 7_314_002;
const BATCH = 1_000;
/** Together with the poll of the log tail, this bounds the delay of a lost wake-up to a second. */
const POLL_MS = 400;
const RECONNECT_MS = 500;
/** Pause between steps. Under load one step then numbers several events. */
const PAUSE_MS = 10;
export const COMMITTED = 'slotgraph_committed';
export const NUMBERED = 'slotgraph_numbered';
export const CHANNELS = [COMMITTED, NUMBERED];

/**
 * Assigns numbers to visible events, in insertion order within a batch. Row locks order two
 * changes of one appointment, so the later one cannot become visible before the earlier. Assigns
 * none before the server has begun its epoch, because numbers of a lost tail must not be reused in
 * it.
 */
const assignNumbersStatement = (identity: string): string => `
  WITH batch AS MATERIALIZED (
    SELECT business_id, position FROM event WHERE seq IS NULL AND (SELECT marker = ${identity} FROM database_epoch) ORDER BY position LIMIT ${BATCH}
  ), counted AS (
    SELECT business_id, count(*) AS events FROM batch GROUP BY business_id
  ), head AS (
    UPDATE log_head SET last_seq = last_seq + counted.events FROM counted WHERE log_head.business_id = counted.business_id
    RETURNING log_head.business_id, log_head.last_seq - counted.events AS base
  ), numbered AS (
    SELECT business_id, position, row_number() OVER (PARTITION BY business_id ORDER BY position) AS place FROM batch
  ), assigned AS (
    UPDATE event SET seq = head.base + numbered.place FROM numbered JOIN head ON head.business_id = numbered.business_id
    WHERE event.business_id = numbered.business_id AND event.position = numbered.position
    RETURNING event.business_id, event.seq
  )
  SELECT business_id AS "businessId", max(seq) AS seq, count(*) AS events FROM assigned GROUP BY business_id`;

/** The observers of a sequencer, and its way to wake other processes. */
export interface SequencerObserver {
  readonly redis: RedisWakeUps | null;
  wake(heads: Heads | null): void;
  /** Receives the epoch of the database after each read of it. */
  enter(epoch: number): void;
  onError(error: Error): void;
}

/**
 * Assigns gap-free sequence numbers to PostgreSQL's log and wakes all processes. Every process
 * runs one; the holder of the advisory lock leads. The lock, the numbering and LISTEN share one
 * session, so a leader that loses the session loses all of them. Wake-ups use Redis while it is
 * reachable, else NOTIFY outside business transactions, where it would take a lock at each commit.
 */
export class Sequencer {
  private session: Client | null = null;
  private leads = false;
  private busy = false;
  private again = false;
  /** Whether this process has commits that it has not announced to the leader. */
  private hasUnannouncedCommits = false;
  private stopped = false;
  private timer?: NodeJS.Timeout;
  private unsubscribe?: () => void;
  private readonly assignNumbersText: string;
  private readonly readEpochText: string;

  constructor(
    private readonly databaseUrl: string,
    private readonly db: Database,
    private readonly observer: SequencerObserver,
  ) {
    const identity = render(db.identity, 'postgres').text;
    this.assignNumbersText = assignNumbersStatement(identity);
    this.readEpochText = `SELECT epoch, marker = ${identity} AS "isCurrent" FROM database_epoch`;
  }

  private get redis(): RedisWakeUps | null {
    return this.observer.redis;
  }

  private onError(error: Error): void {
    this.observer.onError(error);
  }

  async start(): Promise<void> {
    this.unsubscribe = this.db.signals.committed.on(() => {
      this.hasUnannouncedCommits = true;
      this.run();
    });
    this.timer = setInterval(() => this.run(), POLL_MS);
    await this.connect().catch((error: Error) => this.onError(error));
    this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    this.unsubscribe?.();
    await this.session?.end().catch(() => undefined);
  }

  private async connect(): Promise<void> {
    const session = new Client({
      connectionString: this.databaseUrl,
      application_name: 'slotgraph relay',
      keepAlive: true,
      statement_timeout: 10_000,
    });
    session.on('error', (error) => this.onSessionLost(session, error));
    session.on('end', () => this.onSessionLost(session));
    session.on('notification', ({ channel, payload = '' }) =>
      this.onNotification(channel, payload),
    );
    await session.connect();
    await session.query(`LISTEN ${COMMITTED}; LISTEN ${NUMBERED}`);
    this.session = session;
  }

  /** Handles a notification from this or another process. */
  onNotification(channel: string, text: string): void {
    if (channel === NUMBERED) this.observer.wake(headsFromText(text));
    else if (this.leads) this.run();
  }

  private async notify(session: Client, channel: string, text: string): Promise<void> {
    if (!this.redis?.publish(channel, text))
      await session.query('SELECT pg_notify($1, $2)', [channel, text]);
  }

  private onSessionLost(session: Client, error?: Error): void {
    if (this.session === session) [this.session, this.leads] = [null, false];
    if (error && !this.stopped) this.onError(error);
  }

  /** Runs one step at a time; a wake-up during a step requests another. */
  private run(): void {
    this.again = true;
    if (this.busy || this.stopped) return;
    this.busy = true;
    void this.steps()
      .catch((error: Error) => this.stopped || this.onError(error))
      .finally(() => (this.busy = false));
  }

  private async steps(): Promise<void> {
    while (this.again && !this.stopped) {
      this.again = false;
      if (!this.session) {
        await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
        if (!this.stopped) await this.connect();
        this.again = true;
        continue;
      }
      const { session, hasUnannouncedCommits: untold } = this;
      this.leads ||= await this.tryToLead(session);
      this.hasUnannouncedCommits = false;
      const assigned = this.leads ? await this.assignSequenceNumbers(session) : 0;
      // An assigned number implies that the epoch of the last read is current.
      if (!assigned) await this.readEpoch(session);
      if (!this.leads && untold) await this.notify(session, COMMITTED, '');
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  private async tryToLead(session: Client): Promise<boolean> {
    const { rows } = await session.query<{ leads: boolean }>(
      'SELECT pg_try_advisory_lock($1) AS leads',
      [LEADER_LOCK],
    );
    return rows[0]?.leads ?? false;
  }

  /** Runs in every process, so that each detects a replaced database within a poll. */
  private async readEpoch(session: Client): Promise<void> {
    const {
      rows: [row],
    } = await session.query<{ epoch: string; isCurrent: boolean | null }>({
      name: 'read-epoch',
      text: this.readEpochText,
    });
    const { epoch } = row?.isCurrent ? row : await renewEpoch(this.db);
    this.observer.enter(Number(epoch));
    // Events may have waited for the epoch.
    if (!row?.isCurrent) this.again = true;
  }

  /** Returns the number of events that got a sequence number. */
  private async assignSequenceNumbers(session: Client): Promise<number> {
    let sum = 0;
    for (let assigned = BATCH; assigned === BATCH; sum += assigned) {
      const { rows } = await session.query<{ businessId: number; seq: string; events: string }>({
        name: 'assign-numbers',
        text: this.assignNumbersText,
      });
      assigned = rows.reduce((count, { events }) => count + Number(events), 0);
      if (!assigned) break;
      const heads = new Map(rows.map(({ businessId, seq }) => [businessId, Number(seq)]));
      this.observer.wake(heads);
      for (const businessId of heads.keys()) this.db.signals.numbered.emit(businessId);
      for (const part of inParts(heads)) await this.notify(session, NUMBERED, headsToText(part));
    }
    return sum;
  }
}
