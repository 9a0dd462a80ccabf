import type { Tx } from '../db/database';
import { newRow } from '../db/new-row';
import { insert } from '../db/table';
import {
  Group,
  GroupGroup,
  GroupLocation,
  GroupReason,
  GroupStaff,
  GroupType,
} from '../features/groups/group.entity';
import { ReasonType } from '../features/reasons/reason-enums';
import type { House } from './house';

const NAMES = [
  ['All locations', GroupType.LOCATION],
  ['Region', GroupType.SUPER],
  ['Appointments', GroupType.REASON],
  ['Team', GroupType.STAFF],
] as const;

export const GROUPS = NAMES.length;

/** Adds a group of each type: of all locations, of services and of all staff. */
export async function addGroups(tx: Tx, house: House, groupIds: readonly number[]): Promise<void> {
  const { business, locations, reasons, staff, now } = house;
  const businessId = business.rowId;
  const [places, region, services, team] = groupIds as [number, number, number, number];
  await insert(
    tx,
    Group,
    ...NAMES.map(([name, groupType], index) =>
      newRow(Group, {
        businessId,
        rowId: groupIds[index] as number,
        version: 1,
        name,
        groupType,
        deleted: false,
        createdAt: now,
        modifiedAt: now,
      }),
    ),
  );
  await insert(
    tx,
    GroupLocation,
    ...locations.map(({ rowId }) => ({ businessId, groupId: places, locationId: rowId })),
  );
  await insert(tx, GroupGroup, { businessId, groupId: region, memberId: places });
  await insert(
    tx,
    GroupReason,
    ...reasons
      .filter(({ reasonType }) => reasonType === ReasonType.SERVICE)
      .map(({ rowId }) => ({ businessId, groupId: services, reasonId: rowId })),
  );
  await insert(
    tx,
    GroupStaff,
    ...staff.map(({ rowId }) => ({ businessId, groupId: team, staffId: rowId })),
  );
}
