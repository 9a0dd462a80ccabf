type Listener<T> = (value: T) => void;

/**
 * Notifies listeners in this process that a log has grown. A hint only: every listener also polls
 * the log.
 */
class Signal<T = number> {
  private readonly listeners = new Set<Listener<T>>();

  on(listener: Listener<T>): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  emit(value: T): void {
    for (const listener of this.listeners) listener(value);
  }
}

/** Emitted when a transaction of this process has appended to a log. */
export const committed = new Signal();

/**
 * Emitted when a log has new numbers and this process is the one to act on them. On a shared
 * database that is the sequencer, so that each event is handled once.
 */
export const numbered = new Signal();

/** Events that this process has committed, for metrics. */
export const appended = new Signal<{ readonly entityType: string; readonly type: string }>();
