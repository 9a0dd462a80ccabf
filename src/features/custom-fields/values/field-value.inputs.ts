import { ArrayMaxSize, IsOptional, ValidateNested } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';
import { OneOf } from '../../../graphql/inputs/one-of';
import { Text } from '../../../graphql/inputs/text-validators';
import { MAX_VALUE } from './rules';

const MAX_FIELDS = 100;

@OneOf()
@InputType({ description: 'A custom field, by its id or by its code.' })
export class CustomFieldIdentifierInput {
  @Field(() => ID, { nullable: true, description: 'Id of the field.' }) id?: string | null;
  @Field(() => String, { nullable: true, description: 'Code of the field.' })
  @Text({ min: 1, max: 40 })
  code?: string | null;
}

@InputType({ description: 'The value of a custom field.' })
export class FieldValueInput {
  @Field(() => CustomFieldIdentifierInput, { description: 'The field, by its id or by its code.' })
  @ValidateNested()
  field!: CustomFieldIdentifierInput;

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
