import { createHash } from 'node:crypto';
import { memberOf, Role, type Context, type Member } from '../context';
import { badValue, DomainError, ErrorCode, InputProblemCode } from '../errors';
import type { Database, Reader, Tx } from '../db/database';
import { raw, sql } from '../db/sql';
import { findOne, update } from '../db/table';
import { IdempotencyKey } from './idempotency.entity';
import { decodeResult, encodeResult } from './stored-result';
import { createEncryption } from './encryption';

declare module '../context' {
  interface Context {
    /** Set for a mutation's root field with an idempotency key. */
    readonly keyedRun?: KeyedRun | null;
  }
}

/** Retention of a key, in milliseconds. */
const KEPT_MS = 72 * 60 * 60 * 1000;

/** Maximum length of a key. A longer key is refused, because truncated keys could collide. */
export const MAX_KEY_LENGTH = 100;

/**
 * Deletes expired keys in batches and returns their number. Safe in any number of processes
 * concurrently.
 */
export function pruneIdempotencyKeys(db: Database, now: number): Promise<number> {
  return db.transaction((tx) =>
    tx.run(sql`
    DELETE FROM idempotency_key WHERE (business_id, actor, ${raw('"key"')}) IN (
      SELECT business_id, actor, ${raw('"key"')} FROM idempotency_key WHERE created_at < ${now - KEPT_MS} ORDER BY created_at LIMIT 10000)`),
  );
}

/** One root field of a mutation, as the caller sent it. */
export interface MutationField {
  readonly name: string;
  /**
   * The alias or the name. It distinguishes the fields of a request that has one key in its
   * header.
   */
  readonly responseKey: string;
  readonly args: Readonly<Record<string, unknown>>;
}

const digest = (...parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

/** Sorts the fields of objects: their order does not make two inputs different. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, value]) => value !== undefined)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, fieldValue]) => [name, sorted(fieldValue)]),
  );
}

interface KeyedInput {
  idempotencyKey?: string | null;
  ssn?: string | null;
}

/**
 * Adds the caller's key to the hash of an input with few possible values beside what the
 * database shows: without the key, the hash would disclose a social security number.
 */
const saltOf = ({ ssn }: KeyedInput, key: string): string[] => (ssn == null ? [] : [key]);

/**
 * Returns the run of a field that has a key in its input or in the header; null without one.
 * @throws DomainError BAD_USER_INPUT for a key of invalid length; UNAUTHENTICATED with expired
 * access, and for an anonymous caller, who has no key space.
 */
export function keyedRunOf(context: Context, field: MutationField): KeyedRun | null {
  const { input, ...rest } = field.args as { input?: KeyedInput };
  const { idempotencyKey: own, ...content } = input ?? {};
  const key = own ?? context.idempotencyKey;
  if (key === null) return null;
  const path = own == null ? ['idempotency-key'] : ['input', 'idempotencyKey'];
  if (key.length === 0 || key.length > MAX_KEY_LENGTH) {
    throw badValue(
      key.length ? InputProblemCode.TOO_LONG : InputProblemCode.TOO_SHORT,
      `An idempotency key has 1 to ${MAX_KEY_LENGTH} characters; this one has ${key.length}.`,
      path,
    );
  }
  if (context.viewer.businessId === null)
    throw new DomainError(
      ErrorCode.UNAUTHENTICATED,
      'An idempotency key belongs to an API key: send one, or leave the idempotency key out.',
      { path },
    );
  const member = memberOf(context);
  const inputHash = digest(field.name, sorted(content), sorted(rest), ...saltOf(content, key));
  // Many callers share a publishable key, so its keys are scoped by the input, which contains
  // secrets and contact data of the caller.
  const scope = member.role === Role.PUBLIC ? inputHash : null;
  const name = digest(key, own == null ? field.responseKey : null, scope);
  return new KeyedRun(context, { member, name, key, inputHash });
}

interface Keyed {
  readonly member: Member;
  /** The key as stored. */
  readonly name: string;
  readonly key: string;
  readonly inputHash: string;
}

/** Ends a command whose key already has a result. */
class Replayed extends Error {
  constructor(readonly result: unknown) {
    super();
  }
}

/**
 * Runs a command once for each key. The first transaction that the command commits writes the key
 * with the result, so that both exist or neither. A retry returns that result when its transaction
 * finds the key. If the command refuses earlier because of changes by the first run, the key is
 * looked up then.
 */
export class KeyedRun {
  private recorded: { readonly result: unknown } | null = null;
  private readonly db: Database;
  private readonly now: () => number;

  constructor(
    { db, now }: Context,
    private readonly keyed: Keyed,
  ) {
    this.db = db;
    this.now = now;
  }

  private get row(): Pick<IdempotencyKey, 'businessId' | 'actor' | 'key'> {
    const {
      member: { businessId, actor },
      name,
    } = this.keyed;
    return { businessId, actor, key: name };
  }

  /** Returns the database view that the command uses. */
  database(): Database {
    return { ...this.db, transaction: (work) => this.transaction(work) };
  }

  /**
   * Runs a command, or returns the result of the first run.
   * @throws DomainError IDEMPOTENCY_KEY_REUSED if the key was used with another input
   */
  async run<T>(command: () => Promise<T>): Promise<T> {
    try {
      const result = await command();
      if (!this.recorded) return await this.transaction(async () => result);
      if (this.recorded.result !== result)
        throw new Error(
          'A command must return the value that its transaction returned: a retry returns that value.',
        );
      return result;
    } catch (error) {
      if (error instanceof Replayed) return error.result as T;
      const first = await this.find(this.db).catch(() => null);
      if (!first) throw error;
      return this.resultOf(first) as T;
    }
  }

  /** Whether the key exists, regardless of its age. */
  async isUsed(reader: Reader): Promise<boolean> {
    return (
      (await reader.all(sql`SELECT created_at FROM idempotency_key WHERE ${this.condition()}`))
        .length > 0
    );
  }

  /** Whether a run has committed a result that a retry returns. */
  async hasResult(): Promise<boolean> {
    return (await this.find(this.db)) !== null;
  }

  /** Writes a new key with the result, in a statement of a group commit. */
  async add(tx: Tx, result: unknown): Promise<void> {
    const { inputHash } = this.keyed;
    await tx.insert(IdempotencyKey, [
      { ...this.row, inputHash, answer: this.seal(result), createdAt: this.now() },
    ]);
  }

  /** Records that `add` was committed. */
  committed(result: unknown): void {
    this.recorded = { result };
  }

  private async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    if (this.recorded) return this.db.transaction(work);
    const result = await this.db.transaction(async (tx) => {
      await this.claim(tx);
      const made = await work(tx);
      await update(tx, IdempotencyKey, this.row, { answer: this.seal(made) });
      return made;
    });
    this.recorded = { result };
    return result;
  }

  /**
   * The first statement of a transaction. Of two concurrent runs the second waits on the unique
   * key and then finds the result.
   */
  private async claim(tx: Tx): Promise<void> {
    const { businessId, actor, key } = this.row;
    const now = this.now();
    const isAdded = await tx.run(sql`
      INSERT INTO idempotency_key (business_id, actor, ${raw('"key"')}, input_hash, answer, created_at)
      VALUES (${businessId}, ${actor}, ${key}, ${this.keyed.inputHash}, NULL, ${now})
      ON CONFLICT (business_id, actor, ${raw('"key"')}) DO UPDATE
      SET input_hash = excluded.input_hash, answer = NULL, created_at = excluded.created_at
      WHERE idempotency_key.created_at < ${now - KEPT_MS}`);
    if (isAdded) return;
    const first = await findOne(tx, IdempotencyKey, this.row);
    throw new Replayed(this.resultOf(first as IdempotencyKey));
  }

  private async find(reader: Reader): Promise<IdempotencyKey | null> {
    const found = await findOne(reader, IdempotencyKey, this.row);
    return found && found.createdAt >= this.now() - KEPT_MS ? found : null;
  }

  private condition() {
    const { businessId, actor, key } = this.row;
    return sql`business_id = ${businessId} AND actor = ${actor} AND ${raw('"key"')} = ${key}`;
  }

  private get purpose(): string {
    const { businessId, actor, key } = this.row;
    return `idempotency ${businessId} ${actor} ${key}`;
  }

  /** Results contain new secrets and personal data: only the caller's key opens them. */
  private seal(result: unknown): Record<string, unknown> {
    const text = JSON.stringify({ result: encodeResult(result) });
    return { sealed: createEncryption(this.keyed.key).seal(text, this.purpose) };
  }

  private resultOf({ inputHash, answer }: IdempotencyKey): unknown {
    if (inputHash !== this.keyed.inputHash) {
      throw new DomainError(
        ErrorCode.IDEMPOTENCY_KEY_REUSED,
        'This idempotency key was used with another input. Use a new key for a new request.',
      );
    }
    const { sealed } = answer as { sealed: string };
    const { result } = JSON.parse(createEncryption(this.keyed.key).open(sealed, this.purpose)) as {
      result: unknown;
    };
    return decodeResult(result);
  }
}
