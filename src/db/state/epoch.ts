import { randomInt } from 'node:crypto';
import type { Database, Tx } from '../database';
import { byDialect, raw, sql } from '../sql';

/**
 * Ids and rule versions that a new epoch skips: more than a lost tail can have used. 32-bit ids
 * leave room for 2,000 epochs.
 */
const ID_STRIDE = 2 ** 20;
/**
 * Positions of events that a new epoch skips. JavaScript's exact integers leave room for 8,000
 * epochs.
 */
const POSITION_STRIDE = 2 ** 40;
/** Epochs are random, so that two restores of one backup differ. */
const MAX_EPOCH = 2 ** 40;

/** The epoch of a statement's snapshot. */
export const EPOCH = raw('(SELECT epoch FROM database_epoch)');

interface Identity {
  readonly epoch: number;
  readonly marker: string | null;
  readonly current: string;
  readonly used: boolean | number;
}

/** Ids known to be in use although the database may have lost them: kind → the next free id. */
export type IdMarks = ReadonlyMap<string, number>;

/**
 * Begins a new epoch if the database is not the one on which the current epoch began. An unused
 * database only stores its identity. Returns the epoch, and whether this call began it.
 * @param isReplaced whether the database is known to be an earlier state of itself
 */
export function renewEpoch(
  db: Database,
  { isReplaced = false } = {},
): Promise<{ epoch: number; isNew: boolean }> {
  return db.transaction(async (tx) => {
    const [row] = await tx.all<Identity>(sql`
      SELECT epoch, marker, ${db.identity} AS current, EXISTS (SELECT 1 FROM id_block) AS used
      FROM database_epoch ${byDialect({ postgres: raw('FOR UPDATE'), sqlite: raw('') })}`);
    const { epoch, marker, current, used } = row as Identity;
    if (marker === current && !isReplaced) return { epoch, isNew: false };
    if ((marker !== null || isReplaced) && used)
      return { epoch: await beginEpoch(tx, db), isNew: true };
    await tx.run(sql`UPDATE database_epoch SET marker = ${db.identity}`);
    return { epoch, isNew: false };
  });
}

/**
 * Invalidates earlier cursors and skips numbers that a lost tail may have used.
 * @param marks ids beyond which the new blocks begin, in addition to the stride
 */
export async function beginEpoch(
  tx: Tx,
  db: Database,
  marks: IdMarks = new Map(),
): Promise<number> {
  const epoch = randomInt(1, MAX_EPOCH);
  await tx.run(sql`
    UPDATE database_epoch SET epoch = ${epoch}, marker = ${db.identity}, begun_at = ${Date.now()},
      position_base = position_base + ${POSITION_STRIDE}`);
  await tx.run(sql`UPDATE id_block SET next = next + ${ID_STRIDE}`);
  await raiseIds(tx, marks);
  // A process may have cached rules of a version that the new history reaches later with other
  // content.
  await tx.run(sql`UPDATE rule_version SET version = version + ${ID_STRIDE}`);
  if (tx.dialect === 'postgres') {
    await tx.all(
      sql`SELECT setval('event_position', nextval('event_position') + ${POSITION_STRIDE}::bigint)`,
    );
    await tx.all(sql`SELECT setval('job_id', nextval('job_id') + ${ID_STRIDE}::bigint)`);
  }
  return epoch;
}

/** Makes the next block of each kind begin at or beyond its mark. */
export async function raiseIds(tx: Tx, marks: IdMarks): Promise<void> {
  for (const [kind, next] of marks) {
    await tx.run(sql`
      INSERT INTO id_block (kind, next) VALUES (${kind}, ${next})
      ON CONFLICT (kind) DO UPDATE SET next = CASE WHEN id_block.next < ${next} THEN ${next} ELSE id_block.next END`);
  }
}
