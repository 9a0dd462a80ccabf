/** A connection whose peer may leave unread what it was sent. */
interface Outgoing {
  /** Bytes that wait. */
  readonly bytes: () => number;
  readonly drop: () => void;
}

const MAX_UNREAD_BYTES = 64 * 1024 * 1024;
const LOOK_MS = 1_000;

/**
 * Bounds what a process holds for peers that do not read: drops the connections with the most bytes
 * while all of them together hold more than the limit.
 */
export class UnreadBytes {
  private readonly all = new Set<Outgoing>();
  private readonly timer = setInterval(() => this.look(), LOOK_MS).unref();

  constructor(private readonly maxBytes = MAX_UNREAD_BYTES) {}

  /** Returns what stops watching. */
  watch(outgoing: Outgoing): () => void {
    this.all.add(outgoing);
    return () => void this.all.delete(outgoing);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  look(): void {
    const waiting = [...this.all]
      .map((outgoing) => ({ outgoing, bytes: outgoing.bytes() }))
      .filter(({ bytes }) => bytes > 0);
    let total = waiting.reduce((sum, { bytes }) => sum + bytes, 0);
    if (total <= this.maxBytes) return;
    for (const { outgoing, bytes } of waiting.sort((one, other) => other.bytes - one.bytes)) {
      if (total <= this.maxBytes) return;
      total -= bytes;
      outgoing.drop();
    }
  }
}
