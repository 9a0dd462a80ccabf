/**
 * The time limit of one operation. Its signal aborts statements and waits; `check` stops work
 * between them. A deadline that was not started never passes.
 */
export class Deadline {
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  /** By `performance.now()`. */
  private passesAt = Infinity;
  private reason: () => Error = () => new Error('The time limit has passed.');

  /** Aborts once the time limit has passed. Its reason is the error of `reason`. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  start(timeoutMs: number, reason: () => Error): void {
    this.reason = reason;
    this.passesAt = performance.now() + timeoutMs;
    this.timer = setTimeout(() => this.controller.abort(reason()), timeoutMs);
  }

  /**
   * Compares the clock too: work that never waits, such as statements on SQLite, delays the timer.
   * @throws the reason once the time limit has passed
   */
  check(): void {
    if (performance.now() >= this.passesAt && !this.signal.aborted)
      this.controller.abort(this.reason());
    this.signal.throwIfAborted();
  }

  /** Ends the time limit of an operation that has its result. */
  end(): void {
    clearTimeout(this.timer);
    this.passesAt = Infinity;
  }
}
