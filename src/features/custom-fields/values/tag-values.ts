import type { Context } from '../../../context';
import type { CustomField } from '../custom-field.entity';
import { CustomFieldMode } from '../data-types';
import { customFields } from '../custom-field.list';
import { idsOf, isPublic, linesOf, withFields } from './read';
import type { FieldValues } from './field-value';
import { fieldIdsIn, labelTagOf, valueTagOf } from './tag';
import { extendedOf } from './rules';

/** The field values of the appointment of a message, and of its client. */
interface FieldValuesByMode {
  readonly appointment: FieldValues;
  readonly client: FieldValues;
}

interface Reader {
  readonly isStaff: boolean;
  readonly locale: string;
}

const isVisibleTo = ({ isStaff }: Reader, field: CustomField): boolean =>
  isStaff ? field.active && field.visible : isPublic(field);

/**
 * Returns the texts of tags for a recipient. Omits the label and value of fields without a value.
 * Runs at most one statement.
 */
export async function tagValuesOf(
  context: Context,
  tags: readonly string[],
  { appointment, client }: FieldValuesByMode,
  reader: Reader,
): Promise<Record<string, string>> {
  const fields = await load(context, fieldIdsIn(tags));
  return Object.fromEntries(
    fields.flatMap((field) => {
      const value = (field.mode === CustomFieldMode.CLIENT ? client : appointment)?.[field.rowId];
      if (value === undefined || !isVisibleTo(reader, field)) return [];
      return [
        [labelTagOf(field.rowId), field.label],
        [valueTagOf(field.rowId), extendedOf(field, value, reader.locale)],
      ];
    }),
  );
}

/** Returns one line for each field value of an appointment. Runs at most one statement. */
export async function fieldLinesFor(
  context: Context,
  values: FieldValues,
  reader: Reader,
): Promise<string> {
  const fields = await load(context, idsOf(values));
  return linesOf(
    withFields(
      values,
      fields.filter((field) => isVisibleTo(reader, field)),
    ),
    reader.locale,
  );
}

const load = async (context: Context, ids: readonly number[]): Promise<CustomField[]> =>
  (await Promise.all(ids.map((id) => customFields.findById(context, id)))).filter(
    (field) => field !== null,
  );

/** Returns the tags that refer to no field of the business. */
export async function tagsWithoutField(
  context: Context,
  tags: readonly string[],
): Promise<string[]> {
  const fields = await load(context, fieldIdsIn(tags));
  const existing = new Set(fields.flatMap(({ rowId }) => [labelTagOf(rowId), valueTagOf(rowId)]));
  return tags.filter((tag) => !existing.has(tag));
}
