type Listener<T> = (value: T) => void;

/** Tells within this process that a log has grown. A hint and nothing more: the log is the truth, and whoever listens also polls. */
class Hint<T = number> {
  private readonly listeners = new Set<Listener<T>>();

  on(listener: Listener<T>): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell(value: T): void {
    for (const listener of this.listeners) listener(value);
  }
}

/** One of this process's own transactions has appended to a log. */
export const committed = new Hint();

/**
 * A log has new numbers, and this process is the one to act on them: where several share a database it is the one that gives the numbers,
 * so that an event is looked at once and not by each.
 */
export const numbered = new Hint();

/** Events that this process has committed, for counting. */
export const appended = new Hint<{ readonly entityType: string; readonly type: string }>();
