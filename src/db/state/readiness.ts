import { DomainError, ErrorCode } from '../../errors';
import type { Database } from '../database';
import { codeOf } from '../errors';
import { sql } from '../sql';

/** Probes of several load balancers share one write. */
const FRESH_MS = 1_000;
const PATIENCE_MS = 2_000;

const READ_ONLY = /^(25006|SQLITE_READONLY.*)$/;
const FULL = /^(53100|SQLITE_FULL|ENOSPC)$/;

/**
 * Returns a readiness check that writes at most once a second.
 * @throws DomainError BUSY that states why the database accepts no write.
 */
export function readinessOf(db: Database): () => Promise<void> {
  let last: { readonly at: number; readonly outcome: Promise<void> } | null = null;
  return () => {
    const at = performance.now();
    if (!last || at - last.at >= FRESH_MS) {
      last = { at, outcome: check(db) };
      last.outcome.catch(() => undefined);
    }
    return last.outcome;
  };
}

async function check(db: Database): Promise<void> {
  let patience: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    patience = setTimeout(
      () => reject(unavailable(`the database accepted no write within ${PATIENCE_MS / 1_000} s`)),
      PATIENCE_MS,
    );
  });
  try {
    await Promise.race([
      db.transaction((tx) => tx.run(sql`UPDATE readiness SET checked_at = ${Date.now()}`)),
      late,
    ]);
  } catch (error) {
    throw error instanceof DomainError ? error : unavailable(reasonFor(error));
  } finally {
    clearTimeout(patience);
  }
}

function reasonFor(error: unknown): string {
  const code = codeOf(error);
  if (READ_ONLY.test(code)) return 'the database is read-only';
  if (FULL.test(code)) return 'the disk of the database is full';
  return `the database refuses to write${code ? ` (${code})` : ''}`;
}

const unavailable = (reason: string): DomainError =>
  new DomainError(ErrorCode.BUSY, `Nothing can be written: ${reason}.`);
