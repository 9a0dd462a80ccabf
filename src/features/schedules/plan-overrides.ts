import { newRow } from '../../db/new-row';
import { memberOf, type Context, type Member } from '../../context';
import { requireVersion } from '../../errors';
import { changesOf, refuseNull } from '../../lib/patch';
import { parseGlobalId } from '../../graphql/global-id';
import { DateOverride } from './date-override.entity';
import type {
  CreateDateOverrideInput,
  DeleteDateOverrideInput,
  UpdateDateOverrideInput,
} from './schedule.inputs';
import {
  changed,
  locationIdOf,
  stamps,
  toRanges,
  type KnownRow,
  type PlannedHours,
} from './hours-change';
import {
  authoriseHours,
  checkPlace,
  ownerById,
  ownerColumns,
  ownerOf,
  type Owner,
} from './hours-owner';
import { dateOverrides } from './schedule.list';

/**
 * Plans a new override. Like the functions below:
 * @throws DomainError BAD_USER_INPUT, NOT_FOUND, FORBIDDEN, RULE_VIOLATED
 */
export async function createOverride(
  context: Context,
  input: CreateDateOverrideInput,
): Promise<PlannedHours<DateOverride>> {
  const member = memberOf(context);
  const owner = await ownerById(context, input.ownerId, ['input', 'ownerId']);
  const locationId = await locationIdOf(context, input.locationId);
  authoriseHours(member, owner, locationId, ['input', 'ownerId']);
  await checkPlace(context, owner, locationId, ['input', 'locationId']);
  const row = newRow(DateOverride, {
    businessId: member.businessId,
    rowId: await context.ids.next('date_override'),
    version: 1,
    ...ownerColumns(owner),
    date: input.date,
    ranges: toRanges(input.ranges),
    locationId,
    note: input.note ?? null,
    createdAt: context.now(),
    ...stamps(context),
  });
  return { row, change: { owner, periods: [], overrides: [{ before: null, after: row }] } };
}

export async function updateOverride(
  context: Context,
  input: UpdateDateOverrideInput,
): Promise<PlannedHours<DateOverride>> {
  const member = memberOf(context);
  refuseNull(input, ['ranges']);
  const { before, owner } = await loadOverride(context, member, input);
  const row = changed(before, {
    ...changesOf(input, ['note']),
    ...(input.ranges ? { ranges: toRanges(input.ranges) } : {}),
    ...stamps(context),
  } as Partial<DateOverride>);
  return { row, change: { owner, periods: [], overrides: [{ before, after: row }] } };
}

export async function deleteOverride(
  context: Context,
  input: DeleteDateOverrideInput,
): Promise<PlannedHours<DateOverride>> {
  const { before, owner } = await loadOverride(context, memberOf(context), input);
  return { row: before, change: { owner, periods: [], overrides: [{ before, after: null }] } };
}

async function loadOverride(
  context: Context,
  member: Member,
  { id, expectedVersion }: KnownRow,
): Promise<{ before: DateOverride; owner: Owner }> {
  const path = ['input', 'id'];
  const before = await dateOverrides.getVisible(
    context,
    parseGlobalId('DateOverride', id, path),
    path,
  );
  requireVersion(before, expectedVersion);
  const owner = await ownerOf(context, before);
  authoriseHours(member, owner, before.locationId, path);
  return { before, owner };
}
