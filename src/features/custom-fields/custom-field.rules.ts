import { badInput, InputProblemCode } from '../../errors';
import type { CustomField } from './custom-field.entity';
import { CustomFieldDataType, CustomFieldMode } from './data-types';
import { patternFault } from './values/pattern';

const CHOICES: readonly CustomFieldDataType[] = [
  CustomFieldDataType.LIST,
  CustomFieldDataType.MULTI,
];

/** Checks the consistency of a field definition. Pure. @throws DomainError BAD_USER_INPUT */
export function checkDefinition(
  { mode, dataType, options, validationRegex, filterByService }: CustomField,
  reasonIds: readonly number[] | null,
): void {
  if (filterByService && mode === CustomFieldMode.CLIENT)
    throw badInput(
      InputProblemCode.NOT_ALLOWED,
      'filterByService is not available for fields of clients. Omit it.',
      'filterByService',
    );
  if (reasonIds?.length && !filterByService)
    throw badInput(
      InputProblemCode.NOT_ALLOWED,
      'reasonIds requires filterByService to be true.',
      'reasonIds',
    );
  const fault = validationRegex === null ? null : patternFault(validationRegex);
  if (fault)
    throw badInput(
      InputProblemCode.WRONG_FORMAT,
      `The pattern is not valid in RE2 syntax: ${fault}.`,
      'validationRegex',
    );
  checkOptions(
    dataType,
    options.map(({ value }) => value),
  );
}

function checkOptions(dataType: CustomFieldDataType, values: readonly string[]): void {
  if (new Set(values).size < values.length)
    throw badInput(InputProblemCode.DUPLICATE, 'The values of options must be unique.', 'options');
  if (CHOICES.includes(dataType)) {
    if (!values.length)
      throw badInput(
        InputProblemCode.REQUIRED,
        `A ${dataType} needs options to choose from.`,
        'options',
      );
  } else if (dataType === CustomFieldDataType.CHECK) {
    if (values.length && [...values].sort().join() !== 'false,true')
      throw badInput(
        InputProblemCode.NOT_AN_OPTION,
        'The options of a CHECK must be true and false.',
        'options',
      );
  } else if (values.length)
    throw badInput(InputProblemCode.NOT_ALLOWED, `A ${dataType} has no options.`, 'options');
}
