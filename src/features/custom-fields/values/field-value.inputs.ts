import { ArrayMaxSize, IsOptional, ValidateNested } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';
import { Text } from '../../../graphql/inputs/text-validators';
import { MAX_VALUE } from './rules';

const MAX_FIELDS = 100;

@InputType({ description: 'What is said in a custom field.' })
export class FieldValueInput {
  @Field(() => ID, { nullable: true, description: 'Which one. This or code.' }) fieldId?:
    string | null;
  @Field(() => String, { nullable: true, description: 'The code of the field. This or fieldId.' })
  @Text({ min: 1, max: 40 })
  code?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'In the form of the dataType of the field; null or blank for none.',
  })
  @Text({ max: MAX_VALUE, multiline: true })
  value?: string | null;
}

/** The `fields` of an input. */
export function SaidInFields(description: string): PropertyDecorator {
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
