import { sql } from '../sql';
import type { Database, Tx } from '../database';
import { EPOCH, raiseIds, renewEpoch } from './epoch';

const MIN_BLOCK_SIZE = 100;
const MAX_BLOCK_SIZE = 10_000;
/**
 * A block used up sooner than this is followed by a larger one, so that heavy use waits for few
 * blocks.
 */
const QUICK_MS = 2_000;

interface Block {
  next: number;
  end: number;
  size: number;
  reservedAt: number;
}

/**
 * Ids for new rows, known before the transaction that writes them, in one code path for both
 * databases. A process reserves blocks (hi/lo); a crash leaves gaps, never repeats. Blocks of a
 * new epoch begin beyond the blocks that this process reserved before, because the database may
 * have lost them.
 */
export class Ids {
  private readonly blocks = new Map<string, Block>();
  private readonly pending = new Map<string, Promise<void>>();
  /** The epoch of the blocks; null before the first. */
  private epoch: number | null = null;

  constructor(private readonly db: Database) {}

  async next(kind: string): Promise<number> {
    for (;;) {
      const block = this.blocks.get(kind);
      if (block && block.next < block.end) return block.next++;
      await this.refill(kind);
    }
  }

  async take(kind: string, count: number): Promise<number[]> {
    const ids: number[] = [];
    while (ids.length < count) ids.push(await this.next(kind));
    return ids;
  }

  private refill(kind: string): Promise<void> {
    const pending =
      this.pending.get(kind) ?? this.reserve(kind).finally(() => this.pending.delete(kind));
    this.pending.set(kind, pending);
    return pending;
  }

  /** Discards the blocks of another epoch, and makes the blocks of this epoch begin beyond them. */
  async enter(epoch: number): Promise<void> {
    if (this.epoch === epoch) return;
    const marks = new Map([...this.blocks].map(([kind, { end }]) => [kind, end]));
    if (marks.size) await this.db.transaction((tx) => raiseIds(tx, marks));
    this.blocks.clear();
    this.epoch = epoch;
  }

  private async reserve(kind: string): Promise<void> {
    const previous = this.blocks.get(kind);
    const now = performance.now();
    const size =
      previous && now - previous.reservedAt < QUICK_MS
        ? Math.min(MAX_BLOCK_SIZE, previous.size * 4)
        : MIN_BLOCK_SIZE;
    const row = await this.db.transaction((tx) => this.takeBlock(tx, kind, size));
    if (!row) return void (await this.enter((await renewEpoch(this.db)).epoch));
    if (this.epoch !== null && row.epoch !== this.epoch) return this.enter(row.epoch);
    this.epoch = row.epoch;
    this.db.recordIds();
    this.blocks.set(kind, { next: row.next - size, end: row.next, size, reservedAt: now });
  }

  /** Returns null on a database that has not begun its epoch yet. */
  private async takeBlock(
    tx: Tx,
    kind: string,
    size: number,
  ): Promise<{ next: number; epoch: number } | null> {
    const [row] = await tx.all<{ next: number; epoch: number }>(sql`
      INSERT INTO id_block (kind, next) SELECT ${kind}, ${size + 1} FROM database_epoch WHERE marker = ${this.db.identity}
      ON CONFLICT (kind) DO UPDATE SET next = id_block.next + ${size} RETURNING next, ${EPOCH} AS epoch`);
    return row ?? null;
  }
}
