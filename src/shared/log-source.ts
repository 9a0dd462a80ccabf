/** What a subscription reads from: events in one order, each at a place that one can resume after. */
export interface LogSource<E> extends AsyncIterableIterator<E> {
  /**
   * Whether the event given last came as it happened. The same event object is given to all who are live, so that they can share what is
   * made of it; a replay is each subscriber's own.
   */
  readonly live: boolean;
  /** The place of an event, as text. */
  cursorOf(event: E): string;
  return(): Promise<IteratorResult<E>>;
}

export const isLogSource = (source: AsyncIterable<unknown>): source is LogSource<object> => 'cursorOf' in source;
