/** A connection with a send buffer that its peer may leave unread. */
interface Outgoing {
  /** Returns the number of buffered bytes. */
  readonly bytes: () => number;
  readonly drop: () => void;
}

const MAX_UNREAD_BYTES = 64 * 1024 * 1024;
const CHECK_MS = 1_000;

/**
 * Bounds the send buffers of a process: drops the connections with the most bytes while the sum
 * exceeds the limit.
 */
export class UnreadBytes {
  private readonly all = new Set<Outgoing>();
  private readonly timer = setInterval(() => this.enforce(), CHECK_MS).unref();

  constructor(private readonly maxBytes = MAX_UNREAD_BYTES) {}

  /** Returns a function that stops watching. */
  watch(outgoing: Outgoing): () => void {
    this.all.add(outgoing);
    return () => void this.all.delete(outgoing);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  enforce(): void {
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
