type Listener<T> = (value: T) => void;

/**
 * Notifies listeners of one App. Listeners run synchronously, in the order of their registration.
 */
class Signal<T> {
  private readonly listeners = new Set<Listener<T>>();

  on(listener: Listener<T>): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  emit(value: T): void {
    for (const listener of this.listeners) listener(value);
  }
}

/**
 * The events of one App, for its own listeners. They are hints: a listener that depends on them
 * also polls, because other processes have signals of their own.
 */
export class Signals {
  /** A transaction has appended to the log of this business. */
  readonly committed = new Signal<number>();
  /**
   * The log of this business has new numbers and this process is the one to act on them. On a
   * shared database that is the sequencer, so that each event is handled once.
   */
  readonly numbered = new Signal<number>();
  /** An event was committed, for metrics. */
  readonly appended = new Signal<{ readonly entityType: string; readonly type: string }>();
  /** A message has reached this state, for metrics. */
  readonly messageSettled = new Signal<string>();
  /** A transaction has added jobs that are due. */
  readonly enqueued = new Signal<void>();
  /** A statement was sent, except BEGIN and COMMIT. Tests count them; metrics sum them. */
  readonly statementSent = new Signal<string>();
  /**
   * Only the database rejected a claim. Never emitted while the check before the write is correct.
   */
  readonly occupancyRejected = new Signal<void>();
  /** A command ended with OK or the code of its user error. */
  readonly commandEnded = new Signal<{ readonly subject: string; readonly code: string }>();
}
