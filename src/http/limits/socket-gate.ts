import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';

/** Bytes that may wait in a socket before it takes no more operations, and its subscriptions wait too. */
export const HIGH_WATER = 64 * 1024;

/**
 * Bounds the operations in flight on one WebSocket. Beyond the bound, and while the client does not read
 * its responses, no further message is read: those that were read already wait here, at most one chunk
 * of the connection.
 */
export class SocketGate {
  private inFlight = 0;
  private readonly waiting: (() => void)[] = [];
  private paused = false;
  /** Since when bytes wait, by `performance.now()`; null while none do. */
  private stalledSince: number | null = null;

  constructor(
    private readonly socket: WebSocket,
    wire: Duplex,
    private limit: number,
  ) {
    wire.on('drain', () => this.admit());
    socket.on('message', () => this.check()).on('ping', () => this.check());
  }

  get idle(): boolean {
    return this.inFlight === 0 && this.waiting.length === 0;
  }

  /** Lowers the bound. */
  limitTo(limit: number): void {
    this.limit = Math.min(this.limit, limit);
  }

  /** Resolves when the operation may begin; `leave` ends it. */
  async enter(): Promise<void> {
    if (this.waiting.length || !this.hasRoom) {
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
        this.check();
      });
    } else this.inFlight += 1;
  }

  leave(): void {
    this.inFlight -= 1;
    this.admit();
  }

  /** Lets those who wait go on, to find that the socket is closed. */
  close(): void {
    for (const resume of this.waiting.splice(0)) resume();
  }

  /** Whether the client has not read a byte of what waits for it for so long. Called from time to time. */
  isStalled(forMs: number): boolean {
    const now = performance.now();
    if (this.socket.bufferedAmount <= HIGH_WATER) this.stalledSince = null;
    else this.stalledSince ??= now;
    this.admit();
    return this.stalledSince !== null && now - this.stalledSince > forMs;
  }

  private get hasRoom(): boolean {
    return this.inFlight < this.limit && this.socket.bufferedAmount <= HIGH_WATER;
  }

  private check(): void {
    if (this.paused || (!this.waiting.length && this.socket.bufferedAmount <= HIGH_WATER)) return;
    this.paused = true;
    this.socket.pause();
  }

  private admit(): void {
    while (this.waiting.length && this.hasRoom) {
      this.inFlight += 1;
      (this.waiting.shift() as () => void)();
    }
    if (!this.paused || this.waiting.length || this.socket.bufferedAmount > HIGH_WATER) return;
    this.paused = false;
    this.socket.resume();
  }
}
