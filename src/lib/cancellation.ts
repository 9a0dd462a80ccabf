/**
 * A request to stop work in flight. Each operation has one: an AbortController with its event
 * target costs several times as much to create and to listen to.
 */
export class Cancellation {
  private cause: Error | undefined;
  private readonly listeners = new Set<() => void>();

  /** The error to reject with; undefined until the work is cancelled. */
  get reason(): Error | undefined {
    return this.cause;
  }

  /** Cancels once; later calls change nothing. */
  cancel(reason: Error): void {
    if (this.cause) return;
    this.cause = reason;
    const listeners = [...this.listeners];
    this.listeners.clear();
    for (const listener of listeners) listener();
  }

  /** Calls `listener` once the work is cancelled; immediately if it already is. */
  listen(listener: () => void): void {
    if (this.cause) listener();
    else this.listeners.add(listener);
  }

  unlisten(listener: () => void): void {
    this.listeners.delete(listener);
  }

  /** @throws the reason if the work is cancelled */
  throwIfCancelled(): void {
    if (this.cause) throw this.cause;
  }
}
