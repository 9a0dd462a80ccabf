import { memberOf, type Context } from '../../context';
import type { Reader } from '../../db/database';
import { isOneOf, raw, sql, type Sql } from '../../db/sql';
import { tableOf } from '../../db/table';
import { defineLoader, groupByKey } from '../../graphql/relations/loader';
import { ResourceNeedOption } from './resource.entity';

/** Loads the options of each reason's needs, in their order. */
export const needOptionsByReasonId = defineLoader(
  async (context: Context, ids: readonly number[]) => {
    const table = tableOf(ResourceNeedOption);
    const rows = await context.db.all(sql`
    SELECT ${table.select('o')} FROM ${raw('resource_need_option AS o')}
    WHERE o.business_id = ${memberOf(context).businessId} AND ${isOneOf(raw('o.reason_id'), ids)} ORDER BY o.reason_id, o.need, o.choice`);
    return groupByKey(
      ids,
      rows.map((row) => table.hydrate(row)),
      (row) => row.reasonId,
    );
  },
);

/** Units of one resource that a booking takes. */
export interface TakenResource {
  readonly resourceId: number;
  readonly subjectId: number;
  readonly locationId: number;
  readonly quantity: number;
  readonly units: number;
}

/** One way to meet a need: all units that it takes, at one location. */
interface UsableOption {
  readonly bundleId: number | null;
  readonly locationId: number;
  readonly takes: readonly TakenResource[];
}

/** The first free option meets the need. A need without options cannot be met. */
export type UsableNeed = readonly UsableOption[];

interface Row extends TakenResource {
  reasonId: number;
  need: number;
  choice: number;
  bundleId: number | null;
  usable: boolean | number;
}

/**
 * Returns the needs of these reasons, for the engine, in one statement. Options with an inactive
 * part are excluded; their needs are not.
 */
export async function resourceNeedsOf(
  reader: Reader,
  businessId: number,
  reasonIds: readonly number[],
): Promise<ReadonlyMap<number, readonly UsableNeed[]>> {
  const rows = await reader.all<Row>(sql`
    SELECT o.reason_id AS "reasonId", o.need, o.choice, o.bundle_id AS "bundleId", r.id AS "resourceId", r.subject_id AS "subjectId",
           r.location_id AS "locationId", r.quantity, o.units * coalesce(i.units, 1) AS units, r.active AND coalesce(b.active, r.active) AS usable
    FROM ${raw('resource_need_option AS o')}
    LEFT JOIN ${raw('resource_bundle AS b')} ON b.business_id = o.business_id AND b.id = o.bundle_id
    LEFT JOIN ${raw('resource_bundle_item AS i')} ON i.business_id = o.business_id AND i.bundle_id = o.bundle_id
    JOIN ${raw('resource AS r')} ON r.business_id = o.business_id AND r.id = coalesce(o.resource_id, i.resource_id)
    WHERE o.business_id = ${businessId} AND ${isOneOf(raw('o.reason_id'), reasonIds)} ORDER BY o.reason_id, o.need, o.choice, r.id`);
  const needs = new Map<number, Row[][][]>(reasonIds.map((id) => [id, []]));
  for (const row of rows)
    (((needs.get(row.reasonId) as Row[][][])[row.need] ??= [])[row.choice] ??= []).push(row);
  return new Map(
    [...needs].map(([reasonId, ofReason]) => [
      reasonId,
      ofReason.map((options) =>
        options.filter((taken) => taken.every(({ usable }) => usable)).map(toOption),
      ),
    ]),
  );
}

const toOption = (rows: readonly Row[]): UsableOption => {
  const [{ bundleId, locationId }] = rows as [Row];
  return {
    bundleId,
    locationId,
    takes: rows.map(({ resourceId, subjectId, locationId, quantity, units }) => ({
      resourceId,
      subjectId,
      locationId,
      quantity,
      units,
    })),
  };
};

/**
 * Returns one unit of each of these resources, for bookings that name them. Excludes inactive
 * resources.
 */
export async function resourcesByIds(
  reader: Reader,
  businessId: number,
  ids: readonly number[],
): Promise<readonly TakenResource[]> {
  if (!ids.length) return [];
  return reader.all<TakenResource>(sql`
    SELECT id AS "resourceId", subject_id AS "subjectId", location_id AS "locationId", quantity, 1 AS units FROM resource
    WHERE business_id = ${businessId} AND ${isOneOf(raw('id'), ids)} AND active = ${true} ORDER BY id`);
}

/**
 * Selects the subjects of resources that a booking for a reason may take: those of its needs and
 * those that the caller names.
 */
export const subjectsOfResources = (
  businessId: number,
  reasonId: number,
  requestedIds: readonly number[],
): Sql => {
  const needed = sql`
    SELECT r.subject_id FROM ${raw('resource_need_option AS o')}
    LEFT JOIN ${raw('resource_bundle_item AS i')} ON i.business_id = o.business_id AND i.bundle_id = o.bundle_id
    JOIN ${raw('resource AS r')} ON r.business_id = o.business_id AND r.id = coalesce(o.resource_id, i.resource_id)
    WHERE o.business_id = ${businessId} AND o.reason_id = ${reasonId}`;
  return requestedIds.length
    ? sql`${needed} UNION ALL SELECT subject_id FROM resource WHERE business_id = ${businessId} AND ${isOneOf(raw('id'), requestedIds)}`
    : needed;
};
