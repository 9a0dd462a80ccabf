import { newRow } from '../../db/new-row';
import { memberOf, type Context, type Member } from '../../context';
import { BusinessRule } from '../../business-rule';
import {
  badInput,
  InputProblemCode,
  requireVersion,
  violatedAt,
  type DomainError,
} from '../../errors';
import { refuseBoth } from '../../lib/choice';
import { changesOf, refuseNull } from '../../lib/patch';
import { parseGlobalId } from '../../graphql/global-id';
import { addDays } from '../../lib/time-zone';
import { reasons } from '../reasons/reason.list';
import type {
  CreateSchedulePeriodInput,
  DeleteSchedulePeriodInput,
  SplitSchedulePeriodInput,
  UpdateSchedulePeriodInput,
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
import { schedulePeriods } from './schedule.list';
import { SchedulePeriod } from './schedule-period.entity';

async function reasonIdOf(
  context: Context,
  owner: Owner,
  id: string | null | undefined,
): Promise<number | null> {
  if (id == null) return null;
  const path = ['input', 'reasonId'];
  if (owner.type === 'Reason')
    throw violatedAt(
      BusinessRule.FIXED_BY_OWNER,
      'Hours of a reason apply to that reason: leave reasonId out.',
      path,
    );
  return (await reasons.getVisible(context, parseGlobalId('Reason', id, path), path)).rowId;
}

function checkDays({ validFrom, validTo }: Pick<SchedulePeriod, 'validFrom' | 'validTo'>): void {
  if (validTo !== null && validTo < validFrom)
    throw badInput(
      InputProblemCode.OUT_OF_RANGE,
      'The last day must not be before the first.',
      'validTo',
    );
}

/**
 * Plans a new period. Like the functions below:
 * @throws DomainError BAD_USER_INPUT, NOT_FOUND, FORBIDDEN, RULE_VIOLATED
 */
export async function createPeriod(
  context: Context,
  input: CreateSchedulePeriodInput,
): Promise<PlannedHours<SchedulePeriod>> {
  const member = memberOf(context);
  const owner = await ownerById(context, input.ownerId, ['input', 'ownerId']);
  const [locationId, reasonId] = await Promise.all([
    locationIdOf(context, input.locationId),
    reasonIdOf(context, owner, input.reasonId),
  ]);
  authoriseHours(member, owner, locationId, ['input', 'ownerId']);
  await checkPlace(context, owner, locationId, ['input', 'locationId']);
  const row = newRow(SchedulePeriod, {
    businessId: member.businessId,
    rowId: await context.ids.next('schedule_period'),
    version: 1,
    ...ownerColumns(owner),
    validFrom: input.validFrom,
    validTo: input.validTo ?? null,
    weekdays: input.weekdays,
    weeksOfMonth: input.weeksOfMonth,
    ranges: toRanges(input.ranges),
    locationId,
    reasonId,
    createdAt: context.now(),
    ...stamps(context),
  });
  checkDays(row);
  return { row, change: { owner, periods: [{ before: null, after: row }], overrides: [] } };
}

export async function updatePeriod(
  context: Context,
  input: UpdateSchedulePeriodInput,
): Promise<PlannedHours<SchedulePeriod>> {
  const member = memberOf(context);
  refuseNull(input, ['validFrom', 'weekdays', 'weeksOfMonth', 'ranges']);
  const { before, owner } = await loadPeriod(context, member, input);
  refuseBoth(input, 'validFrom', 'effectiveFrom');
  const [locationId, reasonId] = await Promise.all([
    input.locationId === undefined ? before.locationId : locationIdOf(context, input.locationId),
    input.reasonId === undefined ? before.reasonId : reasonIdOf(context, owner, input.reasonId),
  ]);
  authoriseHours(member, owner, locationId, ['input', 'locationId']);
  if (locationId !== before.locationId)
    await checkPlace(context, owner, locationId, ['input', 'locationId']);
  const changes = {
    ...changesOf(input, ['validFrom', 'validTo', 'weekdays', 'weeksOfMonth']),
    ...(input.ranges ? { ranges: toRanges(input.ranges) } : {}),
    locationId,
    reasonId,
    ...stamps(context),
  } as Partial<SchedulePeriod>;
  if (input.effectiveFrom != null && input.effectiveFrom > before.validFrom) {
    const { effectiveFrom } = input;
    const { earlier, later } = await splitPeriodAt(context, before, effectiveFrom, 'effectiveFrom');
    const row = changed(later, changes);
    checkDays(row);
    return {
      row,
      change: {
        owner,
        periods: [
          { before, after: earlier },
          { before: null, after: row },
        ],
        overrides: [],
      },
    };
  }
  const row = changed(before, changes);
  checkDays(row);
  return { row, change: { owner, periods: [{ before, after: row }], overrides: [] } };
}

/** Splits a period into two with the same hours, of which the later one starts on `date`. */
export async function splitPeriod(
  context: Context,
  input: SplitSchedulePeriodInput,
): Promise<PlannedHours<{ earlier: SchedulePeriod; later: SchedulePeriod }>> {
  const { before, owner } = await loadPeriod(context, memberOf(context), input);
  if (input.date <= before.validFrom) throw notWithin(before, 'date');
  const { earlier, later } = await splitPeriodAt(context, before, input.date, 'date');
  return {
    row: { earlier, later },
    change: {
      owner,
      periods: [
        { before, after: earlier },
        { before: null, after: later },
      ],
      overrides: [],
    },
  };
}

/**
 * Deletes a period, or ends it before `effectiveFrom`. Returns the deleted row, or the shortened
 * one.
 */
export async function deletePeriod(
  context: Context,
  input: DeleteSchedulePeriodInput,
): Promise<PlannedHours<SchedulePeriod>> {
  const { before, owner } = await loadPeriod(context, memberOf(context), input);
  const { effectiveFrom } = input;
  if (effectiveFrom == null || effectiveFrom <= before.validFrom)
    return { row: before, change: { owner, periods: [{ before, after: null }], overrides: [] } };
  if (before.validTo !== null && before.validTo < effectiveFrom)
    throw notWithin(before, 'effectiveFrom');
  const row = changed(before, { validTo: addDays(effectiveFrom, -1), ...stamps(context) });
  return { row, change: { owner, periods: [{ before, after: row }], overrides: [] } };
}

async function loadPeriod(
  context: Context,
  member: Member,
  { id, expectedVersion }: KnownRow,
): Promise<{ before: SchedulePeriod; owner: Owner }> {
  const path = ['input', 'id'];
  const before = await schedulePeriods.getVisible(
    context,
    parseGlobalId('SchedulePeriod', id, path),
    path,
  );
  requireVersion(before, expectedVersion);
  const owner = await ownerOf(context, before);
  authoriseHours(member, owner, before.locationId, path);
  return { before, owner };
}

async function splitPeriodAt(
  context: Context,
  before: SchedulePeriod,
  date: string,
  field: string,
): Promise<{ earlier: SchedulePeriod; later: SchedulePeriod }> {
  if (before.validTo !== null && before.validTo < date) throw notWithin(before, field);
  return {
    earlier: changed(before, { validTo: addDays(date, -1), ...stamps(context) }),
    later: changed(before, {
      rowId: await context.ids.next('schedule_period'),
      version: 1,
      validFrom: date,
      createdAt: context.now(),
      ...stamps(context),
    }),
  };
}

const notWithin = ({ validFrom, validTo }: SchedulePeriod, field: string): DomainError =>
  violatedAt(
    BusinessRule.OUTSIDE_PERIOD,
    `This period is valid from ${validFrom} ${validTo === null ? 'on' : `to ${validTo}`}: ` +
      'choose a later day within it.',
    ['input', field],
  );
