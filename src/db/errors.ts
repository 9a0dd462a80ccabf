import { DomainError, ErrorCode, FIND_EXISTING } from '../errors';
import type { Reader } from './database';

/** PostgreSQL's SQLSTATE and SQLite's extended result codes. Never match on message text. */
const UNIQUE = new Set(['23505', 'SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY']);
/** Exclusion constraint violation, the errcode of our triggers, and SQLite's RAISE(ABORT). */
const OCCUPIED = new Set(['23P01', 'SQLITE_CONSTRAINT_TRIGGER']);
const RETRYABLE = new Set(['40001', '40P01']);
/**
 * Lock time-out, statement cancelled, too many connections, server going down, SQLite's file lock.
 */
const BUSY = new Set([
  '55P03',
  '57014',
  '53300',
  '57P01',
  '57P02',
  '57P03',
  '25P03',
  'SQLITE_BUSY',
  'ECONNREFUSED',
  'ECONNRESET',
]);
/** Connection exceptions by class, and socket error codes of the operating system. */
const isDisconnected = (code: string): boolean =>
  code.startsWith('08') ||
  ['EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN'].includes(code);

/** Read-only transaction, disk full, out of memory, I/O error, and SQLite's equivalents. */
const isUnwritable = (code: string): boolean =>
  ['25006', '53100', '53200', '58030', 'SQLITE_FULL'].includes(code) ||
  /^SQLITE_(READONLY|IOERR|CANTOPEN)/.test(code);

/** Returns the driver's code, also of an error wrapped by TypeORM; empty if there is none. */
export const codeOf = (error: unknown): string => {
  const { code, driverError } = (error ?? {}) as { code?: string; driverError?: { code?: string } };
  return driverError?.code ?? code ?? '';
};

const isUniqueViolation = (error: unknown): boolean => UNIQUE.has(codeOf(error));
export const isOccupancyViolation = (error: unknown): boolean => OCCUPIED.has(codeOf(error));
/** Another process holds SQLite's write lock. */
export const isLocked = (error: unknown): boolean => codeOf(error).startsWith('SQLITE_BUSY');
export const isRetryable = (error: unknown): boolean => RETRYABLE.has(codeOf(error));

/**
 * The database refused the statement and wrote nothing. Excludes ended sessions, which may have
 * committed.
 */
export const isRefusal = (error: unknown): boolean =>
  (error as { severity?: string } | null)?.severity === 'ERROR' ||
  codeOf(error).startsWith('SQLITE_CONSTRAINT');

/**
 * Messages of errors that the pg client and its pool raise without a code: no connection in time,
 * or a lost connection.
 */
const WITHOUT_CODE = new Set([
  'timeout exceeded when trying to connect',
  'Connection terminated due to connection timeout',
  'Connection terminated unexpectedly',
  'Connection terminated',
  'Client has encountered a connection error and is not queryable',
]);
export const isExhausted = (error: unknown): boolean =>
  error instanceof Error && WITHOUT_CODE.has(error.message);

/**
 * Maps a database that is read-only to WRITES_UNAVAILABLE, and failures that pass on retry to
 * BUSY. Returns other errors unchanged.
 */
export function asBusy(error: unknown): unknown {
  const code = codeOf(error);
  if (isUnwritable(code)) {
    return new DomainError(
      ErrorCode.WRITES_UNAVAILABLE,
      'Nothing was written: the database cannot be written to at present, since it is read-only or its disk is full. Try again later, with the same idempotency key.',
      {
        retryable: true,
      },
    );
  }
  if (!BUSY.has(code) && !RETRYABLE.has(code) && !isDisconnected(code) && !isExhausted(error))
    return error;
  return new DomainError(
    ErrorCode.BUSY,
    'The server is too busy at present. Try again, with the same idempotency key.',
    {
      retryable: true,
    },
  );
}

/** Reads the row that has the unique value of a conflict. */
export type FindExisting = (db: Reader) => Promise<{ readonly id: string } | null>;

interface ConflictOptions {
  readonly path: readonly string[];
  readonly message: string;
  /** Runs after the transaction, which the violation has aborted. */
  readonly existing?: FindExisting;
}

/** Awaits a write and maps a unique-constraint violation to CONFLICT. */
export async function orConflict<T>(
  write: Promise<T>,
  { path, message, existing }: ConflictOptions,
): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (isUniqueViolation(error))
      throw new DomainError(ErrorCode.CONFLICT, message, { path, [FIND_EXISTING]: existing });
    throw error;
  }
}
