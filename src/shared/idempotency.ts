import { createHash } from 'node:crypto';
import type { Context, Member } from '../context';
import { DomainError, ErrorCode } from '../errors';
import type { Database, Reader, Tx } from './db/database';
import { raw, sql } from './db/sql';
import { findOne, insertLater, update } from './db/table';
import { IdempotencyKey } from './idempotency.entity';

/** How long a key is remembered. */
export const KEPT_MS = 72 * 60 * 60 * 1000;

/** Forgets keys that are past their time, some at once. Any number of processes may do it at any time. Answers how many. */
export function forgetOldKeys(db: Database, now: number): Promise<number> {
  return db.transaction((tx) => tx.run(sql`
    DELETE FROM idempotency_key WHERE (business_id, actor, ${raw('"key"')}) IN (
      SELECT business_id, actor, ${raw('"key"')} FROM idempotency_key WHERE created_at < ${now - KEPT_MS} ORDER BY created_at LIMIT 10000)`));
}

export interface Request {
  readonly key: string | null;
  /** Empty without a key. */
  readonly inputHash: string;
}

/** The key of a command, if it has one, and a hash of what was asked. */
export function requestOf(context: Context, command: string, input: { idempotencyKey?: string | null }): Request {
  const { idempotencyKey, ...asked } = input;
  const key = idempotencyKey ?? context.idempotencyKey;
  return { key, inputHash: key === null ? '' : createHash('sha256').update(`${command}:${JSON.stringify(sorted(asked))}`).digest('base64url') };
}

/** The order in which a caller names fields is no difference. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).filter(([, given]) => given !== undefined).sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, given]) => [name, sorted(given)]));
}

/**
 * What is decided before a key is known to be new. A key that was answered before gets that answer, whatever the rules say by now: so a refusal waits,
 * and is thrown where the decision is asked for.
 */
export const attempt = <T>(work: Promise<T>): Promise<() => T> =>
  work.then((made) => () => made, (refusal: unknown) => () => {
    throw refusal;
  });

/**
 * Runs `work` once for a key: whoever asks again gets the first answer, for 72 hours. The first statement of its transaction: of two
 * that run at once the second waits on the unique key, and then finds the answer.
 * @throws DomainError IDEMPOTENCY_KEY_REUSED when the key came with another input before.
 */
export async function once<T>(
  tx: Tx, member: Member, { key, inputHash }: Request, now: number,
  work: () => Promise<T>, toAnswer: (result: T) => Record<string, unknown>, fromAnswer: (answer: Record<string, unknown>) => T,
): Promise<T> {
  if (key === null) return work();
  const row = { businessId: member.businessId, actor: member.actor, key };
  const added = await tx.run(sql`
    INSERT INTO idempotency_key (business_id, actor, ${raw('"key"')}, input_hash, answer, created_at)
    VALUES (${row.businessId}, ${row.actor}, ${key}, ${inputHash}, NULL, ${now})
    ON CONFLICT (business_id, actor, ${raw('"key"')}) DO UPDATE SET input_hash = excluded.input_hash, answer = NULL, created_at = excluded.created_at
    WHERE idempotency_key.created_at < ${now - KEPT_MS}`);
  if (!added) {
    const first = await findOne(tx, IdempotencyKey, row);
    if (first?.inputHash !== inputHash) {
      throw new DomainError(ErrorCode.IDEMPOTENCY_KEY_REUSED, 'This idempotency key came with another input before. Use a new key for a new request.');
    }
    return fromAnswer(first.answer as Record<string, unknown>);
  }
  const result = await work();
  await update(tx, IdempotencyKey, row, { answer: toAnswer(result) });
  return result;
}

/** Whether a key has been used, however long ago. */
export async function isUsed(reader: Reader, { businessId, actor }: Member, key: string): Promise<boolean> {
  return (await reader.all(sql`SELECT created_at FROM idempotency_key WHERE business_id = ${businessId} AND actor = ${actor} AND ${raw('"key"')} = ${key}`)).length > 0;
}

/** Writes the answer of a key that nobody has used, beside what it did: of two that come at once one fails. */
export async function remember(tx: Tx, { businessId, actor }: Member, { key, inputHash }: Request, now: number, answer: () => Record<string, unknown>): Promise<void> {
  if (key !== null) await insertLater(tx, IdempotencyKey, [{ businessId, actor, key, inputHash, answer: answer(), createdAt: now }]);
}
