import { at, DomainError, ErrorCode, versionConflict } from '../errors';
import type { Tx } from './database';
import { raw, sql } from './sql';
import { find, insertionOf, matches, remove, setsOf, tableOf } from './table';

/** The version of a row that a caller has read. Null or undefined for any version. */
export interface ExpectedVersion {
  readonly expectedVersion?: number | null;
}

/** The columns to change, and the version that the caller has read. */
interface VersionedChange<E> extends ExpectedVersion {
  readonly changes: Partial<E>;
  /** The column of the version, if a table has more than one. Defaults to `version`. */
  readonly column?: keyof E & string;
}

/**
 * Changes the row with this key and increments its version in one statement, which also compares
 * the version: of two concurrent changes of one version, only one succeeds. Returns the new
 * version.
 * @throws DomainError VERSION_CONFLICT, NOT_FOUND
 */
export async function updateVersion<E extends object>(
  tx: Tx,
  entity: new () => E,
  key: Partial<E>,
  change: VersionedChange<NoInfer<E>>,
): Promise<number> {
  const { changes, expectedVersion, column = 'version' as keyof E & string } = change;
  const { name, byProperty } = tableOf(entity);
  const version = raw(`"${byProperty.get(column)?.name}"`);
  const sets = setsOf(entity, { ...changes, [column]: sql`${version} + 1` } as Partial<E>);
  const [row] = await tx.all<{ version: number }>(
    sql`UPDATE ${raw(`"${name}"`)} SET ${sets} WHERE ${matches(entity, name, atVersion(key, column, expectedVersion))} RETURNING ${version} AS version`,
  );
  return row ? row.version : refuse(tx, entity, key, { expectedVersion, column });
}

/** Deletes the row with this key. @throws DomainError VERSION_CONFLICT, NOT_FOUND */
export async function removeVersion<E extends { version: number }>(
  tx: Tx,
  entity: new () => E,
  key: Partial<E>,
  { expectedVersion }: ExpectedVersion,
): Promise<void> {
  const column = 'version' as keyof E & string;
  if (!(await remove(tx, entity, atVersion(key, column, expectedVersion))))
    await refuse(tx, entity, key, { expectedVersion, column });
}

interface SavedRow<E> extends ExpectedVersion {
  readonly row: E;
  /** The columns to change if the row exists. */
  readonly changes: Partial<E>;
}

/**
 * Inserts the row, or changes the one with this key. A caller that has read no row expects version
 * 0. Returns the new version.
 * @throws DomainError VERSION_CONFLICT
 */
export async function saveVersion<E extends { version: number }>(
  tx: Tx,
  entity: new () => E,
  key: Partial<E>,
  { row, ...change }: SavedRow<NoInfer<E>>,
): Promise<number> {
  const isNew = await tx.run(sql`${insertionOf(entity, [row])} ON CONFLICT DO NOTHING`);
  if (!isNew) return updateVersion(tx, entity, key, change);
  if (change.expectedVersion) throw versionConflict({ version: 0 }, change.expectedVersion);
  return row.version;
}

const atVersion = <E>(
  key: Partial<E>,
  column: keyof E & string,
  expectedVersion: number | null | undefined,
): Partial<E> => (expectedVersion == null ? key : { ...key, [column]: expectedVersion });

/** Explains why no row had the key and the version. */
async function refuse<E extends object>(
  tx: Tx,
  entity: new () => E,
  key: Partial<E>,
  { expectedVersion, column }: ExpectedVersion & { readonly column: keyof E & string },
): Promise<never> {
  const [current] = await find(tx, entity, key, 1);
  if (!current || expectedVersion == null)
    throw new DomainError(
      ErrorCode.NOT_FOUND,
      `The ${entity.name} was deleted by another request.`,
      { path: at('id') },
    );
  const { id } = current as { readonly id?: string };
  // Another column counts the changes of a part of the row, which is no object of its own.
  const ownId = column === 'version' ? id : null;
  throw versionConflict({ id: ownId, version: current[column] as number }, expectedVersion);
}
