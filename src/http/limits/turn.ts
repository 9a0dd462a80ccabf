/** Maximum operations of one caller that start in one turn of the event loop. */
const STARTS_PER_TURN = 32;
/** The same maximum while other callers of the lane are active. */
const SHARED_STARTS_PER_TURN = 4;

/** Milliseconds for which a lane is busy, and a caller active, after its last operation. */
export const BUSY_FOR_MS = 250;

/**
 * Bounds the operations that start in one turn of the event loop. Operations that end within the
 * turn in which they start never reach a bound on operations in flight.
 */
export class Turn {
  private readonly starts = new Map<string, number>();
  private active = new Set<string>();
  private activeBefore = new Set<string>();
  private rotatedAt = -Infinity;

  /** @param onEnd runs after each turn in which an operation started. */
  constructor(private readonly onEnd: () => void) {}

  hasRoom(caller: string): boolean {
    const isShared = this.isShared(this.active, caller) || this.isShared(this.activeBefore, caller);
    const limit = isShared ? SHARED_STARTS_PER_TURN : STARTS_PER_TURN;
    return (this.starts.get(caller) ?? 0) < limit;
  }

  /** Counts a start. */
  add(caller: string, now: number): void {
    if (!this.starts.size) {
      setImmediate(() => {
        this.starts.clear();
        this.onEnd();
      });
    }
    this.starts.set(caller, (this.starts.get(caller) ?? 0) + 1);
    if (now - this.rotatedAt > BUSY_FOR_MS) {
      this.activeBefore = now - this.rotatedAt > 2 * BUSY_FOR_MS ? new Set() : this.active;
      this.active = new Set();
      this.rotatedAt = now;
    }
    this.active.add(caller);
  }

  private isShared(callers: ReadonlySet<string>, caller: string): boolean {
    return callers.size > (callers.has(caller) ? 1 : 0);
  }
}
