import { newRow } from '../../db/new-row';
import { Role, requireRole, type Context, type WriteUnit } from '../../context';
import { changesOf, refuseNull } from '../../lib/patch';
import { at } from '../../errors';
import type { Reader } from '../../db/database';
import { orConflict } from '../../db/errors';
import { find, findOne, insert, remove } from '../../db/table';
import { parseGlobalId } from '../../graphql/global-id';
import { toE164 } from '../../graphql/inputs/text-validators';
import { canonicalTimeZone } from '../../lib/time-zone';
import { businessOf } from '../businesses/business.list';
import { locations } from '../locations/location.list';
import { appendRowChange } from '../../log/row-changes';
import { refuseDeleted, updateUndeleted } from '../../log/soft-deletion';
import { Subject } from '../occupancy/subject.entity';
import { Staff, StaffLocation } from './staff.entity';
import type { CreateStaffInput, UpdateStaffInput } from './staff.inputs';
import { staff } from './staff.list';

const taken = ({ businessId, userName }: Staff) => ({
  path: at('userName'),
  message: 'Another staff member has this user name.',
  existing: (db: Reader) => findOne(db, Staff, { businessId, userName }),
});

/**
 * Creates a staff member and the subject whose time bookings occupy.
 * @throws DomainError CONFLICT, NOT_FOUND
 */
export async function create(context: Context, input: CreateStaffInput): Promise<Staff> {
  const member = requireRole(context, Role.ADMINISTRATOR);
  const { businessId } = member;
  const [{ country }, locationIds] = await Promise.all([
    businessOf(context),
    visibleLocationIds(context, input.locationIds),
  ]);
  const [rowId, subjectId] = await Promise.all([
    context.ids.next('staff'),
    context.ids.next('subject'),
  ]);
  const now = context.now();
  const person = newRow(Staff, {
    businessId,
    rowId,
    version: 1,
    subjectId,
    userName: input.userName.trim(),
    firstName: input.firstName,
    lastName: input.lastName,
    fullName: `${input.firstName} ${input.lastName}`,
    email: input.email?.toLowerCase() ?? null,
    phone: toE164(input.phone, country),
    timeZoneCode: canonicalTimeZone(input.timeZone) as string,
    acceptsAppointments: input.acceptsAppointments,
    active: true,
    deleted: false,
    createdAt: now,
    modifiedAt: now,
  });
  return context.db.transaction(async (tx) => {
    await insert(tx, Subject, { businessId, rowId: subjectId, kind: 'STAFF', capacity: 1 });
    await orConflict(insert(tx, Staff, person), taken(person));
    const unit = { tx, member, now };
    await setLocations(unit, person, locationIds);
    await appendRowChange(unit, {
      type: 'Staff',
      before: null,
      after: { ...person, locationIds },
    });
    return person;
  });
}

/** @throws DomainError NOT_FOUND, CONFLICT */
export async function update(context: Context, input: UpdateStaffInput): Promise<Staff> {
  const member = requireRole(context, Role.ADMINISTRATOR);
  const { businessId } = member;
  refuseNull(input, [
    'userName',
    'firstName',
    'lastName',
    'timeZone',
    'acceptsAppointments',
    'active',
    'locationIds',
  ]);
  const before = await staff.getVisible(
    context,
    parseGlobalId('Staff', input.id, ['input', 'id']),
    ['input', 'id'],
  );
  refuseDeleted(before, 'staff member');
  const [{ country }, locationIds] = await Promise.all([
    businessOf(context),
    input.locationIds ? visibleLocationIds(context, input.locationIds) : null,
  ]);
  const changes = {
    ...changesOf(input, ['userName', 'firstName', 'lastName', 'acceptsAppointments', 'active']),
    ...(input.email === undefined ? {} : { email: input.email?.toLowerCase() ?? null }),
    ...(input.phone === undefined ? {} : { phone: toE164(input.phone, country) }),
    ...(input.timeZone ? { timeZoneCode: canonicalTimeZone(input.timeZone) as string } : {}),
    modifiedAt: context.now(),
  } as Partial<Staff>;
  const { firstName, lastName } = { ...before, ...changes };
  changes.fullName = `${firstName} ${lastName}`;
  const old = { ...before };
  const after = Object.assign(before, changes);
  return context.db.transaction(async (tx) => {
    const key = { businessId, rowId: after.rowId };
    const { expectedVersion } = input;
    after.version = await orConflict(
      updateUndeleted(tx, Staff, key, { changes, expectedVersion, noun: 'staff member' }),
      taken(after),
    );
    const unit = { tx, member, now: after.modifiedAt };
    if (!locationIds) {
      await appendRowChange(unit, { type: 'Staff', before: old, after });
      return after;
    }
    const held = await find(tx, StaffLocation, { businessId, staffId: after.rowId });
    await remove(tx, StaffLocation, { businessId, staffId: after.rowId });
    await setLocations(unit, after, locationIds);
    const sorted = (ids: readonly number[]) => [...ids].sort((one, other) => one - other);
    await appendRowChange(unit, {
      type: 'Staff',
      before: { ...old, locationIds: sorted(held.map(({ locationId }) => locationId)) },
      after: { ...after, locationIds: sorted(locationIds) },
    });
    return after;
  });
}

async function visibleLocationIds(context: Context, ids: readonly string[]): Promise<number[]> {
  const found = await Promise.all(
    ids.map((id, index) => {
      const path = ['input', 'locationIds', String(index)];
      return locations.getToRefer(context, parseGlobalId('Location', id, path), path);
    }),
  );
  return [...new Set(found.map((location) => location.rowId))];
}

const setLocations = (
  { tx }: WriteUnit,
  { businessId, rowId: staffId }: Staff,
  ids: readonly number[],
): Promise<void> =>
  insert(tx, StaffLocation, ...ids.map((locationId) => ({ businessId, staffId, locationId })));
