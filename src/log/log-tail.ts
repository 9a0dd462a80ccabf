import { DomainError, ErrorCode } from '../errors';
import type { Reader } from '../db/database';
import type { LogSource } from '../graphql/log-source';
import type { LogEvent } from './event.entity';
import { cursorOf, type Place } from './cursor';
import { headPlaceOf, headsOf, placeOf, readAfter } from './log.service';
import type { Heads } from './head-notification';

const PAGE = 500;
/**
 * Newest events of a business cached for all of its subscribers, so that live subscribers read
 * nothing.
 */
const MAX_RECENT = 1_000;
/** Maximum number of events that a live subscriber may be behind before its subscription ends. */
const MAX_LAG = 1_000;
const POLL_MS = 400;
const MAX_PAUSE_MS = 25;

interface Feed {
  /**
   * Unique in the process. A log that is followed again, or has another epoch, has another feed.
   */
  readonly id: number;
  /** The epoch of the database; numbers of another epoch are meaningless. */
  readonly epoch: number;
  /**
   * Whether the database has another epoch by now: its subscribers end, and later ones open
   * another feed.
   */
  isOver: boolean;
  head: number;
  recent: LogEvent[];
  followers: number;
  waiting: Set<() => void>;
}

/**
 * The tail of each followed log of this process, read once and shared by its subscribers. A
 * subscriber pulls at its own pace without a queue, so a stalled one costs only its position.
 * Wake-ups are hints; a poll each second is the backstop.
 */
export class LogTail {
  private readonly feeds = new Map<number, Promise<Feed>>();
  /** Open feeds by business. */
  private readonly current = new Map<number, Feed>();
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

  private end(businessId: number, feed: Feed): void {
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

  private async extend(businessId: number, feed: Feed): Promise<void> {
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
        return new LogSubscription(
          feed,
          seq,
          admit,
          (place) => this.read(businessId, place),
          leave,
        );
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
  private async join(businessId: number): Promise<Feed> {
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

  private async open(businessId: number): Promise<Feed> {
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

  private close(businessId: number, feed: Feed): void {
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

function resumeAll({ waiting }: Feed): void {
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

/** An event as delivered to a subscriber. */
export interface NumberedEvent {
  readonly seq: number | null;
  readonly cursor: string;
}

/** Selects and maps the events of a subscription, in their order. */
export type EventFilter<T extends NumberedEvent = LogEvent> = (
  events: readonly LogEvent[],
) => readonly T[] | Promise<readonly T[]>;

const admitAll: EventFilter = (events) => events;

/**
 * The position of one subscriber in the log. Not a generator, because a waiting generator cannot
 * be ended.
 */
export class LogSubscription<T extends NumberedEvent = LogEvent> implements LogSource<T> {
  private batch: readonly T[] = [];
  private index = 0;
  /** The end of the batch, including events that the filter rejected. */
  private end: number;
  /** Whether the subscriber has caught up; from then on its lag is limited. */
  private live = false;
  private closed = false;
  private resume: (() => void) | null = null;

  constructor(
    private readonly feed: Feed,
    public place: number,
    private readonly admit: EventFilter<T>,
    private readonly read: (place: Place) => Promise<LogEvent[]>,
    private readonly leave: () => void,
  ) {
    this.end = place;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  get isCaughtUp(): boolean {
    return (
      !this.closed &&
      !this.feed.isOver &&
      this.index >= this.batch.length &&
      this.feed.head <= this.end
    );
  }

  get epoch(): number {
    return this.feed.epoch;
  }

  get feedId(): number {
    return this.feed.id;
  }

  cursorOf({ cursor }: T): string {
    return cursor;
  }

  placeOf({ seq }: T): number {
    return seq as number;
  }

  async next(): Promise<IteratorResult<T>> {
    const [event] = await this.take(1);
    return event ? { done: false, value: event } : { done: true, value: undefined };
  }

  /**
   * @throws DomainError SUBSCRIBER_LAGGED with the cursor to resume from, if a live subscriber is
   * too far behind.
   */
  async take(max: number): Promise<readonly T[]> {
    while (!this.closed) {
      const events = this.batch.slice(this.index, this.index + max);
      this.index += events.length;
      this.place = events.at(-1)?.seq ?? this.end;
      if (events.length) return events;
      await this.fetch();
    }
    return [];
  }

  fork(): LogSubscription<T> {
    this.feed.followers += 1;
    const other = new LogSubscription(this.feed, this.place, this.admit, this.read, this.leave);
    other.live = true;
    return other;
  }

  resumeAfter(place: number): void {
    [this.batch, this.index, this.place, this.end] = [[], 0, place, place];
    this.live = true;
  }

  async return(): Promise<IteratorResult<T>> {
    if (!this.closed) {
      this.closed = true;
      this.leave();
      if (this.resume) this.feed.waiting.delete(this.resume);
      this.resume?.();
    }
    return { done: true, value: undefined };
  }

  /** Returns the next batch, or the current one once there may be more. */
  private async fetch(): Promise<void> {
    if (this.feed.isOver) return this.expire();
    const behind = this.feed.head - this.place;
    if (this.live && behind > MAX_LAG) return this.lag(behind);
    if (behind <= 0) {
      this.live = true;
      return this.waitForMore();
    }
    const events = this.recent() ?? (await this.read({ epoch: this.epoch, seq: this.place }));
    this.batch = await this.admit(events);
    this.index = 0;
    this.end = events.at(-1)?.seq ?? this.place;
  }

  private async lag(missed: number): Promise<never> {
    await this.return();
    throw new DomainError(
      ErrorCode.SUBSCRIBER_LAGGED,
      'The subscription read too slowly and was ended. Subscribe again with this cursor as "after": no event is lost.',
      {
        cursor: cursorOf(this.epoch, this.place),
        missed,
      },
    );
  }

  /**
   * @throws DomainError CURSOR_EXPIRED with the head of the new epoch; SUBSCRIBER_LAGGED if the
   * cursor is still valid
   */
  private async expire(): Promise<void> {
    await this.read({ epoch: this.epoch, seq: this.place });
    // The epoch was read before the feed was opened, so the cursor is still valid.
    return this.lag(0);
  }

  /**
   * Returns the cached events after the position; null if the cache does not reach back far
   * enough.
   */
  private recent(): readonly LogEvent[] | null {
    const { recent } = this.feed;
    const oldest = recent[0]?.seq ?? Infinity;
    // Numbers have no gaps, so the number of an event determines its index in the cache.
    return this.place >= oldest - 1 ? recent.slice(this.place - oldest + 1) : null;
  }

  private waitForMore(): Promise<void> {
    return new Promise((resolve) => {
      this.resume = resolve;
      this.feed.waiting.add(resolve);
    });
  }
}
