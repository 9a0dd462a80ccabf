import type { Context } from '../../../context';
import type { CustomField } from '../custom-field.entity';
import { CustomFieldMode } from '../custom-field.enums';
import { customFields } from '../custom-field.source';
import { idsOf, isForEverybody, linesOf, withFields } from './read';
import type { FieldValues } from './field-value.type';
import { fieldIdsIn, labelTagOf, valueTagOf } from './tag';
import { extendedOf } from './rules';

/** What was said, of whom a message tells. */
interface Said {
  readonly appointment: FieldValues;
  readonly client: FieldValues;
}

interface Reader {
  readonly isStaff: boolean;
  readonly locale: string;
}

const isToldTo = ({ isStaff }: Reader, field: CustomField): boolean =>
  isStaff ? field.active && field.visible : isForEverybody(field);

/** What stands for the tags of these fields, to a reader: nothing for the label of a field in which nothing was said. One statement, or none. */
export async function tagValuesOf(
  context: Context,
  tags: readonly string[],
  { appointment, client }: Said,
  reader: Reader,
): Promise<Record<string, string>> {
  const fields = await load(context, fieldIdsIn(tags));
  return Object.fromEntries(
    fields.flatMap((field) => {
      const value = (field.mode === CustomFieldMode.CLIENT ? client : appointment)?.[field.rowId];
      if (value === undefined || !isToldTo(reader, field)) return [];
      return [
        [labelTagOf(field.rowId), field.label],
        [valueTagOf(field.rowId), extendedOf(field, value, reader.locale)],
      ];
    }),
  );
}

/** All that was said of an appointment, a line for each field. One statement, or none. */
export async function allSaid(
  context: Context,
  values: FieldValues,
  reader: Reader,
): Promise<string> {
  const fields = await load(context, idsOf(values));
  return linesOf(
    withFields(
      values,
      fields.filter((field) => isToldTo(reader, field)),
    ),
    reader.locale,
  );
}

const load = async (context: Context, ids: readonly number[]): Promise<CustomField[]> =>
  (await Promise.all(ids.map((id) => customFields.findById(context, id)))).filter(
    (field) => field !== null,
  );

/** Those of these tags that are of no field of the business, and whatever else they are. */
export async function strangeTags(context: Context, tags: readonly string[]): Promise<string[]> {
  const fields = await load(context, fieldIdsIn(tags));
  const known = new Set(fields.flatMap(({ rowId }) => [labelTagOf(rowId), valueTagOf(rowId)]));
  return tags.filter((tag) => !known.has(tag));
}
