import { lazy } from '../../lib/lazy';
import { readInSlices } from './slices';
import type { Clock } from './clock';

/**
 * Bookable times, by start, and by id where several sessions start at one instant. The search
 * advances only as far as a query needs: to the first time, or in slices to the end.
 */
export class FoundTimes<T extends { readonly start: number }> {
  /** @throws DomainError QUERY_TOO_COMPLEX beyond the limits of one response */
  readonly all = lazy(() => this.readAll());
  private readonly found: T[] = [];
  private readonly source: Iterator<T>;
  private failure: { readonly error: unknown } | null = null;

  constructor(
    times: Iterable<T>,
    private readonly clock: Clock,
  ) {
    this.source = times[Symbol.iterator]();
  }

  first(): T | null {
    if (!this.found.length) {
      const next = this.next();
      if (!next.done) this.found.push(next.value);
    }
    return this.found[0] ?? null;
  }

  /** Returns the days with any of the times, in the zone of the clock. */
  async days(): Promise<string[]> {
    const times = await this.all();
    return [...new Set(times.map(({ start }) => this.clock.dateOf(start)))];
  }

  private async readAll(): Promise<readonly T[]> {
    await readInSlices({ next: () => this.next() }, (time) => void this.found.push(time));
    return this.found;
  }

  /** Fails again after a failure: a generator that has thrown would seem to be at its end. */
  private next(): IteratorResult<T> {
    if (this.failure) throw this.failure.error;
    try {
      return this.source.next();
    } catch (error) {
      this.failure = { error };
      throw error;
    }
  }
}
