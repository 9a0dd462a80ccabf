import { newRow } from '../db/new-row';
import type { Business } from '../features/businesses/business.entity';
import { CustomField, USER_DEFINED } from '../features/custom-fields/custom-field.entity';
import type { CustomFieldDataType, CustomFieldMode } from '../features/custom-fields/data-types';
import type { FieldValues } from '../features/custom-fields/values/field-value';
import type { Ids } from '../db/state/ids';
import type { DemoBusiness, DemoField } from './businesses';
import { DEMO_AUTHOR } from './stamps';
import { creatorOf, modifierOf } from '../log/actors/stamps';

export interface SampledField {
  readonly field: CustomField;
  readonly samples: DemoField['samples'];
}

/** Creates the custom fields of a business, with sample values. */
export async function createFields(
  ids: Ids,
  { rowId: businessId }: Business,
  { fields }: DemoBusiness,
  at: number,
): Promise<SampledField[]> {
  const rowIds = await ids.take('custom_field', fields.length);
  return fields.map(
    ({ mode, label, dataType, pattern = null, options = [], online = true, samples }, index) => ({
      samples,
      field: newRow(CustomField, {
        businessId,
        rowId: rowIds[index] as number,
        version: 1,
        mode: mode as CustomFieldMode,
        label,
        dataType: dataType as CustomFieldDataType,
        code: USER_DEFINED,
        required: false,
        active: true,
        visible: true,
        visibleOnScheduler: online,
        validationRegex: pattern,
        sortOrder: index,
        hint: null,
        filterByService: false,
        options: [...options],
        createdAt: at,
        ...creatorOf(DEMO_AUTHOR),
        modifiedAt: at,
        ...modifierOf(DEMO_AUTHOR),
      }),
    }),
  );
}

/** Returns the field values of the row at `index`; none for every third row. */
export function sampleValuesAt(
  fields: readonly SampledField[],
  mode: DemoField['mode'],
  index: number,
): FieldValues {
  const own = fields.filter(({ field }) => field.mode === mode);
  if (!own.length || index % 3 === 0) return null;
  return Object.fromEntries(
    own.map(({ field, samples }) => [field.rowId, samples[index % samples.length] as string]),
  );
}
