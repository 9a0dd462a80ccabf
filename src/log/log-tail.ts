import { DomainError, ErrorCode } from '../errors';
import type { Database, Reader } from '../db/database';
import type { LogSource } from '../graphql/log-source';
import type { LogEvent } from './event.entity';
import { cursorOf, type Place } from './cursor';
import { headPlaceOf, headsOf, placeOf, readAfter } from './log.service';
import type { Heads } from './head-notification';

const PAGE = 500;
/** Newest events of a business kept for all of its subscribers, so that a live one reads nothing. */
const KEPT = 1_000;
/** How far a live subscriber may fall behind before it is told to resume. */
export const MAX_LAG = 1_000;
const POLL_MS = 400;
const MAX_PAUSE_MS = 25;

interface Feed {
  /** Unique in the process: a log that is left and followed again, or has another epoch, has another feed. */
  readonly id: number;
  /** Of the database: its numbers mean nothing in another. */
  readonly epoch: number;
  /** The database has another epoch by now: its followers end, and who comes next opens another feed. */
  isOver: boolean;
  head: number;
  recent: LogEvent[];
  followers: number;
  waiting: Set<() => void>;
}

/**
 * The end of each log that somebody in this process follows: read once, shared by all of its followers. A follower pulls at its own
 * pace and holds no queue, so one that stops reading costs nothing but its place. Wake-ups are hints; a poll each second stands behind.
 */
export class LogTail {
  private readonly feeds = new Map<number, Promise<Feed>>();
  /** Those of them that have opened. */
  private readonly current = new Map<number, Feed>();
  private readonly timer: NodeJS.Timeout;
  private busy = false;
  /** Logs that have grown, and up to where. */
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

  /** Logs have grown up to there; null where it is not known which. */
  wake = (heads: Heads | null): void => {
    if (!this.feeds.size) return;
    if (!heads) this.pollDue = true;
    for (const [businessId, seq] of heads ?? [])
      if (this.feeds.has(businessId)) this.grown.set(businessId, seq);
    if (this.busy || !(this.pollDue || this.grown.size)) return;
    this.busy = true;
    void this.readOn()
      .catch(this.onError)
      .finally(() => (this.busy = false));
  };

  /** The database is in this epoch: subscribers of another learn that their cursors have expired. */
  enter = (epoch: number): void => {
    for (const [businessId, feed] of this.current)
      if (feed.epoch !== epoch) this.end(businessId, feed);
  };

  private end(businessId: number, feed: Feed): void {
    if (feed.isOver) return;
    feed.isOver = true;
    this.forget(businessId, feed);
    resumeAll(feed);
  }

  private async readOn(): Promise<void> {
    while (this.pollDue || this.grown.size) {
      const begun = performance.now();
      if (this.pollDue) await this.poll();
      const grown = [...this.grown];
      this.grown.clear();
      for (const [businessId, seq] of grown) {
        const feed = await this.feeds.get(businessId);
        if (feed && feed.head < seq) await this.extend(businessId, feed);
      }
      await throttle(begun);
    }
  }

  /** Asks for the ends of all logs that are followed, in one statement. */
  private async poll(): Promise<void> {
    this.pollDue = false;
    const feeds = await Promise.all(
      [...this.feeds].map(async ([businessId, opened]) => [businessId, await opened] as const),
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
      // Somebody else may have read them at the same time.
      const events = read.filter(({ seq }) => (seq as number) > feed.head);
      if (!events.length) return;
      feed.head = events.at(-1)?.seq as number;
      feed.recent = [...feed.recent, ...events].slice(-KEPT);
      resumeAll(feed);
    }
  }

  /** Events that are let through, after `after` or from now on where it is null, in order, without end. */
  follow(businessId: number, after: Place | null): Promise<LogSubscription<LogEvent>>;
  follow<T extends Numbered>(
    businessId: number,
    after: Place | null,
    admit: EventFilter<T>,
  ): Promise<LogSubscription<T>>;
  async follow<T extends Numbered>(
    businessId: number,
    after: Place | null,
    admit = admitAll as unknown as EventFilter<T>,
  ): Promise<LogSubscription<T>> {
    const feed = await this.join(businessId);
    const leave = () => {
      feed.followers -= 1;
      if (!feed.followers) this.forget(businessId, feed);
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
    // The cursor is of an epoch that this process has not heard of.
    this.end(businessId, feed);
    leave();
    return this.follow(businessId, after, admit);
  }

  /** The feed that is read on, with one follower more. One that was given up while it opened would never be. */
  private async join(businessId: number): Promise<Feed> {
    for (;;) {
      const opened = this.feeds.get(businessId) ?? this.open(businessId);
      this.feeds.set(businessId, opened);
      try {
        const feed = await opened;
        if (this.feeds.get(businessId) !== opened) continue;
        this.current.set(businessId, feed);
        feed.followers += 1;
        return feed;
      } catch (error) {
        if (this.feeds.get(businessId) === opened) this.feeds.delete(businessId);
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

  private forget(businessId: number, feed: Feed): void {
    if (this.current.get(businessId) !== feed) return;
    this.current.delete(businessId);
    this.feeds.delete(businessId);
  }

  /** A page of the log. @throws DomainError CURSOR_EXPIRED where it was forgotten while it was read, or is of another epoch by now. */
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
 * Sees that telling everybody takes half of the process at most: for as long as it took nothing more is told. Requests have their turn, and
 * what is appended meanwhile goes out together.
 */
async function throttle(begun: number): Promise<void> {
  await new Promise(setImmediate);
  const taken = performance.now() - begun;
  if (taken > 2) await new Promise((resolve) => setTimeout(resolve, Math.min(taken, MAX_PAUSE_MS)));
}

/** What a follower receives: an event, or what it is to one viewer. */
export interface Numbered {
  readonly seq: number | null;
  readonly cursor: string;
}

/** Those of some events that a follower is to be given, in their order. */
export type EventFilter<T extends Numbered = LogEvent> = (
  events: readonly LogEvent[],
) => readonly T[] | Promise<readonly T[]>;

const admitAll: EventFilter = (events) => events;

/** One subscriber's place in the log. An iterator by hand, because a generator cannot be ended while it waits. */
export class LogSubscription<T extends Numbered = LogEvent> implements LogSource<T> {
  private batch: readonly T[] = [];
  private index = 0;
  /** The end of the batch, and of what was not let into it. */
  private end: number;
  /** Once it has caught up, it may fall behind so far and no further. */
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

  get caughtUp(): boolean {
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

  /** @throws DomainError SUBSCRIBER_LAGGED with the cursor to resume from, once a live follower is too far behind. */
  async take(max: number): Promise<readonly T[]> {
    while (!this.closed) {
      const taken = this.batch.slice(this.index, this.index + max);
      this.index += taken.length;
      this.place = taken.at(-1)?.seq ?? this.end;
      if (taken.length) return taken;
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

  /** The next batch, or the old one once there may be more. */
  private async fetch(): Promise<void> {
    if (this.feed.isOver) return this.expire();
    const behind = this.feed.head - this.place;
    if (this.live && behind > MAX_LAG) return this.lag(behind);
    if (behind <= 0) {
      this.live = true;
      return this.more();
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
      'You read too slowly and were let go. Subscribe again with this cursor as "after": nothing is lost.',
      {
        cursor: cursorOf(this.epoch, this.place),
        missed,
      },
    );
  }

  /** @throws DomainError CURSOR_EXPIRED with the head of the new epoch; SUBSCRIBER_LAGGED if the cursor is still valid */
  private async expire(): Promise<void> {
    await this.read({ epoch: this.epoch, seq: this.place });
    // The look that ended the feed was older than the feed: the cursor is valid.
    return this.lag(0);
  }

  /** What the process still keeps of the end, where that reaches back far enough. */
  private recent(): readonly LogEvent[] | null {
    const { recent } = this.feed;
    const oldest = recent[0]?.seq ?? Infinity;
    // Numbers have no gaps: the place of an event among the recent ones follows from its number.
    return this.place >= oldest - 1 ? recent.slice(this.place - oldest + 1) : null;
  }

  private more(): Promise<void> {
    return new Promise((resolve) => {
      this.resume = resolve;
      this.feed.waiting.add(resolve);
    });
  }
}

const tails = new WeakMap<object, LogTail>();

/** The tail of a database's logs in this process, made by `followLogs` at the start. */
export function logTailOf(db: Database): LogTail {
  const tail = tails.get(db.origin);
  if (!tail) throw new Error('Nobody follows the logs of this database.');
  return tail;
}

export const setLogTail = (db: Database, tail: LogTail): void => void tails.set(db.origin, tail);
