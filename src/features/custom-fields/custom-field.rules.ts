import { badInput } from '../../errors';
import type { CustomField } from './custom-field.entity';
import { CustomFieldDataType, CustomFieldMode } from './custom-field.enums';
import { patternFault } from './values/pattern';

const CHOICES: readonly CustomFieldDataType[] = [
  CustomFieldDataType.LIST,
  CustomFieldDataType.MULTI,
];

/** What must hold of a field for every value to have one meaning. Pure. @throws DomainError BAD_USER_INPUT */
export function checkDefinition(
  { mode, dataType, options, validationRegex, filterByService }: CustomField,
  reasonIds: readonly number[] | null,
): void {
  if (filterByService && mode === CustomFieldMode.CLIENT)
    throw badInput(
      'A client is asked once, whatever they come for: leave filterByService out.',
      'filterByService',
    );
  if (reasonIds?.length && !filterByService)
    throw badInput('Reasons go with filterByService.', 'reasonIds');
  const fault = validationRegex === null ? null : patternFault(validationRegex);
  if (fault)
    throw badInput(`This is no pattern of RE2 that could be used: ${fault}.`, 'validationRegex');
  checkOptions(
    dataType,
    options.map(({ value }) => value),
  );
}

function checkOptions(dataType: CustomFieldDataType, values: readonly string[]): void {
  if (new Set(values).size < values.length)
    throw badInput('Each option has a value of its own.', 'options');
  if (CHOICES.includes(dataType)) {
    if (!values.length) throw badInput(`A ${dataType} needs options to choose from.`, 'options');
  } else if (dataType === CustomFieldDataType.CHECK) {
    if (values.length && [...values].sort().join() !== 'false,true')
      throw badInput('The options of a CHECK are true and false.', 'options');
  } else if (values.length) throw badInput(`A ${dataType} has no options.`, 'options');
}
