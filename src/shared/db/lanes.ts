import type { Socket } from 'node:net';
import type { Pool, PoolClient } from 'pg';

/** How many statements may be under way on one connection. */
const DEPTH = 8;
/** Nobody queues behind a statement that has been the session's turn for longer. */
const PATIENCE_MS = 10;
/** A statement that took longer travels alone for a while. */
const SLOW_MS = 50;
const ALONE_MS = 10_000;
/** What is remembered of slow statements has an end. */
const MAX_SLOW = 500;

interface Lane {
  readonly client: PoolClient;
  /** When each statement that has no answer yet was sent, the oldest first. */
  readonly sentAt: number[];
  answeredAt: number;
  corked: boolean;
}

/**
 * A few connections of a pool that quick reads share. What is asked for at one moment is sent with one call of the operating system, and the session
 * at the other end wakes up once for all of it: on a busy machine that costs more than a quick statement does. PostgreSQL answers in order, so whatever
 * is slow, or would stand behind something slow, takes a connection of its own.
 */
export class Lanes {
  private readonly lanes: Lane[] = [];
  private readonly slowUntil = new Map<string, number>();
  private isOpening = false;
  private isClosed = false;

  constructor(private readonly pool: Pool, private readonly count: number) {}

  /** The answer by a shared connection; null, and nothing is sent, where the statement should have one of its own. */
  query<Answer>(text: string, send: (client: PoolClient) => Promise<Answer>): Promise<Answer> | null {
    const now = performance.now();
    const lane = this.isSlow(text, now) ? undefined : leastBusy(this.lanes.filter((one) => isOpen(one, now)));
    if (!lane || lane.sentAt.length) this.more();
    if (!lane) return null;
    gather(lane);
    lane.sentAt.push(now);
    return send(lane.client).finally(() => this.answered(lane, text)).catch((error: { severity?: string }) => {
      // A statement that failed fails alone; a session that ended is asked nothing any more.
      if (error.severity !== 'ERROR') this.drop(lane);
      throw error;
    });
  }

  /** Gives the connections back to the pool. */
  close(): void {
    this.isClosed = true;
    for (const { client } of this.lanes.splice(0)) client.release();
  }

  private isSlow(text: string, now: number): boolean {
    const until = this.slowUntil.get(text);
    if (until === undefined) return false;
    if (until > now) return true;
    this.slowUntil.delete(text);
    return false;
  }

  private answered(lane: Lane, text: string): void {
    const now = performance.now();
    const begunAt = turnOf(lane);
    lane.sentAt.shift();
    lane.answeredAt = now;
    if (now - begunAt < SLOW_MS) return;
    if (this.slowUntil.size >= MAX_SLOW) this.slowUntil.clear();
    this.slowUntil.set(text, now + ALONE_MS);
  }

  private more(): void {
    if (this.lanes.length < this.count) void this.open();
  }

  private async open(): Promise<void> {
    if (this.isOpening || this.isClosed) return;
    this.isOpening = true;
    try {
      const client = await this.pool.connect();
      if (this.isClosed) return client.release();
      const lane: Lane = { client, sentAt: [], answeredAt: 0, corked: false };
      this.lanes.push(lane);
      client.once('end', () => this.drop(lane));
    } catch {
      // Whoever asks next meets the same failure on a connection of its own, and says so.
    } finally {
      this.isOpening = false;
    }
  }

  private drop(lane: Lane): void {
    const index = this.lanes.indexOf(lane);
    if (index < 0) return;
    this.lanes.splice(index, 1);
    lane.client.release(true);
  }
}

/** What is under way on another connection is worked on at the same time. */
function leastBusy(lanes: readonly Lane[]): Lane | undefined {
  let found = lanes[0];
  for (const lane of lanes) if (lane.sentAt.length < (found as Lane).sentAt.length) found = lane;
  return found;
}

const isOpen = (lane: Lane, now: number): boolean => !lane.sentAt.length || (lane.sentAt.length < DEPTH && now - turnOf(lane) < PATIENCE_MS);

/** Since when it has been the turn of the oldest: since it was sent, or since the one before it was answered. */
const turnOf = ({ sentAt, answeredAt }: Lane): number => Math.max(sentAt[0] as number, answeredAt);

/** Keeps back what is sent until all that arrived at this moment has asked. */
function gather(lane: Lane): void {
  if (lane.corked) return;
  const { stream } = (lane.client as unknown as { connection: { stream: Socket } }).connection;
  lane.corked = true;
  stream.cork();
  setImmediate(() => {
    lane.corked = false;
    stream.uncork();
  });
}
