import type { Reader } from '../db/database';
import type { LogEvent } from './event.entity';
import type { Place } from './cursor';
import { headPlaceOf, headsOf, placeOf, readAfter } from './log.service';
import type { Heads } from './head-notification';
import {
  LogSubscription,
  type EventFilter,
  type LogFeed,
  type NumberedEvent,
} from './log-subscription';

const PAGE = 500;
/**
 * Newest events of a business cached for all of its subscribers, so that live subscribers read
 * nothing.
 */
const MAX_RECENT = 1_000;
const POLL_MS = 400;
const MAX_PAUSE_MS = 25;

/**
 * The tail of each followed log of this process, read once and shared by its subscribers. A
 * subscriber pulls at its own pace without a queue, so a stalled one costs only its position.
 * Wake-ups are hints; a poll each second is the backstop.
 */
export class LogTail {
  private readonly feeds = new Map<number, Promise<LogFeed>>();
  /** Open feeds by business. */
  private readonly current = new Map<number, LogFeed>();
  private readonly timer: NodeJS.Timeout;
  private busy = false;
  /** Grown logs and their new ends. */
  private readonly grown = new Map<number, number>();
  private pollDue = false;
  private lastFeed = 0;

  constructor(
    private readonly db: Reader,
    private readonly onError: (error: Error) => void,
  ) {
    this.timer = setInterval(() => this.wake(null), POLL_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Wakes the readers of grown logs; null if the logs are not known. */
  wake = (heads: Heads | null): void => {
    if (!this.feeds.size) return;
    if (!heads) this.pollDue = true;
    for (const [businessId, seq] of heads ?? [])
      if (this.feeds.has(businessId)) this.grown.set(businessId, seq);
    if (this.busy || !(this.pollDue || this.grown.size)) return;
    this.busy = true;
    void this.readGrown()
      .catch(this.onError)
      .finally(() => (this.busy = false));
  };

  /** Enters an epoch: subscribers of another epoch learn that their cursors have expired. */
  enter = (epoch: number): void => {
    for (const [businessId, feed] of this.current)
      if (feed.epoch !== epoch) this.end(businessId, feed);
  };

  private end(businessId: number, feed: LogFeed): void {
    if (feed.isOver) return;
    feed.isOver = true;
    this.close(businessId, feed);
    resumeAll(feed);
  }

  private async readGrown(): Promise<void> {
    while (this.pollDue || this.grown.size) {
      const startedAt = performance.now();
      if (this.pollDue) await this.poll();
      const grown = [...this.grown];
      this.grown.clear();
      for (const [businessId, seq] of grown) {
        const feed = await this.feeds.get(businessId);
        if (feed && feed.head < seq) await this.extend(businessId, feed);
      }
      await throttle(startedAt);
    }
  }

  /** Reads the ends of all followed logs in one statement. */
  private async poll(): Promise<void> {
    this.pollDue = false;
    const feeds = await Promise.all(
      [...this.feeds].map(
        async ([businessId, pendingFeed]) => [businessId, await pendingFeed] as const,
      ),
    );
    const heads = await headsOf(
      this.db,
      feeds.map(([businessId]) => businessId),
    );
    for (const [businessId, { head }] of feeds)
      if ((heads.get(businessId) ?? 0) > head)
        this.grown.set(businessId, heads.get(businessId) as number);
  }

  private async extend(businessId: number, feed: LogFeed): Promise<void> {
    for (let count = PAGE; count === PAGE;) {
      const read = await readAfter(
        this.db,
        businessId,
        { epoch: feed.epoch, seq: feed.head },
        PAGE,
      );
      count = read.length;
      // A concurrent read may have added them already.
      const events = read.filter(({ seq }) => (seq as number) > feed.head);
      if (!events.length) return;
      feed.head = events.at(-1)?.seq as number;
      feed.recent = [...feed.recent, ...events].slice(-MAX_RECENT);
      resumeAll(feed);
    }
  }

  /**
   * Events accepted by `admit` after `after`, or from now on if it is null, in order, without end.
   */
  follow(businessId: number, after: Place | null): Promise<LogSubscription<LogEvent>>;
  follow<T extends NumberedEvent>(
    businessId: number,
    after: Place | null,
    admit: EventFilter<T>,
  ): Promise<LogSubscription<T>>;
  async follow<T extends NumberedEvent>(
    businessId: number,
    after: Place | null,
    admit = admitAll as unknown as EventFilter<T>,
  ): Promise<LogSubscription<T>> {
    const feed = await this.join(businessId);
    const leave = () => {
      feed.followers -= 1;
      if (!feed.followers) this.close(businessId, feed);
    };
    try {
      const { epoch, seq } =
        after === null
          ? { epoch: feed.epoch, seq: feed.head }
          : await placeOf(this.db, businessId, after);
      if (epoch === feed.epoch) {
        if (seq > feed.head) await this.extend(businessId, feed);
        const read = (place: Place) => this.read(businessId, place);
        return new LogSubscription(feed, seq, { admit, read, leave });
      }
    } catch (error) {
      leave();
      throw error;
    }
    // The cursor is of an epoch that this process has not seen yet.
    this.end(businessId, feed);
    leave();
    return this.follow(businessId, after, admit);
  }

  /**
   * Returns the open feed with one subscriber more. Retries if the feed was closed while it
   * opened.
   */
  private async join(businessId: number): Promise<LogFeed> {
    for (;;) {
      const pendingFeed = this.feeds.get(businessId) ?? this.open(businessId);
      this.feeds.set(businessId, pendingFeed);
      try {
        const feed = await pendingFeed;
        if (this.feeds.get(businessId) !== pendingFeed) continue;
        this.current.set(businessId, feed);
        feed.followers += 1;
        return feed;
      } catch (error) {
        if (this.feeds.get(businessId) === pendingFeed) this.feeds.delete(businessId);
        throw error;
      }
    }
  }

  private async open(businessId: number): Promise<LogFeed> {
    const { epoch, seq } = await headPlaceOf(this.db, businessId);
    return {
      id: (this.lastFeed += 1),
      epoch,
      isOver: false,
      head: seq,
      recent: [],
      followers: 0,
      waiting: new Set(),
    };
  }

  private close(businessId: number, feed: LogFeed): void {
    if (this.current.get(businessId) !== feed) return;
    this.current.delete(businessId);
    this.feeds.delete(businessId);
  }

  /**
   * Reads a page of the log.
   * @throws DomainError CURSOR_EXPIRED if events were pruned meanwhile, or the epoch has changed
   */
  private async read(businessId: number, place: Place): Promise<LogEvent[]> {
    const events = await readAfter(this.db, businessId, place, PAGE);
    if (events[0]?.seq !== place.seq + 1) await placeOf(this.db, businessId, place);
    return events;
  }
}

function resumeAll({ waiting }: LogFeed): void {
  const resumed = [...waiting];
  waiting.clear();
  for (const resume of resumed) resume();
}

/**
 * Caps fan-out at a 50 % duty cycle: waits as long as the last round took, so that requests are
 * served in between. Events appended meanwhile are delivered together.
 */
async function throttle(startedAt: number): Promise<void> {
  await new Promise(setImmediate);
  const elapsedMs = performance.now() - startedAt;
  if (elapsedMs > 2)
    await new Promise((resolve) => setTimeout(resolve, Math.min(elapsedMs, MAX_PAUSE_MS)));
}

const admitAll: EventFilter = (events) => events;
