import { Role } from '../../../context';
import { FALSE, isOneOf, sql, TRUE } from '../../../db/sql';
import { parseGlobalIds } from '../../../graphql/global-id';
import { defineList } from '../../../graphql/relations/list';
import { OrderDirection } from '../../../graphql/connection';
import { defineRepository } from '../../../graphql/relations/repository';
import { WaitlistEntry } from './waitlist-entry.entity';
import type { WaitlistFilter } from './waitlist.filter';
import { WaitlistStatus } from './status';

/**
 * Entries visible to a viewer: a staff user those of reasons they serve, a client its own and those
 * of clients it may book for.
 */
export const waitlistEntries = defineRepository(WaitlistEntry, (viewer, column) => {
  switch (viewer.role) {
    case Role.ADMINISTRATOR:
      return TRUE;
    case Role.LOCATION_SUPER_USER:
      return isOneOf(column('locationId'), viewer.locationIds);
    case Role.STAFF_USER:
      return viewer.staffId === null
        ? FALSE
        : sql`EXISTS (
      SELECT 1 FROM service_staff AS s WHERE s.business_id = ${column('businessId')} AND s.reason_id = ${column('reasonId')} AND s.active = ${true} AND s.staff_id = ${viewer.staffId})`;
    case Role.CLIENT:
      return isOneOf(column('clientId'), viewer.clientIds);
    case Role.GUEST:
    case Role.PUBLIC:
      return FALSE;
  }
});

const IDS = {
  ids: ['WaitlistEntry', 'rowId'],
  clientIds: ['Client', 'clientId'],
  classScheduleIds: ['ClassSchedule', 'classScheduleId'],
  locationIds: ['Location', 'locationId'],
  reasonIds: ['Reason', 'reasonId'],
} as const;

export const waitlistEntryList = defineList<WaitlistEntry, WaitlistFilter>({
  source: waitlistEntries,
  orders: { CREATED_AT: ['createdAt'], MODIFIED_AT: ['modifiedAt'] },
  defaultOrder: { field: 'CREATED_AT', direction: OrderDirection.ASC },
  filter: (conditions, column) => [
    isOneOf(
      column('status'),
      conditions.statuses ?? [WaitlistStatus.WAITING, WaitlistStatus.INVITED],
    ),
    ...(Object.entries(IDS) as [keyof typeof IDS, (typeof IDS)[keyof typeof IDS]][]).flatMap(
      ([name, [type, property]]) => {
        const ids = conditions[name];
        return ids ? [isOneOf(column(property), parseGlobalIds(type, ids, ['filter', name]))] : [];
      },
    ),
  ],
});
