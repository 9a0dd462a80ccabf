import { DomainError, ErrorCode } from '../../errors';
import type { CustomField } from './custom-field.entity';
import { CustomFieldDataType, CustomFieldMode } from './custom-field.enums';
import { patternFault } from './pattern';

const refuse = (message: string, field: string): never => {
  throw new DomainError(ErrorCode.BAD_USER_INPUT, message, { path: ['input', field] });
};

const CHOICES: readonly CustomFieldDataType[] = [CustomFieldDataType.LIST, CustomFieldDataType.MULTI];

/** What must hold of a field for every value to have one meaning. Pure. @throws DomainError BAD_USER_INPUT */
export function checkDefinition({ mode, dataType, options, validationRegex, filterByService }: CustomField, reasonIds: readonly number[] | null): void {
  if (filterByService && mode === CustomFieldMode.CLIENT) refuse('A client is asked once, whatever they come for: leave filterByService out.', 'filterByService');
  if (reasonIds?.length && !filterByService) refuse('Reasons go with filterByService.', 'reasonIds');
  const fault = validationRegex === null ? null : patternFault(validationRegex);
  if (fault) refuse(`This is no pattern of RE2 that could be used: ${fault}.`, 'validationRegex');
  checkOptions(dataType, options.map(({ value }) => value));
}

function checkOptions(dataType: CustomFieldDataType, values: readonly string[]): void {
  if (new Set(values).size < values.length) refuse('Each option has a value of its own.', 'options');
  if (CHOICES.includes(dataType)) {
    if (!values.length) refuse(`A ${dataType} needs options to choose from.`, 'options');
  } else if (dataType === CustomFieldDataType.CHECK) {
    if (values.length && [...values].sort().join() !== 'false,true') refuse('The options of a CHECK are true and false.', 'options');
  } else if (values.length) refuse(`A ${dataType} has no options.`, 'options');
}
