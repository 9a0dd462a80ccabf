import { isStaffSide, type Member } from '../../../context';
import { and, isOneOf, raw, sql, type Sql } from '../../../db/sql';
import { containsWords } from '../../../db/search';
import { withinRange } from '../../../graphql/inputs/instant-range';
import { isAmong } from '../../../graphql/relations/branches';
import { clients } from '../../clients/client.list';
import type { Appointment } from './appointment.entity';
import type { AppointmentFilter } from './filter';

type Column = (property: keyof Appointment & string) => Sql;

/** States that the column is not null, as the partial index on it does. */
const isGiven = (column: Sql, values: readonly string[]): Sql =>
  sql`${column} IS NOT NULL AND ${isOneOf(column, values)}`;

/** Condition for appointments of clients whose text, as the viewer may read it, has all words. */
function ofClients(words: readonly Sql[], column: Column, { businessId }: Member): Sql {
  const found = sql`SELECT found.id FROM ${clients.from('found')}
    WHERE found.business_id = ${businessId} AND ${and(words)}`;
  return isAmong(column('clientId'), found);
}

/** Whether the index of a lookup finds its rows, in another order than that of the list. */
export const isLookup = (
  { externalEventIds, batchIds, createdBetween, modifiedBetween }: Partial<AppointmentFilter>,
  order: string,
): boolean =>
  [externalEventIds, batchIds].some((given) => given != null) ||
  (modifiedBetween != null && order !== 'MODIFIED_AT') ||
  (createdBetween != null && order !== 'CREATED_AT');

/** The conditions of a filter on the caller's own ids, on instants and on text. */
export function lookupConditions(
  filter: Partial<AppointmentFilter>,
  column: Column,
  member: Member,
): Sql[] {
  const { externalEventIds, batchIds, createdBetween, modifiedBetween, search } = filter;
  const conditions: Sql[] = [];
  if (externalEventIds) conditions.push(isGiven(column('externalEventId'), externalEventIds));
  if (batchIds) conditions.push(isGiven(column('batchId'), batchIds));
  if (createdBetween) conditions.push(...withinRange(column('createdAt'), createdBetween));
  if (modifiedBetween) conditions.push(...withinRange(column('modifiedAt'), modifiedBetween));
  const text = isStaffSide(member) ? raw('found.search_text') : raw('lower(found.full_name)');
  const words = search ? containsWords(text, search) : [];
  if (words.length) conditions.push(ofClients(words, column, member));
  if (filter.onlyHolds)
    conditions.push(
      sql`${column('holdExpiresAt')} IS NOT NULL AND ${column('status')} = 'PENDING'`,
    );
  // Literal text, because SQLite uses a partial index only if the statement has its condition.
  if (filter.onlyUnconfirmed)
    conditions.push(sql`${column('subStatusCode')} = 'PENDING_CONFIRMATION'`);
  return conditions;
}
