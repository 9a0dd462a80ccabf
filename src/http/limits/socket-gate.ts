import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';

/** Buffered bytes above which a socket accepts no further operation and its subscriptions pause. */
export const HIGH_WATER = 64 * 1024;

/**
 * Bounds the operations in flight on one WebSocket. At the bound, or above `HIGH_WATER`, the socket
 * is paused. Messages that were already read, at most one chunk of the connection, wait here.
 */
export class SocketGate {
  private inFlight = 0;
  private readonly waiting: (() => void)[] = [];
  private paused = false;
  /** Time at which the buffer exceeded `HIGH_WATER`, by `performance.now()`; null below it. */
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

  /** Resolves when the operation may start; `leave` ends it. */
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

  /** Resumes all waiting operations, which then find the socket closed. */
  close(): void {
    for (const resume of this.waiting.splice(0)) resume();
  }

  /** Whether the buffer has exceeded `HIGH_WATER` for `forMs`. Must be called periodically. */
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
