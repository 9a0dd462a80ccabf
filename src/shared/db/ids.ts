import { sql } from './sql';
import type { Database } from './database';

const LEAST = 100;
const MOST = 10_000;
/** A block that is used up sooner is followed by a greater one: whoever needs many numbers waits for few blocks. */
const SOON_MS = 2_000;

interface Block { next: number; end: number; size: number; takenAt: number }

/**
 * Numbers for new rows, known before the transaction that writes them and one code path for both databases.
 * A process takes a block at a time (hi/lo); what a crash leaves unused is a gap, never a repeat.
 */
export class Ids {
  private readonly blocks = new Map<string, Block>();
  private readonly pending = new Map<string, Promise<void>>();

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
    const pending = this.pending.get(kind) ?? this.reserve(kind).finally(() => this.pending.delete(kind));
    this.pending.set(kind, pending);
    return pending;
  }

  private async reserve(kind: string): Promise<void> {
    const before = this.blocks.get(kind);
    const now = performance.now();
    const size = before && now - before.takenAt < SOON_MS ? Math.min(MOST, before.size * 4) : LEAST;
    const end = await this.db.transaction(async (tx) => {
      const [row] = await tx.all<{ next: number }>(sql`
        INSERT INTO id_block (kind, next) VALUES (${kind}, ${size + 1})
        ON CONFLICT (kind) DO UPDATE SET next = id_block.next + ${size} RETURNING next`);
      return (row as { next: number }).next;
    });
    this.blocks.set(kind, { next: end - size, end, size, takenAt: now });
  }
}
