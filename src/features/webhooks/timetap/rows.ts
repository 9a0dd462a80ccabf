import type { Reader } from '../../../db/database';
import { isOneOf, raw, sql, type Sql } from '../../../db/sql';
import { findOne, tableOf } from '../../../db/table';
import { groupByKey } from '../../../graphql/relations/loader';
import type { TenantRow } from '../../../graphql/relations/rowset';
import { toLocal } from '../../../lib/time-zone';
import { snapshotOf, type Snapshot } from '../../appointments/model/events';
import { periodEnd, periodOf, usedIn } from '../../availability/facts/quota';
import { Business } from '../../businesses/business.entity';
import { Client } from '../../clients/client.entity';
import type { Appointment } from '../../appointments/model/appointment.entity';
import { Coupon } from '../../coupons/coupon.entity';
import { Group } from '../../groups/group.entity';
import { CustomField } from '../../custom-fields/custom-field.entity';
import { reasonIdsOf } from '../../custom-fields/field-reasons';
import { idsOf } from '../../custom-fields/values/read';
import { Location } from '../../locations/location.entity';
import type { LogEvent } from '../../../log/event.entity';
import { Reason } from '../../reasons/reason.entity';
import type { QuotaType } from '../../reasons/reason-enums';
import { addOnIdsOf } from '../../reasons/links/active-links';
import type { ServiceLocation } from '../../reasons/links/service-location.entity';
import { Resource } from '../../resources/resource.entity';
import { Staff } from '../../staff/staff.entity';

type ById<T> = ReadonlyMap<number, T>;

/** The rows that the appointments of a page of events lead to, by id, as they are now. */
export interface Rows {
  readonly business: Business;
  readonly reasons: ById<Reason>;
  readonly clients: ById<Client>;
  readonly staff: ById<Staff>;
  readonly locations: ById<Location>;
  readonly resources: ById<Resource>;
  readonly coupons: ById<Coupon>;
  readonly groups: ById<Group>;
  readonly fields: ById<CustomField>;
  /** Reasons for which a field that filters by reason is shown. */
  readonly reasonIdsOfFields: ById<readonly number[]>;
  readonly serviceLocations: ById<readonly ServiceLocation[]>;
  readonly addOnIds: ById<readonly number[]>;
  /** Appointments that count towards the quota of a reason in the current period. */
  readonly quotaUsed: ById<number>;
  /** Clients whom a client may view. */
  readonly viewableClientIds: ById<readonly number[]>;
  /** Appointments of a client that are PENDING or OPEN. */
  readonly activeCounts: ById<number>;
  /** The waitlist entry that an appointment was booked from. */
  readonly waitlistEntryIds: ById<number>;
}

const unique = (ids: readonly (number | null)[]): number[] => [
  ...new Set(ids.filter((id) => id !== null)),
];

async function byId<E extends TenantRow>(
  reader: Reader,
  entity: new () => E,
  businessId: number,
  ids: readonly (number | null)[],
): Promise<ById<E>> {
  const table = tableOf(entity);
  const distinctIds = unique(ids);
  if (!distinctIds.length) return new Map();
  const rows = await reader.all(sql`
    SELECT ${table.select('a')} FROM ${raw(`"${table.name}" AS "a"`)}
    WHERE ${table.column('a', 'businessId')} = ${businessId}
      AND ${isOneOf(table.column('a', 'rowId'), distinctIds)}`);
  return new Map(rows.map((row) => table.hydrate(row)).map((row) => [row.rowId, row]));
}

/** Runs a statement that yields one `value` for a `key`; none for no keys. */
async function values(
  reader: Reader,
  keys: readonly number[],
  query: () => Sql,
): Promise<{ key: number; value: number }[]> {
  if (!keys.length) return [];
  const rows = await reader.all<{ key: number; value: number }>(query());
  return rows.map(({ key, value }) => ({ key, value: Number(value) }));
}

const oneEach = (rows: readonly { key: number; value: number }[]): ById<number> =>
  new Map(rows.map(({ key, value }) => [key, value]));

/**
 * Reads the rows that the events need. At most 15 statements, independent of the number of events.
 */
export async function rowsOf(
  reader: Reader,
  businessId: number,
  events: readonly LogEvent[],
  now: number,
): Promise<Rows> {
  const snapshots = events.map(snapshotOf);
  const appointments = snapshots.map(({ appointment }) => appointment);
  const business = (await findOne(reader, Business, { rowId: businessId })) as Business;
  const clients = await byId(
    reader,
    Client,
    businessId,
    appointments.map((row) => row.clientId),
  );
  const clientIds = [...clients.keys()];
  const fieldIds = [...appointments, ...clients.values()].flatMap((row) => idsOf(row.fieldValues));
  const fields = await byId(reader, CustomField, businessId, fieldIds);
  const filtered = [...fields.values()].filter((field) => field.filterByService);
  const staff = await byId(reader, Staff, businessId, snapshots.flatMap(staffIdsOf));
  return {
    business,
    clients,
    fields,
    staff,
    reasonIdsOfFields: filtered.length
      ? await reasonIdsOf(
          reader,
          businessId,
          filtered.map(({ rowId }) => rowId),
        )
      : new Map(),
    ...(await reasonsOf(reader, business, snapshots, now)),
    locations: await byId(
      reader,
      Location,
      businessId,
      appointments.map((row) => row.locationId),
    ),
    resources: await byId(
      reader,
      Resource,
      businessId,
      snapshots.flatMap(({ resources }) => resources.map(({ resourceId }) => resourceId)),
    ),
    ...(await namedIn(reader, businessId, appointments)),
    viewableClientIds: await viewableClientIdsOf(reader, businessId, clientIds),
    activeCounts: oneEach(
      await values(
        reader,
        clientIds,
        () => sql`
      SELECT client_id AS key, count(*) AS value FROM appointment
      WHERE business_id = ${businessId} AND ${isOneOf(raw('client_id'), clientIds)}
        AND status IN ('PENDING', 'OPEN') AND (hold_expires_at IS NULL OR hold_expires_at > ${now})
      GROUP BY client_id`,
      ),
    ),
    waitlistEntryIds: await waitlistEntryIdsOf(reader, businessId, snapshots),
  };
}

const staffIdsOf = ({
  appointment,
  additionalStaffIds,
  blockedStaffIds = [],
}: Snapshot): (number | null)[] => [
  appointment.staffId,
  appointment.coordinatorStaffId,
  ...additionalStaffIds,
  ...blockedStaffIds,
];

type RowsOfReasons = Pick<Rows, 'reasons' | 'serviceLocations' | 'addOnIds' | 'quotaUsed'>;

async function reasonsOf(
  reader: Reader,
  { rowId: businessId, timeZoneCode }: Business,
  snapshots: readonly Snapshot[],
  now: number,
): Promise<RowsOfReasons> {
  const reasonIds = snapshots.flatMap(({ appointment, addOnReasonIds }) => [
    appointment.reasonId,
    ...addOnReasonIds,
  ]);
  const reasons = await byId(reader, Reason, businessId, reasonIds);
  const ids = [...reasons.keys()];
  const today = toLocal(now, timeZoneCode).date;
  const spans = [...reasons.values()]
    .filter(({ quota }) => quota !== null)
    .map((reason) => {
      const from = periodOf(reason.quotaType as QuotaType, today);
      return { reason, from, to: periodEnd(reason.quotaType as QuotaType, from) };
    });
  const used = spans.length ? await usedIn(reader, businessId, spans, { now }) : null;
  return {
    reasons,
    serviceLocations: await serviceLocationsOf(reader, businessId, ids),
    addOnIds: ids.length ? await addOnIdsOf(reader, businessId, ids) : new Map(),
    quotaUsed: new Map(
      spans.map(({ reason: { rowId }, from }) => [rowId, used?.get(rowId)?.get(from) ?? 0]),
    ),
  };
}

async function serviceLocationsOf(
  reader: Reader,
  businessId: number,
  reasonIds: readonly number[],
): Promise<ById<readonly ServiceLocation[]>> {
  if (!reasonIds.length) return new Map();
  const rows = await reader.all<ServiceLocation>(sql`
    SELECT business_id AS "businessId", reason_id AS "reasonId", location_id AS "locationId", active
    FROM service_location
    WHERE business_id = ${businessId} AND ${isOneOf(raw('reason_id'), reasonIds)}
    ORDER BY reason_id, location_id`);
  const groups = groupByKey(reasonIds, rows, ({ reasonId }) => reasonId);
  return new Map(groups.map((group, index) => [reasonIds[index] as number, group]));
}

async function viewableClientIdsOf(
  reader: Reader,
  businessId: number,
  clientIds: readonly number[],
): Promise<ById<readonly number[]>> {
  const rows = await values(
    reader,
    clientIds,
    () => sql`
    SELECT client_id AS key, viewable_client_id AS value FROM client_view
    WHERE business_id = ${businessId} AND ${isOneOf(raw('client_id'), clientIds)}
    ORDER BY client_id, viewable_client_id`,
  );
  const groups = groupByKey(clientIds, rows, ({ key }) => key);
  return new Map(
    groups.map((group, index) => [clientIds[index] as number, group.map(({ value }) => value)]),
  );
}

/** BOOKED entries only: an invitation holds a time, and nothing is booked from it yet. */
async function waitlistEntryIdsOf(
  reader: Reader,
  businessId: number,
  snapshots: readonly Snapshot[],
): Promise<ById<number>> {
  const ids = unique(snapshots.map(({ appointment }) => appointment.rowId));
  return oneEach(
    await values(
      reader,
      ids,
      () => sql`
    SELECT appointment_id AS key, id AS value FROM waitlist_entry
    WHERE business_id = ${businessId} AND ${isOneOf(raw('appointment_id'), ids)}
      AND status = 'BOOKED'`,
    ),
  );
}

/** Reads the coupons and the groups that appointments name. */
const namedIn = async (
  reader: Reader,
  businessId: number,
  appointments: readonly Appointment[],
): Promise<Pick<Rows, 'coupons' | 'groups'>> => ({
  coupons: await byId(
    reader,
    Coupon,
    businessId,
    appointments.map((row) => row.couponId),
  ),
  groups: await byId(
    reader,
    Group,
    businessId,
    appointments.flatMap((row) => [
      row.locationGroupId,
      row.locationSuperGroupId,
      row.reasonGroupId,
    ]),
  ),
});
