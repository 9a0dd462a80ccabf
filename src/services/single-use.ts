import { createHash } from 'node:crypto';
import type { Reader, Tx } from '../db/database';
import { raw, sql, type Sql } from '../db/sql';
import { IdempotencyKey } from './idempotency.entity';

/**
 * Tokens that are used once. A use is a row beside the idempotency keys, written in the transaction
 * of its effects. The row outlives the token: it is deleted after 72 hours.
 */
export interface SingleUse {
  readonly businessId: number;
  readonly purpose: string;
  readonly token: string;
}

const rowOf = ({ businessId, purpose, token }: SingleUse, now: number): IdempotencyKey => {
  const key = createHash('sha256').update(token).digest('base64url');
  // Actors of callers have other prefixes.
  const actor = `single-use:${purpose}`;
  return { businessId, actor, key, inputHash: key, answer: null, createdAt: now };
};

const whereKey = ({ businessId, actor, key }: IdempotencyKey): Sql =>
  sql`business_id = ${businessId} AND actor = ${actor} AND ${raw('"key"')} = ${key}`;

export const isUsed = async (reader: Reader, use: SingleUse): Promise<boolean> =>
  (await reader.all(sql`SELECT created_at FROM idempotency_key WHERE ${whereKey(rowOf(use, 0))}`))
    .length > 0;

/** Records a use in a statement of a group commit, which fails as a whole for a second use. */
export const insertUse = (tx: Tx, use: SingleUse, now: number): Promise<unknown> =>
  tx.insert(IdempotencyKey, [rowOf(use, now)]);

/** Records a use. Returns false for a second use, also of a concurrent transaction. */
export async function recordUse(tx: Tx, use: SingleUse, now: number): Promise<boolean> {
  const { businessId, actor, key, inputHash } = rowOf(use, now);
  const added = await tx.run(sql`
    INSERT INTO idempotency_key (business_id, actor, ${raw('"key"')}, input_hash, answer, created_at)
    VALUES (${businessId}, ${actor}, ${key}, ${inputHash}, NULL, ${now})
    ON CONFLICT (business_id, actor, ${raw('"key"')}) DO NOTHING`);
  return added > 0;
}
