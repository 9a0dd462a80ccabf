import { Cancellation } from './cancellation';

/**
 * The time limit of one operation. Cancels statements and waits; `check` stops work between them. A
 * deadline that was not started never passes.
 */
export class Deadline extends Cancellation {
  private timer: NodeJS.Timeout | undefined;
  /** By `performance.now()`. */
  private passesAt = Infinity;
  private error: () => Error = () => new Error('The time limit has passed.');

  /** This deadline while its time runs, else undefined: it cannot cancel anything. */
  get ifRunning(): this | undefined {
    return this.passesAt === Infinity ? undefined : this;
  }

  /** Cancels with the error of `error` once the time limit has passed. */
  start(timeoutMs: number, error: () => Error): void {
    this.error = error;
    this.passesAt = performance.now() + timeoutMs;
    this.timer = setTimeout(() => this.cancel(error()), timeoutMs);
  }

  /**
   * Compares the clock too: work that never waits, such as statements on SQLite, delays the timer.
   * @throws the reason once the time limit has passed
   */
  check(): void {
    if (this.passesAt !== Infinity && performance.now() >= this.passesAt) this.cancel(this.error());
    this.throwIfCancelled();
  }

  /** Ends the time limit of an operation that has its result. */
  end(): void {
    clearTimeout(this.timer);
    this.passesAt = Infinity;
  }
}
