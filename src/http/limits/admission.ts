import { DomainError, ErrorCode } from '../../errors';
import type { ServerLimits } from './server-limits';
import { BUSY_FOR_MS, Turn } from './turn';

/** A competitor for the capacity of the process. */
export interface Caller {
  /** Identifies the key, or the address of callers without a key. */
  readonly name: string;
  readonly anonymous: boolean;
}

interface LaneLimits {
  readonly concurrency: number;
  readonly concurrencyPerCaller: number;
  readonly maxQueued: number;
  readonly maxQueuedPerCaller: number;
  readonly maxWaitMs: number;
  /** Maximum share of time in use while other lanes are busy, from 0 to 1. */
  readonly share: number;
}

interface QueuedOperation {
  readonly caller: string;
  readonly start: (leave: () => void) => void;
  readonly refuse: (error: DomainError) => void;
  readonly isGone: () => boolean;
  readonly timer: NodeJS.Timeout;
}

/** Operations above this cost run in the lane of expensive operations. */
export const HEAVY_COST = 5_000;
const MAX_REST_MS = 5_000;
/** Shares of the process while callers with a key wait: these keep more than half of it. */
const HEAVY_SHARE = 0.25;
const ANONYMOUS_SHARE = 0.15;
const RETRY_AFTER_S = 1;

/** The refusal of an operation that has not started, so that the client can retry it. */
export const overloaded = (message: string): DomainError =>
  new DomainError(ErrorCode.BUSY, message, { retryable: true, retryAfterSeconds: RETRY_AFTER_S });

/**
 * Bounds the operations in flight and the queue. Dequeues callers round-robin, so that a caller
 * with a thousand queued operations delays others by one operation per turn.
 */
class Lane {
  private running = 0;
  private queued = 0;
  private readonly runningOf = new Map<string, number>();
  /** Queues by caller, in round-robin order. */
  private readonly queues = new Map<string, QueuedOperation[]>();
  private activeAt = -Infinity;
  private restUntil = 0;
  private timer: NodeJS.Timeout | null = null;
  private readonly turn = new Turn(() => {
    if (this.queued) this.dispatch();
  });

  /** @param othersBusy whether other lanes have work, so that `share` applies. */
  constructor(
    private readonly limits: LaneLimits,
    private readonly othersBusy: () => boolean,
  ) {}

  get busy(): boolean {
    return this.running > 0 || performance.now() - this.activeAt < BUSY_FOR_MS;
  }

  /** Resolves with a function that ends the operation. @throws DomainError BUSY */
  enter(caller: string, isGone: () => boolean): Promise<() => void> | (() => void) {
    const { maxQueued, maxQueuedPerCaller, maxWaitMs } = this.limits;
    if (!this.queued && this.hasRoom(caller)) return this.start(caller);
    const own = this.queues.get(caller) ?? [];
    if (this.queued >= maxQueued || own.length >= maxQueuedPerCaller) {
      throw overloaded('Too many operations are waiting. Try again in a second.');
    }
    return new Promise((start, refuse) => {
      const timer = setTimeout(() => this.giveUp(waiting), maxWaitMs);
      const waiting: QueuedOperation = { caller, start, refuse, isGone, timer };
      own.push(waiting);
      this.queues.set(caller, own);
      this.queued += 1;
      this.dispatch();
    });
  }

  private hasRoom(caller: string): boolean {
    const { concurrency, concurrencyPerCaller } = this.limits;
    return (
      this.running < concurrency &&
      performance.now() >= this.restUntil &&
      this.turn.hasRoom(caller) &&
      (this.runningOf.get(caller) ?? 0) < concurrencyPerCaller
    );
  }

  private start(caller: string): () => void {
    const startedAt = performance.now();
    // An operation that blocks the process hides at its end that others were busy.
    const hadOthers = this.limits.share < 1 && this.othersBusy();
    let ended = false;
    this.turn.add(caller, startedAt);
    this.running += 1;
    this.runningOf.set(caller, (this.runningOf.get(caller) ?? 0) + 1);
    return () => {
      if (ended) return;
      ended = true;
      this.end(caller, startedAt, hadOthers);
    };
  }

  private end(caller: string, startedAt: number, hadOthers: boolean): void {
    const { share } = this.limits;
    const left = (this.runningOf.get(caller) ?? 0) - 1;
    this.running -= 1;
    if (left > 0) this.runningOf.set(caller, left);
    else this.runningOf.delete(caller);
    const now = (this.activeAt = performance.now());
    if (share < 1 && (hadOthers || this.othersBusy())) {
      const restMs = Math.min((now - startedAt) * (1 / share - 1), MAX_REST_MS);
      this.restUntil = Math.max(this.restUntil, now + restMs);
    }
    if (this.queued) this.dispatch();
  }

  private dispatch(): void {
    const restMs = this.restUntil - performance.now();
    if (restMs > 0) {
      this.timer ??= setTimeout(() => {
        this.timer = null;
        this.dispatch();
      }, Math.ceil(restMs));
      return;
    }
    for (const [caller, queue] of this.queues) {
      if (this.running >= this.limits.concurrency) return;
      if (!this.hasRoom(caller)) continue;
      // Moves the caller to the end. The loop reaches it again while there is capacity.
      this.queues.delete(caller);
      const waiting = queue.shift() as QueuedOperation;
      this.queued -= 1;
      if (queue.length) this.queues.set(caller, queue);
      clearTimeout(waiting.timer);
      if (waiting.isGone()) waiting.refuse(overloaded('The connection was closed.'));
      else waiting.start(this.start(caller));
    }
  }

  private giveUp(waiting: QueuedOperation): void {
    const queue = this.queues.get(waiting.caller) ?? [];
    const index = queue.indexOf(waiting);
    if (index < 0) return;
    queue.splice(index, 1);
    this.queued -= 1;
    if (!queue.length) this.queues.delete(waiting.caller);
    waiting.refuse(
      overloaded('The operation waited too long for its turn. Try again in a second.'),
    );
  }
}

/** The place of an admitted operation, until `leave`. */
export class Ticket {
  private leaveLane: () => void = () => undefined;
  private pending = 0;
  private left = false;

  constructor(
    private readonly heavy: Lane,
    readonly caller: Caller,
    private readonly isGone: () => boolean,
  ) {}

  async enter(lane: Lane): Promise<this> {
    this.leaveLane = await lane.enter(this.caller.name, this.isGone);
    if (this.left) this.leaveLane();
    return this;
  }

  /**
   * Moves an operation above `HEAVY_COST` to the lane of expensive operations.
   * @throws DomainError BUSY
   */
  async weigh(cost: number): Promise<void> {
    if (cost <= HEAVY_COST || this.caller.anonymous) return;
    this.leaveLane();
    this.leaveLane = () => undefined;
    await this.enter(this.heavy);
  }

  /** Keeps the place until `work` settles, even after its response was sent. */
  keepUntil(work: Promise<unknown>): void {
    this.pending += 1;
    const end = () => {
      this.pending -= 1;
      if (this.left && !this.pending) this.leaveLane();
    };
    work.then(end, end);
  }

  leave(): void {
    this.left = true;
    if (!this.pending) this.leaveLane();
  }
}

/**
 * Admits operations of every transport in three lanes: callers with a key; their expensive
 * operations, two at a time; callers without a key, which only parse and introspect.
 */
export class Admission {
  private readonly keyed: Lane;
  private readonly heavy: Lane;
  private readonly anonymous: Lane;

  constructor({
    maxInFlight,
    maxQueued,
    queueWaitMs,
  }: Pick<ServerLimits, 'maxInFlight' | 'maxQueued' | 'queueWaitMs'>) {
    const half = (count: number) => Math.ceil(count / 2);
    const queue = { maxQueued, maxQueuedPerCaller: half(maxQueued), maxWaitMs: queueWaitMs };
    this.keyed = new Lane(
      { ...queue, concurrency: maxInFlight, concurrencyPerCaller: half(maxInFlight), share: 1 },
      () => false,
    );
    this.heavy = new Lane(
      {
        ...queue,
        concurrency: 2,
        concurrencyPerCaller: 2,
        maxQueuedPerCaller: 100,
        share: HEAVY_SHARE,
      },
      () => this.keyed.busy,
    );
    this.anonymous = new Lane(
      {
        ...queue,
        concurrency: 2,
        concurrencyPerCaller: 2,
        maxQueuedPerCaller: 200,
        share: ANONYMOUS_SHARE,
      },
      () => this.keyed.busy || this.heavy.busy,
    );
  }

  /** @throws DomainError BUSY if the queue is full or the wait exceeds its limit. */
  enter(caller: Caller, isGone: () => boolean = () => false): Promise<Ticket> {
    return new Ticket(this.heavy, caller, isGone).enter(
      caller.anonymous ? this.anonymous : this.keyed,
    );
  }
}
