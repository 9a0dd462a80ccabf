import { DomainError, ErrorCode } from '../../errors';

/** Limits of a process. Each is set by an environment variable: README, Configuration. */
export interface ServerLimits {
  /** Maximum operations in flight. One caller may use half of them. */
  readonly maxInFlight: number;
  /** Maximum queued operations. One caller may use half of them. */
  readonly maxQueued: number;
  /** Maximum wait in the queue before BUSY, in milliseconds. */
  readonly queueWaitMs: number;
  /**
   * Maximum duration of a query, in milliseconds. Mutations have no limit: they may have committed.
   */
  readonly queryTimeoutMs: number;
  /**
   * Maximum queries and mutations in flight on one WebSocket. Further messages are not read until
   * one ends.
   */
  readonly maxOperationsPerSocket: number;
  readonly maxSubscriptionsPerSocket: number;
  /**
   * Maximum subscriptions of one key over all transports; for a publishable key, of each address.
   */
  readonly maxSubscriptionsPerCaller: number;
  readonly maxSocketsPerCaller: number;
  /** Maximum WebSockets without a key, over all addresses. */
  readonly maxAnonymousSockets: number;
  /** Milliseconds until an idle WebSocket without a key is closed. */
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

/** Maximum bytes of request bodies in flight in a process. */
export const MAX_BODIES_BYTES = 64 * 1024 * 1024;

/** Counts the resources that each caller holds, up to one limit. */
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
