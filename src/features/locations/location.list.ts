import { isStaffSide, memberOf, Role, type Context, type Member } from '../../context';
import { BusinessRule } from '../../business-rule';
import { violated } from '../../errors';
import { isOneOf, or, sql, TRUE, type Sql } from '../../db/sql';
import { parseGlobalIds } from '../../graphql/global-id';
import { containsWords } from '../../db/search';
import { findOne } from '../../db/table';
import { defineList } from '../../graphql/relations/list';
import { defineLoader } from '../../graphql/relations/loader';
import { OrderDirection } from '../../graphql/connection';
import { defineRepository } from '../../graphql/relations/repository';
import { whereInGroups } from '../memberships/member-ids';
import { Location } from './location.entity';
import type { LocationFilter } from './location.inputs';

function visibleTo(viewer: Member, column: (property: keyof Location & string) => Sql): Sql {
  const isActive = sql`${column('active')} = ${true}`;
  if (viewer.role === Role.LOCATION_SUPER_USER)
    return or([isActive, isOneOf(column('rowId'), viewer.locationIds)]);
  return isStaffSide(viewer) ? TRUE : isActive;
}

/**
 * Locations. Administrators and staff users see all of their business, other viewers active ones,
 * and a location super user its own in any state.
 */
export const locations = defineRepository(Location, visibleTo, {
  summary: [
    'version',
    'locationId',
    'locationName',
    'business',
    'locationType',
    'address',
    'phone',
    'timeZone',
    'primary',
    'active',
    'deleted',
    'bookingTimerMinutes',
    'roundRobin',
    'createdAt',
    'modifiedAt',
  ],
});

export const locationList = defineList<Location, LocationFilter>({
  source: locations,
  orders: { NAME: ['locationName'], CREATED_AT: ['createdAt'], MODIFIED_AT: ['modifiedAt'] },
  defaultOrder: { field: 'NAME', direction: OrderDirection.ASC },
  filter: (filter, column, _alias, { businessId }) => {
    const { ids, active, types, search, includeDeleted } = filter;
    return [
      ...whereInGroups(filter, 'locationGroupIds', businessId, column('rowId')),
      ...(includeDeleted ? [] : [sql`${column('deleted')} = ${false}`]),
      ...(ids
        ? [isOneOf(column('rowId'), parseGlobalIds('Location', ids, ['filter', 'ids']))]
        : []),
      ...(types ? [isOneOf(column('locationType'), types)] : []),
      ...(active == null ? [] : [sql`${column('active')} = ${active}`]),
      ...(search ? containsWords(sql`lower(${column('locationName')})`, search) : []),
    ];
  },
});

const primaryId = defineLoader(async (context: Context, businessIds: readonly number[]) =>
  Promise.all(
    businessIds.map(
      async (businessId) =>
        (await findOne(context.db, Location, { businessId, primary: true }))?.rowId ?? null,
    ),
  ),
);

/** @throws DomainError RULE_VIOLATED for a business without locations. */
export async function primaryLocationOf(context: Context): Promise<Location> {
  const id = await primaryId(context).load(memberOf(context).businessId);
  const primary = id === null ? null : await locations.findById(context, id);
  if (primary) return primary;
  throw violated(
    BusinessRule.NO_LOCATION,
    'This business has no location. Create one first.',
    'locationId',
  );
}
