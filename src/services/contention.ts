import { overlap, type Interval } from '../lib/intervals';

declare module '../context' {
  interface AppState {
    /** Subjects whose bookings take the lock. */
    readonly contention: Contention;
  }
}

const MAX_CONTENDED = 10_000;

/**
 * Keeps optimistic bookings of one App out of each other's way. A booking that overlaps one in
 * flight, or follows a conflict, takes the locked path: without the back-off, each would wait for
 * the locks of others and then start again.
 */
export class Contention {
  /** Whether every booking takes a lock. Tests compare the two paths. */
  locksAll = false;
  /** Intervals of bookings in flight, by subject. */
  private readonly inFlight = new Map<number, Interval[]>();
  /** The end of the back-off by subject, by `performance.now()`. */
  private readonly contendedUntil = new Map<number, number>();

  /** @param backOffMs how long bookings of a subject take the locked path after a conflict */
  constructor(public backOffMs = 1_000) {}

  isContended(subjectId: number): boolean {
    return (this.contendedUntil.get(subjectId) ?? 0) > performance.now();
  }

  markContended(subjectId: number): void {
    if (this.contendedUntil.size >= MAX_CONTENDED) this.contendedUntil.clear();
    this.contendedUntil.set(subjectId, performance.now() + this.backOffMs);
  }

  /**
   * Reserves an interval of a subject while `write` runs. Returns false if it overlaps a
   * reservation: the conflict would abort the whole group commit.
   */
  async reserve(
    subjectId: number,
    wanted: Interval,
    write: () => Promise<boolean>,
  ): Promise<boolean> {
    const theirs = this.inFlight.get(subjectId) ?? [];
    if (theirs.some((other) => overlap(other, wanted))) return false;
    this.inFlight.set(subjectId, [...theirs, wanted]);
    try {
      return await write();
    } finally {
      const left = (this.inFlight.get(subjectId) as Interval[]).filter((other) => other !== wanted);
      if (left.length) this.inFlight.set(subjectId, left);
      else this.inFlight.delete(subjectId);
    }
  }
}
