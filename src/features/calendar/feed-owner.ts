import { Role, type Viewer } from '../../context';
import { badValue, InputProblemCode } from '../../errors';
import { anyGlobalId } from '../../graphql/global-id';
import type { CalendarFeed } from './calendar-feed.entity';

/** Column of the owner id for each type of owner. */
const COLUMNS = { Staff: 'staffId', Location: 'locationId', Client: 'clientId' } as const;
export type FeedOwnerType = keyof typeof COLUMNS;

export interface FeedOwner {
  readonly type: FeedOwnerType;
  readonly id: number;
}

export const columnOf = (type: FeedOwnerType) => COLUMNS[type];

/** Returns the three owner columns, of which one is not null. */
export const ownerColumns = ({
  type,
  id,
}: FeedOwner): Pick<CalendarFeed, 'staffId' | 'locationId' | 'clientId'> => ({
  staffId: null,
  locationId: null,
  clientId: null,
  [COLUMNS[type]]: id,
});

/** @throws DomainError BAD_USER_INPUT for the id of a type without feeds. */
export function parseFeedOwner(id: string, path: readonly string[]): FeedOwner {
  const parsed = anyGlobalId(id, path);
  if (!(parsed.type in COLUMNS))
    throw badValue(
      InputProblemCode.NOT_ALLOWED,
      'Give the id of a Staff, a Location or a Client: other types have no feed.',
      path,
    );
  return parsed as FeedOwner;
}

const isSelf = ({ role, staffId, clientId }: Viewer, { type, id }: FeedOwner): boolean =>
  (role === Role.STAFF_USER && type === 'Staff' && id === staffId) ||
  (role === Role.CLIENT && type === 'Client' && id === clientId);

/**
 * Administrators manage all feeds, location super users those of their locations, staff users and
 * clients their own.
 */
export function mayManageFeed(viewer: Viewer, owner: FeedOwner): boolean {
  if (viewer.role === Role.LOCATION_SUPER_USER)
    return owner.type === 'Location' && viewer.locationIds.includes(owner.id);
  return viewer.role === Role.ADMINISTRATOR || isSelf(viewer, owner);
}

/**
 * The feed of a location is public. The address of a personal feed is visible to its owner and to
 * administrators.
 */
export const maySeeFeed = (viewer: Viewer, owner: FeedOwner): boolean =>
  owner.type === 'Location' || mayManageFeed(viewer, owner);
