/** What a subscription reads from: events in one order, each at a place that one can resume after. */
export interface LogSource<E extends object = object> extends AsyncIterableIterator<E> {
  /** Sources with the same feed are at the end together: one is not ahead of what another calls the end. */
  readonly feedId: number;
  /** Where it is: everything up to there has been given or passed over. */
  readonly place: number;
  /** Whether nothing is there to read at this moment: what comes next, happens next. */
  readonly isCaughtUp: boolean;
  placeOf(event: E): number;
  cursorOf(event: E): string;
  /** What is there, so many at most, or else what comes next. Nothing once it has ended. */
  take(max: number): Promise<readonly E[]>;
  /** Another reader of the same, from where this one is. */
  fork(): LogSource<E>;
  /** Goes on behind a place up to which others have read for it. */
  resumeAfter(place: number): void;
  return(): Promise<IteratorResult<E>>;
}

export const isLogSource = (source: AsyncIterable<unknown>): source is LogSource =>
  'resumeAfter' in source;
