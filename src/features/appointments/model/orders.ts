import { Role } from '../../../context';
import { byDialect, raw, sql, type Sql } from '../../../db/sql';
import {
  absence,
  textKey,
  type BoundedSort,
  type OrderKey,
} from '../../../graphql/relations/list-order';
import { addDays } from '../../../lib/time-zone';
import type { AppointmentFilter } from './filter';

/** Maximum number of days of a window in which any order may sort: a month in whole weeks. */
const SORTED_DAYS = 42;

const column = (alias: string, name: string): Sql => raw(`"${alias}"."${name}"`);

/** The full name of the row of another table that a column names. */
const nameOf =
  (table: 'client' | 'staff', key: string) =>
  (alias: string): Sql =>
    sql`(SELECT named.full_name FROM ${raw(table)} AS named
      WHERE named.business_id = ${column(alias, 'business_id')} AND named.id = ${column(alias, key)})`;

const price = (alias: string): Sql => column(alias, 'price');

/** A key is not null, so that a missing price is 0 after all others. */
const given = (alias: string): Sql => sql`COALESCE(${price(alias)}, '0')`;

/** Units and ten-thousandths, signed: exact on both databases, and exact numbers in cursors. */
const PRICE_PARTS: readonly OrderKey[] = [
  {
    kind: 'number',
    limit: 10 ** 12,
    of: (alias) =>
      byDialect({
        postgres: sql`CAST(trunc(CAST(${given(alias)} AS numeric)) AS bigint)`,
        // The cast reads the digits before the point.
        sqlite: sql`CAST(${given(alias)} AS INTEGER)`,
      }),
  },
  {
    kind: 'number',
    limit: 10 ** 4,
    of: (alias) =>
      byDialect({
        postgres: sql`CAST(CAST(${given(alias)} AS numeric) % 1 * 10000 AS integer)`,
        // The sign has its own term, since the digits after the point have none.
        sqlite: sql`(CASE WHEN ${price(alias)} LIKE '-%' THEN -1 ELSE 1 END * CAST(substr(
          replace(substr(${given(alias)}, instr(${given(alias)} || '.', '.')), '.', '') || '0000', 1, 4)
          AS INTEGER))`,
      }),
  },
];

const client = nameOf('client', 'client_id');

export const APPOINTMENT_ORDERS = {
  START: ['startAt'],
  CREATED_AT: ['createdAt'],
  MODIFIED_AT: ['modifiedAt'],
  STATUS: ['status'],
  CLIENT_NAME: [absence(client), textKey(client)],
  STAFF_NAME: [textKey(nameOf('staff', 'staff_id'))],
  PRICE: [absence(price), ...PRICE_PARTS],
} as const;

const isShort = ({ from, to }: Partial<AppointmentFilter>): boolean =>
  from != null && to != null && to < addDays(from, SORTED_DAYS);

/** Filters that an index answers with few rows. */
const FEW = [
  'ids',
  'clientIds',
  'classScheduleIds',
  'recurringAppointmentIds',
  'externalEventIds',
  'batchIds',
] as const;

export const boundedSort: BoundedSort<AppointmentFilter> = {
  indexed: [['START'], ['CREATED_AT'], ['MODIFIED_AT'], ['STATUS', 'START']],
  distinct: ['START', 'CREATED_AT', 'MODIFIED_AT'],
  bounds: (filter, { role }) =>
    role === Role.CLIENT ||
    role === Role.GUEST ||
    isShort(filter) ||
    FEW.some((name) => filter[name] != null) ||
    Boolean(filter.onlyHolds),
  remedy: `with from and to within ${SORTED_DAYS} days, onlyHolds, or one of ${FEW.join(', ')}.`,
};
