import { newRow } from '../../db/new-row';
import { Role, requireRole, type Context, type WriteUnit } from '../../context';
import { BusinessRule } from '../../business-rule';
import { violated } from '../../errors';
import { toAddress } from '../../graphql/inputs/address';
import { changesOf, refuseNull } from '../../lib/patch';
import { findOne, insert } from '../../db/table';
import { updateVersion } from '../../db/versions';
import { parseGlobalId } from '../../graphql/global-id';
import type { TenantRow } from '../../graphql/relations/rowset';
import { toE164 } from '../../graphql/inputs/text-validators';
import { canonicalTimeZone } from '../../lib/time-zone';
import { businessOf } from '../businesses/business.list';
import { lockBusiness } from '../businesses/lock-business';
import { appendRowChange } from '../../log/row-changes';
import { refuseDeleted, updateUndeleted } from '../../log/soft-deletion';
import { Location } from './location.entity';
import type { CreateLocationInput, UpdateLocationInput } from './location.inputs';
import { locations } from './location.list';
import { RoundRobin } from './round-robin';

/** Creates a location. Exactly one location of a business is primary, initially the first. */
export async function create(context: Context, input: CreateLocationInput): Promise<Location> {
  const member = requireRole(context, Role.ADMINISTRATOR);
  const { businessId } = member;
  const { country } = await businessOf(context);
  const now = context.now();
  const location = newRow(Location, {
    businessId,
    rowId: await context.ids.next('location'),
    version: 1,
    locationName: input.locationName,
    locationType: input.locationType,
    timeZoneCode: canonicalTimeZone(input.timeZone) as string,
    primary: input.primary,
    active: true,
    deleted: false,
    address: toAddress(input.address),
    phone: toE164(input.phone, country),
    bookingTimerMinutes: input.bookingTimerMinutes ?? 10,
    roundRobin: input.roundRobin ?? RoundRobin.NONE,
    createdAt: now,
    modifiedAt: now,
  });
  return context.db.transaction(async (tx) => {
    const unit = { tx, member, now };
    await lockBusiness(tx, businessId);
    const present = await findOne(tx, Location, { businessId, primary: true });
    location.primary ||= !present;
    if (location.primary) await unmark(unit, present);
    await insert(tx, Location, location);
    await appendRowChange(unit, { type: 'Location', before: null, after: location });
    return location;
  });
}

const NEVER_NULL = [
  'locationName',
  'locationType',
  'primary',
  'active',
  'bookingTimerMinutes',
  'roundRobin',
] as const;

/**
 * Updates the given fields. The time zone is fixed, because it determined the local dates of
 * appointments.
 * @throws DomainError NOT_FOUND; RULE_VIOLATED if the primary location would lose its mark.
 */
export async function update(context: Context, input: UpdateLocationInput): Promise<Location> {
  const member = requireRole(context, Role.ADMINISTRATOR);
  const { businessId } = member;
  refuseNull(input, NEVER_NULL);
  const before = await locations.getVisible(
    context,
    parseGlobalId('Location', input.id, ['input', 'id']),
    ['input', 'id'],
  );
  refuseDeleted(before, 'location');
  const { country } = await businessOf(context);
  const changes: Partial<Location> = {
    ...(changesOf(input, NEVER_NULL) as Partial<Location>),
    ...(input.address === undefined ? {} : { address: toAddress(input.address) }),
    ...(input.phone === undefined ? {} : { phone: toE164(input.phone, country) }),
    modifiedAt: context.now(),
  };
  if (before.primary && changes.primary === false) {
    throw violated(
      BusinessRule.PRIMARY_LOCATION_REQUIRED,
      'A business must have a primary location. Make another location primary instead.',
      'primary',
    );
  }
  const old = { ...before };
  const after = Object.assign(before, changes);
  return context.db.transaction(async (tx) => {
    const unit = { tx, member, now: after.modifiedAt };
    await lockBusiness(tx, businessId);
    if (changes.primary && !old.primary)
      await unmark(unit, await findOne(tx, Location, { businessId, primary: true }));
    const key = { businessId, rowId: after.rowId };
    const { expectedVersion } = input;
    after.version = await updateUndeleted(tx, Location, key, {
      changes,
      expectedVersion,
      noun: 'location',
    });
    await appendRowChange(unit, { type: 'Location', before: old, after });
    return after;
  });
}

/** Clears `primary` of the previous primary location. */
async function unmark(unit: WriteUnit, primary: Location | null): Promise<void> {
  if (!primary) return;
  const key = { businessId: primary.businessId, rowId: primary.rowId };
  const changes = { primary: false };
  const version = await updateVersion(unit.tx, Location, key, { changes });
  await appendRowChange<TenantRow>(unit, {
    type: 'Location',
    before: { ...primary },
    after: Object.assign(primary, changes, { version }),
  });
}
