import { sql } from './sql';
import type { Database } from './database';

const BLOCK = 100;

/**
 * Numbers for new rows, known before the transaction that writes them and one code path for both databases.
 * A process takes a block at a time (hi/lo); what a crash leaves unused is a gap, never a repeat.
 */
export class Ids {
  private readonly blocks = new Map<string, { next: number; end: number }>();
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
    const end = await this.db.transaction(async (tx) => {
      const [row] = await tx.all<{ next: number }>(sql`
        INSERT INTO id_block (kind, next) VALUES (${kind}, ${BLOCK + 1})
        ON CONFLICT (kind) DO UPDATE SET next = id_block.next + ${BLOCK} RETURNING next`);
      return (row as { next: number }).next;
    });
    this.blocks.set(kind, { next: end - BLOCK, end });
  }
}
