import { ArrayMaxSize, IsOptional, ValidateNested } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';
import { Text } from '../../../graphql/inputs/text-validators';
import { MAX_VALUE } from './rules';

const MAX_FIELDS = 100;

@InputType({
  description: 'The value of a custom field. Exactly one of `fieldId` and `code` is required.',
})
export class FieldValueInput {
  @Field(() => ID, { nullable: true, description: 'Id of the field. Exclusive with `code`.' })
  fieldId?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'Code of the field. Exclusive with `fieldId`.',
  })
  @Text({ min: 1, max: 40 })
  code?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Value in the format of the data type of the field. Null or blank clears it.',
  })
  @Text({ max: MAX_VALUE, multiline: true })
  value?: string | null;
}

/** Declares the input field `fields`. */
export function FieldValuesInput(description: string): PropertyDecorator {
  const decorators = [
    Field(() => [FieldValueInput], { nullable: true, description }),
    IsOptional(),
    ArrayMaxSize(MAX_FIELDS),
    ValidateNested(),
  ] as PropertyDecorator[];
  return (target, key) => {
    for (const decorate of decorators) decorate(target, key);
  };
}
