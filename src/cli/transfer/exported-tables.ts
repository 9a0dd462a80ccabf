import { getMetadataArgsStorage } from 'typeorm';
import { entities } from '../../data-source';
import { tableOf, type Table } from '../../db/table';

type Entity = new () => object;

/** Tables of the installation or of a process: a copy of the business begins without them. */
const TRANSIENT: ReadonlySet<string> = new Set([
  'id_block',
  'readiness',
  'database_epoch',
  'installation_secret',
  'idempotency_key',
  'public_usage',
  'public_hold',
  'rule_version',
  'job',
  'webhook_delivery',
  'webhook_attempt',
  'message_cursor',
]);

/**
 * Names of columns with hashes, and with sealed or signing values, which are never exported. A
 * pattern, so that a new column of such a name is left out as well.
 */
export const SECRET = /(hash|secret|salt|password|token|sealed)$/i;

/** Exported properties of a table, in the order of its columns. */
export const exportedProperties = ({ columns }: Table<object>): readonly string[] =>
  columns.map(({ property }) => property).filter((property) => !SECRET.test(property));

/** Returns the exported tables: each after the tables to which its foreign keys refer. */
export function exportedTables(): readonly Table<object>[] {
  const { foreignKeys } = getMetadataArgsStorage();
  const parentsOf = (entity: Entity): Entity[] =>
    foreignKeys
      .filter(({ target }) => target === entity)
      .map(({ type }) => (type as () => Entity)());
  const sorted = new Set<Entity>();
  const add = (entity: Entity, trail: readonly Entity[]): void => {
    if (sorted.has(entity) || trail.includes(entity)) return;
    for (const parent of parentsOf(entity)) add(parent, [...trail, entity]);
    sorted.add(entity);
  };
  for (const entity of entities as readonly Entity[]) add(entity, []);
  return [...sorted].map((entity) => tableOf(entity)).filter(({ name }) => !TRANSIENT.has(name));
}
