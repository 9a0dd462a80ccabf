import { newRow } from '../../db/new-row';
import { memberOf, type Context, type Member } from '../../context';
import { badInput, DomainError, ErrorCode } from '../../errors';
import { changesOf, refuseNull } from '../../lib/patch';
import { parseGlobalId } from '../../graphql/global-id';
import { addDays } from '../../lib/time-zone';
import { locations } from '../locations/location.list';
import { reasons } from '../reasons/reason.list';
import { DateOverride } from './date-override.entity';
import type {
  CreateDateOverrideInput,
  CreateSchedulePeriodInput,
  DeleteDateOverrideInput,
  DeleteSchedulePeriodInput,
  SplitSchedulePeriodInput,
  TimeRangeInput,
  UpdateDateOverrideInput,
  UpdateSchedulePeriodInput,
} from './schedule.inputs';
import {
  authoriseHours,
  checkPlace,
  ownerById,
  ownerColumns,
  ownerOf,
  type Owner,
} from './hours-owner';
import { dateOverrides, schedulePeriods } from './schedule.list';
import type { TimeRange } from './schedule-values';
import { SchedulePeriod } from './schedule-period.entity';

/** Change of one row: an insertion if `before` is null, a deletion if `after` is null. */
export interface Step<Row> {
  readonly before: Row | null;
  readonly after: Row | null;
}

/**
 * A decided and authorised change of an owner's hours, not yet written. A preview reads it;
 * `carryOut` writes it.
 */
export interface HoursChange {
  readonly owner: Owner;
  readonly periods: readonly Step<SchedulePeriod>[];
  readonly overrides: readonly Step<DateOverride>[];
}

const MINUTES_PER_DAY = 24 * 60;

/**
 * Returns the ranges by start. An end on the next day exceeds 24 hours.
 * @throws DomainError BAD_USER_INPUT
 */
function toRanges(inputs: readonly TimeRangeInput[]): TimeRange[] {
  return inputs
    .map(({ start, end }, index) => {
      if (start === MINUTES_PER_DAY)
        throw badInputAt(
          index,
          'A range must start before 24:00; use the next day for a later start.',
        );
      if (start === end)
        throw badInputAt(
          index,
          'The end of a range must differ from its start; a whole day is from 00:00 to 24:00.',
        );
      return { start, end: end > start ? end : end + MINUTES_PER_DAY };
    })
    .sort((one, other) => one.start - other.start || one.end - other.end);
}

const badInputAt = (index: number, message: string): DomainError =>
  badInput(message, 'ranges', String(index));

async function placeOf(context: Context, id: string | null | undefined): Promise<number | null> {
  const path = ['input', 'locationId'];
  return id == null
    ? null
    : (await locations.getVisible(context, parseGlobalId('Location', id, path), path)).rowId;
}

async function purposeOf(
  context: Context,
  owner: Owner,
  id: string | null | undefined,
): Promise<number | null> {
  if (id == null) return null;
  const path = ['input', 'reasonId'];
  if (owner.type === 'Reason')
    throw new DomainError(
      ErrorCode.RULE_VIOLATED,
      'Hours of a reason apply to that reason: leave reasonId out.',
      { path },
    );
  return (await reasons.getVisible(context, parseGlobalId('Reason', id, path), path)).rowId;
}

function checkDays({ validFrom, validTo }: Pick<SchedulePeriod, 'validFrom' | 'validTo'>): void {
  if (validTo !== null && validTo < validFrom)
    throw badInput('The last day must not be before the first.', 'validTo');
}

interface Planned<Row> {
  readonly change: HoursChange;
  readonly row: Row;
}

const stamps = (context: Context, { actorName }: Member) => ({
  modifiedAt: context.now(),
  modifiedBy: actorName,
});

/** Returns a copy of the row, of the same class, with changes. */
const changed = <Row extends object>(row: Row, changes: Partial<Row>): Row =>
  Object.assign(Object.create(Object.getPrototypeOf(row)) as Row, row, changes);

/**
 * Like the functions below:
 * @throws DomainError BAD_USER_INPUT, NOT_FOUND, FORBIDDEN, RULE_VIOLATED.
 */
export async function createPeriod(
  context: Context,
  input: CreateSchedulePeriodInput,
): Promise<Planned<SchedulePeriod>> {
  const member = memberOf(context);
  const owner = await ownerById(context, input.ownerId, ['input', 'ownerId']);
  const [locationId, reasonId] = await Promise.all([
    placeOf(context, input.locationId),
    purposeOf(context, owner, input.reasonId),
  ]);
  authoriseHours(member, owner, locationId, ['input', 'ownerId']);
  await checkPlace(context, owner, locationId, ['input', 'locationId']);
  const row = newRow(SchedulePeriod, {
    businessId: member.businessId,
    rowId: await context.ids.next('schedule_period'),
    ...ownerColumns(owner),
    validFrom: input.validFrom,
    validTo: input.validTo ?? null,
    weekdays: input.weekdays,
    weeksOfMonth: input.weeksOfMonth,
    ranges: toRanges(input.ranges),
    locationId,
    reasonId,
    createdAt: context.now(),
    ...stamps(context, member),
  });
  checkDays(row);
  return { row, change: { owner, periods: [{ before: null, after: row }], overrides: [] } };
}

export async function updatePeriod(
  context: Context,
  input: UpdateSchedulePeriodInput,
): Promise<Planned<SchedulePeriod>> {
  const member = memberOf(context);
  refuseNull(input, ['validFrom', 'weekdays', 'weeksOfMonth', 'ranges']);
  const { before, owner } = await loadPeriod(context, member, input.id);
  if (input.effectiveFrom != null && input.validFrom != null)
    throw badInput('Give validFrom or effectiveFrom, not both.', 'effectiveFrom');
  const [locationId, reasonId] = await Promise.all([
    input.locationId === undefined ? before.locationId : placeOf(context, input.locationId),
    input.reasonId === undefined ? before.reasonId : purposeOf(context, owner, input.reasonId),
  ]);
  authoriseHours(member, owner, locationId, ['input', 'locationId']);
  if (locationId !== before.locationId)
    await checkPlace(context, owner, locationId, ['input', 'locationId']);
  const changes = {
    ...changesOf(input, ['validFrom', 'validTo', 'weekdays', 'weeksOfMonth']),
    ...(input.ranges ? { ranges: toRanges(input.ranges) } : {}),
    locationId,
    reasonId,
    ...stamps(context, member),
  } as Partial<SchedulePeriod>;
  if (input.effectiveFrom != null && input.effectiveFrom > before.validFrom) {
    const { earlier, later } = await parts(
      context,
      member,
      before,
      input.effectiveFrom,
      'effectiveFrom',
    );
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
): Promise<Planned<{ earlier: SchedulePeriod; later: SchedulePeriod }>> {
  const member = memberOf(context);
  const { before, owner } = await loadPeriod(context, member, input.id);
  if (input.date <= before.validFrom) throw outsideOf(before, 'date');
  const { earlier, later } = await parts(context, member, before, input.date, 'date');
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
): Promise<Planned<SchedulePeriod>> {
  const member = memberOf(context);
  const { before, owner } = await loadPeriod(context, member, input.id);
  const { effectiveFrom } = input;
  if (effectiveFrom == null || effectiveFrom <= before.validFrom)
    return { row: before, change: { owner, periods: [{ before, after: null }], overrides: [] } };
  if (before.validTo !== null && before.validTo < effectiveFrom)
    throw outsideOf(before, 'effectiveFrom');
  const row = changed(before, { validTo: addDays(effectiveFrom, -1), ...stamps(context, member) });
  return { row, change: { owner, periods: [{ before, after: row }], overrides: [] } };
}

async function loadPeriod(
  context: Context,
  member: Member,
  id: string,
): Promise<{ before: SchedulePeriod; owner: Owner }> {
  const path = ['input', 'id'];
  const before = await schedulePeriods.getVisible(
    context,
    parseGlobalId('SchedulePeriod', id, path),
    path,
  );
  const owner = await ownerOf(context, before);
  authoriseHours(member, owner, before.locationId, path);
  return { before, owner };
}

async function parts(
  context: Context,
  member: Member,
  before: SchedulePeriod,
  date: string,
  field: string,
): Promise<{ earlier: SchedulePeriod; later: SchedulePeriod }> {
  if (before.validTo !== null && before.validTo < date) throw outsideOf(before, field);
  return {
    earlier: changed(before, { validTo: addDays(date, -1), ...stamps(context, member) }),
    later: changed(before, {
      rowId: await context.ids.next('schedule_period'),
      validFrom: date,
      createdAt: context.now(),
      ...stamps(context, member),
    }),
  };
}

const outsideOf = ({ validFrom, validTo }: SchedulePeriod, field: string): DomainError =>
  new DomainError(
    ErrorCode.RULE_VIOLATED,
    `This period is valid from ${validFrom} ${validTo === null ? 'on' : `to ${validTo}`}: choose a later day within it.`,
    { path: ['input', field] },
  );

export async function createOverride(
  context: Context,
  input: CreateDateOverrideInput,
): Promise<Planned<DateOverride>> {
  const member = memberOf(context);
  const owner = await ownerById(context, input.ownerId, ['input', 'ownerId']);
  const locationId = await placeOf(context, input.locationId);
  authoriseHours(member, owner, locationId, ['input', 'ownerId']);
  await checkPlace(context, owner, locationId, ['input', 'locationId']);
  const row = newRow(DateOverride, {
    businessId: member.businessId,
    rowId: await context.ids.next('date_override'),
    ...ownerColumns(owner),
    date: input.date,
    ranges: toRanges(input.ranges),
    locationId,
    note: input.note ?? null,
    createdAt: context.now(),
    ...stamps(context, member),
  });
  return { row, change: { owner, periods: [], overrides: [{ before: null, after: row }] } };
}

export async function updateOverride(
  context: Context,
  input: UpdateDateOverrideInput,
): Promise<Planned<DateOverride>> {
  const member = memberOf(context);
  refuseNull(input, ['ranges']);
  const { before, owner } = await loadOverride(context, member, input.id);
  const row = changed(before, {
    ...changesOf(input, ['note']),
    ...(input.ranges ? { ranges: toRanges(input.ranges) } : {}),
    ...stamps(context, member),
  } as Partial<DateOverride>);
  return { row, change: { owner, periods: [], overrides: [{ before, after: row }] } };
}

export async function deleteOverride(
  context: Context,
  input: DeleteDateOverrideInput,
): Promise<Planned<DateOverride>> {
  const { before, owner } = await loadOverride(context, memberOf(context), input.id);
  return { row: before, change: { owner, periods: [], overrides: [{ before, after: null }] } };
}

async function loadOverride(
  context: Context,
  member: Member,
  id: string,
): Promise<{ before: DateOverride; owner: Owner }> {
  const path = ['input', 'id'];
  const before = await dateOverrides.getVisible(
    context,
    parseGlobalId('DateOverride', id, path),
    path,
  );
  const owner = await ownerOf(context, before);
  authoriseHours(member, owner, before.locationId, path);
  return { before, owner };
}
