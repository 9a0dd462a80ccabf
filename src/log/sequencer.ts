import { Client } from 'pg';
import type { Database } from '../db/database';
import { renewEpoch } from '../db/state/epoch';
import { render } from '../db/sql';
import { committed, numbered } from './signals';
import type { RedisWakeUps } from './redis';
import { headsFromText, headsToText, inParts, type Heads } from './head-notification';

/** Any number, the same in every process: who holds it gives the numbers. */
const LEADER_LOCK = 7_314_002;
const BATCH = 1_000;
/** With that of the tail this is what a lost wake-up costs at most: a second. */
const POLL_MS = 400;
const RECONNECT_MS = 500;
/** Between two steps: under load one numbers what came meanwhile, instead of each event for itself. */
const PAUSE_MS = 10;
export const COMMITTED = 'slotgraph_committed';
export const NUMBERED = 'slotgraph_numbered';
export const CHANNELS = [COMMITTED, NUMBERED];

/**
 * Numbers what commits have made visible, in the order of insertion within a batch. Two changes of one appointment are ordered by its
 * row lock, so the later one has the higher position and cannot be visible before the earlier. None on a server that has not begun
 * its epoch: numbers of a lost tail must not be given again in the epoch in which they were seen.
 */
const giveNumbers = (identity: string): string => `
  WITH batch AS MATERIALIZED (
    SELECT business_id, position FROM event WHERE seq IS NULL AND (SELECT marker = ${identity} FROM database_epoch) ORDER BY position LIMIT ${BATCH}
  ), counted AS (
    SELECT business_id, count(*) AS events FROM batch GROUP BY business_id
  ), head AS (
    UPDATE log_head SET last_seq = last_seq + counted.events FROM counted WHERE log_head.business_id = counted.business_id
    RETURNING log_head.business_id, log_head.last_seq - counted.events AS base
  ), numbered AS (
    SELECT business_id, position, row_number() OVER (PARTITION BY business_id ORDER BY position) AS place FROM batch
  ), given AS (
    UPDATE event SET seq = head.base + numbered.place FROM numbered JOIN head ON head.business_id = numbered.business_id
    WHERE event.business_id = numbered.business_id AND event.position = numbered.position
    RETURNING event.business_id, event.seq
  )
  SELECT business_id AS "businessId", max(seq) AS seq, count(*) AS events FROM given GROUP BY business_id`;

/** Whom the relay informs, and by which way it wakes other processes. */
export interface Hears {
  readonly redis: RedisWakeUps | null;
  wake(heads: Heads | null): void;
  /** The epoch of the database, after each look at it. */
  enter(epoch: number): void;
  onError(error: Error): void;
}

/**
 * Gives the events of PostgreSQL's log their gap-free numbers and wakes all processes. Every process runs one; whoever holds the
 * advisory lock leads. The lock, the numbering and LISTEN share one session: a leader that loses it loses all of them at once, and an
 * unfinished statement with it. Wake-ups go by Redis while there is one, else by NOTIFY, outside business transactions, where it would take
 * a lock at each commit.
 */
export class Sequencer {
  private session: Client | null = null;
  private leads = false;
  private busy = false;
  private again = false;
  /** Whether this process has committed what the leader may not know of. */
  private untold = false;
  private stopped = false;
  private timer?: NodeJS.Timeout;
  private forget?: () => void;
  private readonly giveNumbersText: string;
  private readonly lookText: string;

  constructor(
    private readonly databaseUrl: string,
    private readonly db: Database,
    private readonly hears: Hears,
  ) {
    const identity = render(db.identity, 'postgres').text;
    this.giveNumbersText = giveNumbers(identity);
    this.lookText = `SELECT epoch, marker = ${identity} AS "isCurrent" FROM database_epoch`;
  }

  private get redis(): RedisWakeUps | null {
    return this.hears.redis;
  }

  private onError(error: Error): void {
    this.hears.onError(error);
  }

  async start(): Promise<void> {
    this.forget = committed.on(() => {
      this.untold = true;
      this.run();
    });
    this.timer = setInterval(() => this.run(), POLL_MS);
    await this.connect().catch((error: Error) => this.onError(error));
    this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    this.forget?.();
    await this.session?.end().catch(() => undefined);
  }

  private async connect(): Promise<void> {
    const session = new Client({
      connectionString: this.databaseUrl,
      application_name: 'slotgraph relay',
      keepAlive: true,
      statement_timeout: 10_000,
    });
    session.on('error', (error) => this.lose(session, error));
    session.on('end', () => this.lose(session));
    session.on('notification', ({ channel, payload = '' }) => this.hear(channel, payload));
    await session.connect();
    await session.query(`LISTEN ${COMMITTED}; LISTEN ${NUMBERED}`);
    this.session = session;
  }

  /** Another process says so, or this one. */
  hear(channel: string, text: string): void {
    if (channel === NUMBERED) this.hears.wake(headsFromText(text));
    else if (this.leads) this.run();
  }

  private async say(session: Client, channel: string, text: string): Promise<void> {
    if (!this.redis?.publish(channel, text))
      await session.query('SELECT pg_notify($1, $2)', [channel, text]);
  }

  private lose(session: Client, error?: Error): void {
    if (this.session === session) [this.session, this.leads] = [null, false];
    if (error && !this.stopped) this.onError(error);
  }

  /** One step at a time; what comes meanwhile asks for one more. */
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
      const { session, untold } = this;
      this.leads ||= await this.tryToLead(session);
      this.untold = false;
      const given = this.leads ? await this.giveNumbers(session) : 0;
      // What was numbered was numbered in the epoch of the last look.
      if (!given) await this.lookAtEpoch(session);
      if (!this.leads && untold) await this.say(session, COMMITTED, '');
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

  /** Every process looks, so that each learns within a poll that its database is another. */
  private async lookAtEpoch(session: Client): Promise<void> {
    const {
      rows: [row],
    } = await session.query<{ epoch: string; isCurrent: boolean | null }>({
      name: 'look-at-epoch',
      text: this.lookText,
    });
    const { epoch } = row?.isCurrent ? row : await renewEpoch(this.db);
    this.hears.enter(Number(epoch));
    // What waits for a number waited for the epoch as well.
    if (!row?.isCurrent) this.again = true;
  }

  /** Returns how many it has given. */
  private async giveNumbers(session: Client): Promise<number> {
    let sum = 0;
    for (let given = BATCH; given === BATCH; sum += given) {
      const { rows } = await session.query<{ businessId: number; seq: string; events: string }>({
        name: 'give-numbers',
        text: this.giveNumbersText,
      });
      given = rows.reduce((count, { events }) => count + Number(events), 0);
      if (!given) break;
      const heads = new Map(rows.map(({ businessId, seq }) => [businessId, Number(seq)]));
      this.hears.wake(heads);
      for (const businessId of heads.keys()) numbered.tell(businessId);
      for (const part of inParts(heads)) await this.say(session, NUMBERED, headsToText(part));
    }
    return sum;
  }
}
