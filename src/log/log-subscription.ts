import { DomainError, ErrorCode } from '../errors';
import type { LogSource } from '../graphql/log-source';
import { cursorOf, type Place } from './cursor';
import type { LogEvent } from './event.entity';

/** Maximum number of events that a live subscriber may be behind before its subscription ends. */
const MAX_LAG = 1_000;

/** The newest events of one business, shared by its subscribers. */
export interface LogFeed {
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

/** An event as delivered to a subscriber. */
export interface NumberedEvent {
  readonly seq: number | null;
  readonly cursor: string;
}

/** Selects and maps the events of a subscription, in their order. */
export type EventFilter<T extends NumberedEvent = LogEvent> = (
  events: readonly LogEvent[],
) => readonly T[] | Promise<readonly T[]>;

/** How one subscriber reads its log. */
interface FeedAccess<T extends NumberedEvent> {
  readonly admit: EventFilter<T>;
  /** Reads a page of the log after a position. */
  read(place: Place): Promise<LogEvent[]>;
  /** Ends the use of the feed. */
  leave(): void;
}

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
    private readonly feed: LogFeed,
    public place: number,
    private readonly access: FeedAccess<T>,
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
    const other = new LogSubscription(this.feed, this.place, this.access);
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
      this.access.leave();
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
    const events =
      this.recent() ?? (await this.access.read({ epoch: this.epoch, seq: this.place }));
    this.batch = await this.access.admit(events);
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
    await this.access.read({ epoch: this.epoch, seq: this.place });
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
