import { sql } from '../sql';
import type { Database, Tx } from '../database';
import { EPOCH, raiseIds, renewEpoch } from './epoch';

const LEAST = 100;
const MOST = 10_000;
/** A block that is used up sooner is followed by a greater one: whoever needs many numbers waits for few blocks. */
const SOON_MS = 2_000;

interface Block {
  next: number;
  end: number;
  size: number;
  takenAt: number;
}

/**
 * Numbers for new rows, known before the transaction that writes them and one code path for both databases.
 * A process takes a block at a time (hi/lo); what a crash leaves unused is a gap, never a repeat. Blocks of a new epoch begin
 * beyond those that the process has taken before: the database may have lost that it gave them.
 */
export class Ids {
  private readonly blocks = new Map<string, Block>();
  private readonly pending = new Map<string, Promise<void>>();
  /** That of the blocks; null before the first. */
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

  /** Gives up the blocks of another epoch, and sees that those of this one begin beyond them. */
  async enter(epoch: number): Promise<void> {
    if (this.epoch === epoch) return;
    const marks = new Map([...this.blocks].map(([kind, { end }]) => [kind, end]));
    if (marks.size) await this.db.transaction((tx) => raiseIds(tx, marks));
    this.blocks.clear();
    this.epoch = epoch;
  }

  private async reserve(kind: string): Promise<void> {
    const before = this.blocks.get(kind);
    const now = performance.now();
    const size = before && now - before.takenAt < SOON_MS ? Math.min(MOST, before.size * 4) : LEAST;
    const row = await this.db.transaction((tx) => this.takeBlock(tx, kind, size));
    if (!row) return void (await this.enter((await renewEpoch(this.db)).epoch));
    if (this.epoch !== null && row.epoch !== this.epoch) return this.enter(row.epoch);
    this.epoch = row.epoch;
    this.db.recordIds();
    this.blocks.set(kind, { next: row.next - size, end: row.next, size, takenAt: now });
  }

  /** Null on a database that has not begun its epoch yet. */
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
