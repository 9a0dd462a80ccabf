import { Role, type Viewer } from '../../context';
import { DomainError, ErrorCode } from '../../errors';
import { anyGlobalId } from '../../graphql/global-id';
import type { CalendarFeed } from './calendar-feed.entity';

/** Which column of a feed names an owner of each type. */
const COLUMNS = { Staff: 'staffId', Location: 'locationId', Client: 'clientId' } as const;
export type FeedOwnerType = keyof typeof COLUMNS;

export interface FeedOwner {
  readonly type: FeedOwnerType;
  readonly id: number;
}

export const columnOf = (type: FeedOwnerType) => COLUMNS[type];

/** The three columns: one names the owner. */
export const ownerColumns = ({
  type,
  id,
}: FeedOwner): Pick<CalendarFeed, 'staffId' | 'locationId' | 'clientId'> => ({
  staffId: null,
  locationId: null,
  clientId: null,
  [COLUMNS[type]]: id,
});

/** @throws DomainError BAD_USER_INPUT for the id of anything that has no feed. */
export function parseFeedOwner(id: string, path: readonly string[]): FeedOwner {
  const parsed = anyGlobalId(id, path);
  if (!(parsed.type in COLUMNS))
    throw new DomainError(
      ErrorCode.BAD_USER_INPUT,
      'Feeds are of a Staff, a Location or a Client: give the id of one.',
      { path },
    );
  return parsed as FeedOwner;
}

const isSelf = ({ role, staffId, clientId }: Viewer, { type, id }: FeedOwner): boolean =>
  (role === Role.STAFF_USER && type === 'Staff' && id === staffId) ||
  (role === Role.CLIENT && type === 'Client' && id === clientId);

/** Administrators make and end all feeds, location super users those of their locations, everybody their own. */
export function mayManageFeed(viewer: Viewer, owner: FeedOwner): boolean {
  if (viewer.role === Role.LOCATION_SUPER_USER)
    return owner.type === 'Location' && viewer.locationIds.includes(owner.id);
  return viewer.role === Role.ADMINISTRATOR || isSelf(viewer, owner);
}

/** What a location's feed tells is for everybody; of a person's only they and administrators learn the address. */
export const maySeeFeed = (viewer: Viewer, owner: FeedOwner): boolean =>
  owner.type === 'Location' || mayManageFeed(viewer, owner);
