/** The source of a subscription: events in one order, each at a position to resume after. */
export interface LogSource<E extends object = object> extends AsyncIterableIterator<E> {
  /** Sources with the same feed share its end. */
  readonly feedId: number;
  /** The position: all events up to it have been delivered or skipped. */
  readonly place: number;
  /** Whether no event is available now, so that the next one happens in the future. */
  readonly isCaughtUp: boolean;
  placeOf(event: E): number;
  cursorOf(event: E): string;
  /** Returns up to `max` available events, or waits for the next one. Empty after the end. */
  take(max: number): Promise<readonly E[]>;
  /** Returns another reader at the same position. */
  fork(): LogSource<E>;
  /** Continues after a position up to which another reader has read. */
  resumeAfter(place: number): void;
  return(): Promise<IteratorResult<E>>;
}

export const isLogSource = (source: AsyncIterable<unknown>): source is LogSource =>
  'resumeAfter' in source;
