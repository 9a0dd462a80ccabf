import { DomainError, ErrorCode } from '../../errors';

/** How much of a process its callers may use. Each has a variable of the environment: README, Configuration. */
export interface ServerLimits {
  /** Operations that run concurrently; one caller has half of them. */
  readonly maxInFlight: number;
  /** Operations that wait for their turn; one caller has half of them. */
  readonly maxQueued: number;
  /** Milliseconds that an operation waits before it is refused with BUSY. */
  readonly queueWaitMs: number;
  /** Milliseconds that a query may run. Mutations have no such limit: they may have committed. */
  readonly queryTimeoutMs: number;
  /** Queries and mutations in flight on one WebSocket; further ones are not read until one has ended. */
  readonly maxOperationsPerSocket: number;
  readonly maxSubscriptionsPerSocket: number;
  /** Subscriptions of one key, over WebSocket and server-sent events; of a publishable key: and address. */
  readonly maxSubscriptionsPerCaller: number;
  readonly maxSocketsPerCaller: number;
  /** WebSockets without a key, of all addresses. */
  readonly maxAnonymousSockets: number;
  /** Milliseconds after which a WebSocket without a key and without an operation is closed. */
  readonly anonymousIdleMs: number;
}

export const SERVER_LIMITS: ServerLimits = {
  maxInFlight: 128,
  maxQueued: 2_000,
  queueWaitMs: 15_000,
  queryTimeoutMs: 30_000,
  maxOperationsPerSocket: 32,
  maxSubscriptionsPerSocket: 200,
  maxSubscriptionsPerCaller: 5_000,
  maxSocketsPerCaller: 2_000,
  maxAnonymousSockets: 100,
  anonymousIdleMs: 30_000,
};

/** Bytes of request bodies that a process reads concurrently. */
export const MAX_BODIES_BYTES = 64 * 1024 * 1024;

/** Counts what callers hold, up to the same limit for each. */
export class CallerQuota {
  private readonly counts = new Map<string, number>();

  constructor(private readonly limit: number) {}

  /** Returns false, and counts nothing, at the limit. */
  take(caller: string): boolean {
    const count = this.counts.get(caller) ?? 0;
    if (count >= this.limit) return false;
    this.counts.set(caller, count + 1);
    return true;
  }

  release(caller: string): void {
    const count = (this.counts.get(caller) ?? 0) - 1;
    if (count > 0) this.counts.set(caller, count);
    else this.counts.delete(caller);
  }
}

export const tooManySubscriptions = (): DomainError =>
  new DomainError(ErrorCode.BUSY, 'Too many subscriptions are open with this key. End one first.');
