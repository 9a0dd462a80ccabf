import { Field, ObjectType } from 'type-graphql';
import { toGlobalId } from '../../graphql/global-id';
import { isStaffSide, type Viewer } from '../../context';
import { idsOf } from '../custom-fields/values/read';
import type { FieldValues } from '../custom-fields/values/field-value';
import type { LogEvent } from '../../log/event.entity';

@ObjectType({
  simpleResolvers: true,
  description: 'A changed field with its values as text: global ids, and instants in RFC 3339.',
})
export class FieldChange {
  @Field({ description: 'Name of the field that changed.' }) field!: string;
  @Field(() => String, {
    description: 'Value before the change, as text. Null if there was none.',
    nullable: true,
  })
  from!: string | null;
  @Field(() => String, {
    description: 'Value after the change, as text. Null if there is none.',
    nullable: true,
  })
  to!: string | null;
}

const TYPES: Readonly<Record<string, [field: string, type: string]>> = {
  locationIds: ['locations', 'Location'],
  locationId: ['location', 'Location'],
  reasonId: ['reason', 'Reason'],
  staffId: ['staff', 'Staff'],
  clientId: ['client', 'Client'],
  coordinatorStaffId: ['coordinatorStaff', 'Staff'],
  additionalStaffIds: ['additionalStaff', 'Staff'],
  blockedStaffIds: ['blockedStaff', 'Staff'],
  resourceIds: ['resources', 'Resource'],
  addOnReasonIds: ['addOnReasons', 'Reason'],
  packageId: ['package', 'Package'],
  reasonIds: ['reasons', 'Reason'],
  couponId: ['coupon', 'Coupon'],
  packageSoldId: ['packageSold', 'PackageSold'],
  locationGroupId: ['locationGroup', 'Group'],
  locationSuperGroupId: ['locationSuperGroup', 'Group'],
  reasonGroupId: ['reasonGroup', 'Group'],
  memberLocationIds: ['members', 'Location'],
  memberReasonIds: ['members', 'Reason'],
  memberStaffIds: ['members', 'Staff'],
  memberGroupIds: ['members', 'Group'],
  appointmentId: ['appointment', 'Appointment'],
  recurringAppointmentId: ['recurringAppointment', 'RecurringAppointment'],
};
const FIELD_NAMES: Readonly<Record<string, string>> = {
  startAt: 'start',
  endAt: 'end',
  staffStartAt: 'staffStart',
  staffEndAt: 'staffEnd',
  subStatusCode: 'subStatus',
  timeZoneCode: 'timeZone',
  ownColor: 'color',
};
/** Fields of the schema whose names differ from those of webhook bodies. */
const SCHEMA_NAMES: Readonly<Record<string, string>> = {
  cancelledBy: 'cancelledByName',
  cancelReason: 'cancelNote',
  cancelReasonCode: 'cancelReason',
  completedReason: 'completedNote',
  completedReasonCode: 'completedReason',
  noShowReason: 'noShowNote',
  noShowReasonCode: 'noShowReason',
  maxWaitList: 'maxWaitlist',
  waitListHoldHours: 'waitlistHoldHours',
};
const FIELD_VALUES = 'fieldValues';
/** Columns that are redundant with other fields, or never change. */
const HIDDEN = new Set([
  'businessId',
  'rowId',
  'localStart',
  'codeKey',
  'createdAt',
  'createdBy',
  'createdById',
  'cancelledById',
]);

const isInstant = (field: string): boolean => field.endsWith('At');

function show(field: string, value: unknown): string | null {
  if (value === null || value === undefined) return null;
  const type = TYPES[field]?.[1];
  if (type)
    return [value]
      .flat()
      .map((id) => toGlobalId(type, id as number))
      .join(', ');
  if (typeof value === 'object') return JSON.stringify(value);
  return isInstant(field) ? new Date(value as number).toISOString() : String(value);
}

export const shown = (changes: LogEvent['changes']): FieldChange[] =>
  Object.entries(changes)
    .filter(([field]) => !HIDDEN.has(field))
    .flatMap(([field, [from, to]]) =>
      field === FIELD_VALUES
        ? fieldValueChanges(from as FieldValues, to as FieldValues)
        : [
            {
              field: TYPES[field]?.[0] ?? FIELD_NAMES[field] ?? field,
              from: show(field, from),
              to: show(field, to),
            },
          ],
    );

/** Returns one change for each custom field, named `fields.CustomField:5`. */
function fieldValueChanges(from: FieldValues, to: FieldValues): FieldChange[] {
  const ids = [...new Set([...idsOf(from), ...idsOf(to)])].sort((one, other) => one - other);
  return ids
    .filter((id) => from?.[id] !== to?.[id])
    .map((id) => ({
      field: `fields.${toGlobalId('CustomField', id)}`,
      from: from?.[id] ?? null,
      to: to?.[id] ?? null,
    }));
}

/**
 * Returns changes under the names of the schema. Omits values of custom fields for clients: some
 * fields are staff only, and the appointment applies their visibility.
 */
export const shownTo = (viewer: Viewer, changes: LogEvent['changes']): FieldChange[] =>
  shown(
    isStaffSide(viewer)
      ? changes
      : Object.fromEntries(Object.entries(changes).filter(([field]) => field !== FIELD_VALUES)),
  ).map(({ field, ...values }) => ({ field: SCHEMA_NAMES[field] ?? field, ...values }));
