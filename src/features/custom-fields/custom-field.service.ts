import { newRow } from '../../db/new-row';
import { Role, requireRole, type Context, type Member, type UnitOfWork } from '../../context';
import { BusinessRule } from '../../business-rule';
import { at, violated } from '../../errors';
import { changesOf, refuseNull } from '../../lib/patch';
import { orConflict } from '../../db/errors';
import { unitOf } from '../../services/unit-of-work';
import { sql } from '../../db/sql';
import { findOne, insert, remove } from '../../db/table';
import { removeVersion, updateVersion } from '../../db/versions';
import { parseGlobalId } from '../../graphql/global-id';
import { lockBusiness } from '../businesses/lock-business';
import { reasons } from '../reasons/reason.list';
import { CustomFieldReason } from './custom-field-reason.entity';
import { CustomField, USER_DEFINED } from './custom-field.entity';
import { CustomFieldDataType } from './data-types';
import type {
  CreateCustomFieldInput,
  CustomFieldOptionInput,
  DeleteCustomFieldInput,
  UpdateCustomFieldInput,
} from './custom-field.inputs';
import { checkDefinition } from './custom-field.rules';
import { customFields } from './custom-field.list';
import { creatorOf, modifierOf } from '../../log/actors/stamps';

const MAX_OF_BUSINESS = 100;

/**
 * @throws DomainError BAD_USER_INPUT, NOT_FOUND, CONFLICT for a duplicate code, RULE_VIOLATED above
 * the maximum number
 */
export async function create(
  context: Context,
  input: CreateCustomFieldInput,
): Promise<CustomField> {
  const member = requireRole(context, Role.ADMINISTRATOR);
  const { businessId } = member;
  const now = context.now();
  const [reasonIds, rowId] = await Promise.all([
    visibleReasonIds(context, input.reasonIds),
    context.ids.next('custom_field'),
  ]);
  const field = newRow(CustomField, {
    businessId,
    rowId,
    version: 1,
    mode: input.mode,
    label: input.label.trim(),
    dataType: input.dataType ?? CustomFieldDataType.TXT,
    code: input.code ?? USER_DEFINED,
    required: input.required ?? false,
    active: input.active ?? true,
    visible: input.visible ?? true,
    visibleOnScheduler: input.visibleOnScheduler ?? true,
    validationRegex: input.validationRegex ?? null,
    sortOrder: input.sortOrder ?? 0,
    hint: input.hint ?? null,
    filterByService: input.filterByService ?? false,
    options: optionsOf(input.options),
    createdAt: now,
    ...creatorOf(member),
    modifiedAt: now,
    ...modifierOf(member),
  });
  checkDefinition(field, reasonIds);
  return changeForms(context, member, async (unit) => {
    const { tx } = unit;
    const [row] = await tx.all<{ count: number }>(
      sql`SELECT count(*) AS count FROM custom_field WHERE business_id = ${businessId}`,
    );
    if (Number(row?.count) >= MAX_OF_BUSINESS)
      throw violated(
        BusinessRule.LIMIT_REACHED,
        `A business has at most ${MAX_OF_BUSINESS} custom fields.`,
      );
    await orCodeConflict(insert(tx, CustomField, field), field);
    await link(unit, field, reasonIds);
    return field;
  });
}

const NEVER_NULL = [
  'label',
  'dataType',
  'required',
  'active',
  'visible',
  'visibleOnScheduler',
  'sortOrder',
  'filterByService',
  'reasonIds',
  'options',
] as const;

/** @throws DomainError as create */
export async function update(
  context: Context,
  input: UpdateCustomFieldInput,
): Promise<CustomField> {
  const member = requireRole(context, Role.ADMINISTRATOR);
  refuseNull(input, NEVER_NULL);
  const { businessId } = member;
  const reasonIds = await visibleReasonIds(context, input.reasonIds);
  const changes = {
    ...changesOf(input, [
      'dataType',
      'required',
      'active',
      'visible',
      'visibleOnScheduler',
      'validationRegex',
      'sortOrder',
      'hint',
      'filterByService',
    ]),
    ...(input.label == null ? {} : { label: input.label.trim() }),
    ...(input.code === undefined ? {} : { code: input.code ?? USER_DEFINED }),
    ...(input.options == null ? {} : { options: optionsOf(input.options) }),
    modifiedAt: context.now(),
    ...modifierOf(member),
  } as Partial<CustomField>;
  return changeForms(context, member, async (unit) => {
    const { tx } = unit;
    const field = Object.assign(await getUnderLock(unit, input.id), changes);
    checkDefinition(field, reasonIds);
    const key = { businessId, rowId: field.rowId };
    const { expectedVersion } = input;
    field.version = await orCodeConflict(
      updateVersion(tx, CustomField, key, { changes, expectedVersion }),
      field,
    );
    if (reasonIds || !field.filterByService)
      await remove(tx, CustomFieldReason, { businessId, customFieldId: field.rowId });
    await link(unit, field, reasonIds);
    return field;
  });
}

/** Deletes a field. Its values remain only in the log. @throws DomainError NOT_FOUND */
export async function removeField(
  context: Context,
  input: DeleteCustomFieldInput,
): Promise<CustomField> {
  const member = requireRole(context, Role.ADMINISTRATOR);
  const { businessId } = member;
  return changeForms(context, member, async (unit) => {
    const { tx } = unit;
    const field = await getUnderLock(unit, input.id);
    await remove(tx, CustomFieldReason, { businessId, customFieldId: field.rowId });
    await removeVersion(tx, CustomField, { businessId, rowId: field.rowId }, input);
    return field;
  });
}

/** Changes definitions under the lock of the business, and updates its `requiresFields`. */
function changeForms(
  context: Context,
  { businessId }: Member,
  work: (unit: UnitOfWork) => Promise<CustomField>,
): Promise<CustomField> {
  return context.db.transaction(async (tx) => {
    await lockBusiness(tx, businessId);
    const field = await work(unitOf(context, tx, context.now()));
    await tx.run(sql`
      UPDATE business SET requires_fields = EXISTS (
        SELECT 1 FROM custom_field WHERE business_id = ${businessId} AND required = ${true} AND active = ${true} AND visible = ${true}) WHERE id = ${businessId}`);
    customFields.clear(context, field.rowId);
    return field;
  });
}

/** Reads the field under the lock. @throws DomainError NOT_FOUND */
const getUnderLock = ({ context }: UnitOfWork, id: string): Promise<CustomField> =>
  customFields.getVisible(context, parseGlobalId('CustomField', id, at('id')), at('id'));

const orCodeConflict = <T>(write: Promise<T>, { businessId, code }: CustomField): Promise<T> =>
  orConflict(write, {
    path: at('code'),
    message: 'Another custom field has this code.',
    existing: (db) => findOne(db, CustomField, { businessId, code }),
  });

const link = (
  { tx }: UnitOfWork,
  { businessId, rowId }: CustomField,
  reasonIds: readonly number[] | null,
): Promise<void> =>
  insert(
    tx,
    CustomFieldReason,
    ...(reasonIds ?? []).map((reasonId) => ({ businessId, customFieldId: rowId, reasonId })),
  );

/** Returns null if no ids are given. @throws DomainError NOT_FOUND */
async function visibleReasonIds(
  context: Context,
  reasonIds: readonly string[] | null | undefined,
): Promise<number[] | null> {
  if (reasonIds == null) return null;
  const found = await Promise.all(
    reasonIds.map((id, index) => {
      const path = at('reasonIds', String(index));
      return reasons.getVisible(context, parseGlobalId('Reason', id, path), path);
    }),
  );
  return [...new Set(found.map(({ rowId }) => rowId))];
}

const optionsOf = (
  options: readonly CustomFieldOptionInput[] | null | undefined,
): CustomField['options'] =>
  (options ?? []).map(({ value, label }) => ({
    value: value.trim(),
    label: label?.trim() ?? value.trim(),
  }));
