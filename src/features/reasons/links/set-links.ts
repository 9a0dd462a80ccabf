import { newRow } from '../../../db/new-row';
import {
  memberOf,
  Role,
  requireRole,
  type Context,
  type Member,
  type WriteUnit,
} from '../../../context';
import { BusinessRule } from '../../../business-rule';
import { badValue, InputProblemCode, violated, violatedAt } from '../../../errors';
import { find, insert, remove } from '../../../db/table';
import { parseGlobalId } from '../../../graphql/global-id';
import { isNegative } from '../../../lib/money';
import { locations } from '../../locations/location.list';
import { appendRowChange } from '../../../log/row-changes';
import { unitOf } from '../../../services/unit-of-work';
import { staff } from '../../staff/staff.list';
import { ReasonAddOn } from './reason-add-on.entity';
import type { Reason } from '../reason.entity';
import { ReasonType } from '../reason-enums';
import type {
  ReasonStaffInput,
  SetReasonAddOnsInput,
  SetReasonLocationsInput,
  SetReasonStaffInput,
} from './links.inputs';
import type { Duration } from '../reason-values';
import type { ReasonDurationInput } from '../reason-values.inputs';
import { toDurations } from '../reason.rules';
import { countReasonChange } from '../lock-reason';
import { reasons } from '../reason.list';
import { ServiceLocation } from './service-location.entity';
import { ServiceStaff } from './service-staff.entity';

const sorted = (ids: Iterable<number>): number[] => [...ids].sort((one, other) => one - other);

const active = <K extends string>(
  rows: readonly ({ readonly active: boolean } & Readonly<Record<K, number>>)[],
  key: K,
): number[] => sorted(rows.filter((row) => row.active).map((row) => row[key]));

/** Appends a change of a reason's links to the log: active ids before and after. */
const appendLinkChange = (
  unit: WriteUnit,
  reason: Reason,
  field: 'staffIds' | 'locationIds' | 'addOnIds',
  { before, after }: { readonly before: readonly number[]; readonly after: readonly number[] },
): Promise<void> =>
  appendRowChange<Reason>(unit, {
    type: 'Reason',
    before: { ...reason, [field]: before } as Reason,
    after: { ...reason, [field]: after } as Reason,
  });

/**
 * Returns the reason whose links an administrator replaces.
 * @throws DomainError FORBIDDEN, NOT_FOUND
 */
async function visibleReason(
  context: Context,
  reasonId: string,
): Promise<{ member: Member; reason: Reason }> {
  const member = requireRole(context, Role.ADMINISTRATOR);
  return {
    member,
    reason: await reasons.getToRefer(
      context,
      parseGlobalId('Reason', reasonId, ['input', 'reasonId']),
      ['input', 'reasonId'],
    ),
  };
}

/**
 * Replaces the staff of a reason as a whole.
 * @throws DomainError NOT_FOUND, FORBIDDEN, BAD_USER_INPUT
 */
export async function setStaff(context: Context, input: SetReasonStaffInput): Promise<Reason> {
  const { member, reason } = await visibleReason(context, input.reasonId);
  const { businessId } = member;
  const assigned = await newAssignments(context, reason, input.staff, (index) => [
    'input',
    'staff',
    String(index),
    'staffId',
  ]);
  return context.db.transaction(async (tx) => {
    await countReasonChange(tx, reason, input);
    const served = await find(tx, ServiceStaff, { businessId, reasonId: reason.rowId });
    const before = new Map(served.map((row) => [row.staffId, row.createdAt]));
    await remove(tx, ServiceStaff, { businessId, reasonId: reason.rowId });
    await insert(
      tx,
      ServiceStaff,
      ...assigned.map((row) => ({ ...row, createdAt: before.get(row.staffId) ?? row.createdAt })),
    );
    await appendLinkChange(unitOf(context, tx, context.now()), reason, 'staffIds', {
      before: active(served, 'staffId'),
      after: active(assigned, 'staffId'),
    });
    return reason;
  });
}

/** Returns the assignments described by the inputs, one for each staff member. */
export async function newAssignments(
  context: Context,
  reason: Pick<Reason, 'rowId' | 'visitMinutes' | 'durations'>,
  inputs: readonly Partial<ReasonStaffInput>[],
  pathOf: (index: number) => string[],
): Promise<ServiceStaff[]> {
  const { businessId } = memberOf(context);
  const now = context.now();
  const rows = await Promise.all(
    inputs.map(
      async (
        {
          staffId = '',
          active = true,
          price = null,
          durations,
          description = null,
          priority = 0,
          weight = 100,
        },
        index,
      ) => {
        if (price && isNegative(price))
          throw badValue(
            InputProblemCode.OUT_OF_RANGE,
            'A price must not be negative.',
            pathOf(index),
          );
        const person = await staff.getToRefer(
          context,
          parseGlobalId('Staff', staffId, pathOf(index)),
          pathOf(index),
        );
        return {
          businessId,
          reasonId: reason.rowId,
          staffId: person.rowId,
          active,
          price,
          durations: ratesOf(reason, durations ?? [], [...pathOf(index).slice(0, -1), 'durations']),
          description,
          priority,
          weight,
          createdAt: now,
          modifiedAt: now,
        };
      },
    ),
  );
  return [...new Map(rows.map((row) => [row.staffId, newRow(ServiceStaff, row)])).values()];
}

/**
 * Returns the lengths that have prices of a staff member.
 * @throws DomainError BAD_USER_INPUT for a length that the reason does not offer
 */
function ratesOf(
  { visitMinutes, durations }: Pick<Reason, 'visitMinutes' | 'durations'>,
  inputs: readonly ReasonDurationInput[],
  path: readonly string[],
): Duration[] {
  const offered = [visitMinutes, ...durations.map(({ minutes }) => minutes)];
  const unknown = inputs.findIndex(({ minutes }) => !offered.includes(minutes));
  if (unknown >= 0)
    throw badValue(
      InputProblemCode.NOT_AN_OPTION,
      `The reason does not offer this length. Choose one of ${offered.join(', ')} minutes.`,
      [...path, String(unknown), 'minutes'],
    );
  return toDurations(inputs, path);
}

/** Replaces the locations of a reason as a whole. @throws DomainError NOT_FOUND, FORBIDDEN */
export async function setLocations(
  context: Context,
  input: SetReasonLocationsInput,
): Promise<Reason> {
  const {
    member: { businessId },
    reason: { rowId: reasonId },
    reason,
  } = await visibleReason(context, input.reasonId);
  const rows = await Promise.all(
    input.locations.map(async ({ locationId, active }, index) => {
      const path = ['input', 'locations', String(index), 'locationId'];
      return {
        businessId,
        reasonId,
        locationId: (
          await locations.getToRefer(context, parseGlobalId('Location', locationId, path), path)
        ).rowId,
        active,
      };
    }),
  );
  return context.db.transaction(async (tx) => {
    await countReasonChange(tx, reason, input);
    const offered = await find(tx, ServiceLocation, { businessId, reasonId });
    const unique = [...new Map(rows.map((row) => [row.locationId, row])).values()];
    await remove(tx, ServiceLocation, { businessId, reasonId });
    await insert(tx, ServiceLocation, ...unique);
    await appendLinkChange(unitOf(context, tx, context.now()), reason, 'locationIds', {
      before: active(offered, 'locationId'),
      after: active(unique, 'locationId'),
    });
    return reason;
  });
}

const WITH_ADD_ONS: readonly ReasonType[] = [
  ReasonType.SERVICE,
  ReasonType.CLASS,
  ReasonType.COURSE,
];

/**
 * Replaces the add-ons of a reason as a whole.
 * @throws DomainError NOT_FOUND; RULE_VIOLATED for a reason that is not an add-on or that takes
 * none.
 */
export async function setAddOns(context: Context, input: SetReasonAddOnsInput): Promise<Reason> {
  const {
    member: { businessId },
    reason: { rowId: reasonId, reasonType },
    reason,
  } = await visibleReason(context, input.reasonId);
  if (!WITH_ADD_ONS.includes(reasonType))
    throw violated(
      BusinessRule.REASON_TYPE,
      `A reason of type ${reasonType} has no add-ons.`,
      'reasonId',
    );
  const addOnIds = await Promise.all(
    input.addOnIds.map(async (id, index) => {
      const path = ['input', 'addOnIds', String(index)];
      const addOn = await reasons.getToRefer(context, parseGlobalId('Reason', id, path), path);
      if (addOn.reasonType !== ReasonType.ADDON)
        throw violatedAt(
          BusinessRule.REASON_TYPE,
          `${addOn.reasonDesc} is a ${addOn.reasonType}: an add-on must be of type ADDON.`,
          path,
        );
      return addOn.rowId;
    }),
  );
  return context.db.transaction(async (tx) => {
    await countReasonChange(tx, reason, input);
    const before = (await find(tx, ReasonAddOn, { businessId, reasonId })).map(
      ({ addOnId }) => addOnId,
    );
    await remove(tx, ReasonAddOn, { businessId, reasonId });
    await appendLinkChange(unitOf(context, tx, context.now()), reason, 'addOnIds', {
      before: sorted(before),
      after: sorted(new Set(addOnIds)),
    });
    await insert(
      tx,
      ReasonAddOn,
      ...[...new Set(addOnIds)].map((addOnId) => ({ businessId, reasonId, addOnId })),
    );
    return reason;
  });
}
