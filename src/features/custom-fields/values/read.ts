import { isStaffSide, type Context, type Viewer } from '../../../context';
import { businessOf } from '../../businesses/business.list';
import type { CustomField } from '../custom-field.entity';
import { customFields } from '../custom-field.list';
import { FieldValue, type FieldValues } from './field-value';
import { extendedOf } from './rules';

/** Whether viewers who are not staff may read and set a field. */
export const isPublic = ({ active, visible, visibleOnScheduler }: CustomField): boolean =>
  active && visible && visibleOnScheduler;

export const maySee = (viewer: Viewer, field: CustomField): boolean =>
  isStaffSide(viewer) || isPublic(field);

export const idsOf = (values: FieldValues): number[] => Object.keys(values ?? {}).map(Number);

const byPlace = (one: FieldValue, other: FieldValue): number =>
  one.field.sortOrder - other.field.sortOrder || one.field.rowId - other.field.rowId;

/** Returns values with their fields, in the order of forms. Omits values of deleted fields. */
export const withFields = (
  values: FieldValues,
  fields: readonly (CustomField | null)[],
): FieldValue[] =>
  fields
    .flatMap((field) =>
      field
        ? [new FieldValue(field, (values as Record<string, string>)[field.rowId] as string)]
        : [],
    )
    .sort(byPlace);

/**
 * Returns the values that are visible to the viewer. Runs one statement for all rows of an
 * operation.
 */
export async function fieldsShown(context: Context, values: FieldValues): Promise<FieldValue[]> {
  return withFields(
    values,
    await Promise.all(idsOf(values).map((id) => customFields.findVisible(context, id))),
  );
}

/** Returns one line for each value: `Comments : Boo!`. */
export const linesOf = (values: readonly FieldValue[], locale: string): string =>
  values
    .map(({ field, value }) => `${field.label} : ${extendedOf(field, value, locale)}`)
    .join('\n');

/** Returns the values that are visible to the viewer as text in the language of the business. */
export async function fieldText(context: Context, values: FieldValues): Promise<string> {
  const shown = await fieldsShown(context, values);
  return shown.length ? linesOf(shown, (await businessOf(context)).locale) : '';
}
