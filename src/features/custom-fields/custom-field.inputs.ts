import { ArrayMaxSize, IsOptional, Matches, Max, Min, ValidateNested } from 'class-validator';
import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { OrderDirection } from '../../graphql/connection';
import { Text } from '../../graphql/inputs/text-validators';
import { CustomFieldDataType, CustomFieldMode } from './custom-field.enums';
import { MAX_PATTERN } from './values/pattern';

export enum CustomFieldOrderField {
  SORT_ORDER = 'SORT_ORDER',
}
registerEnumType(CustomFieldOrderField, { name: 'CustomFieldOrderField' });

@InputType()
export class CustomFieldOrder {
  @Field(() => CustomFieldOrderField) field!: CustomFieldOrderField;
  @Field(() => OrderDirection, { defaultValue: OrderDirection.ASC }) direction!: OrderDirection;
}

@InputType({ description: 'All conditions given must hold.' })
export class CustomFieldFilter {
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) ids?: string[] | null;
  @Field(() => CustomFieldMode, { nullable: true }) mode?: CustomFieldMode | null;
  @Field(() => Boolean, { nullable: true }) active?: boolean | null;
  @Field(() => String, { nullable: true }) @Text({ max: 40 }) code?: string | null;
  @Field(() => ID, {
    nullable: true,
    description:
      'What is asked of whoever books this reason: fields of its appointments, and of clients.',
  })
  reasonId?: string | null;
}

@InputType()
export class CustomFieldOptionInput {
  @Field({ description: 'What is kept. Without commas.' })
  @Text({ min: 1, max: 100 })
  @Matches(/^[^,]*$/, {
    message: 'value must have no comma: it stands between the values of a MULTI.',
  })
  value!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Label shown to people. Null for the value.',
  })
  @Text({ min: 1, max: 200 })
  label?: string | null;
}

@InputType()
abstract class CustomFieldDetails {
  @Field(() => CustomFieldDataType, {
    nullable: true,
    description: 'Type of its values. Defaults to TXT.',
  })
  dataType?: CustomFieldDataType | null;

  @Field(() => String, {
    nullable: true,
    description:
      'By which your programs know it: a word of letters, digits and _, up to 40. UDF means none. Defaults to UDF.',
  })
  @IsOptional()
  @Matches(/^[A-Za-z][A-Za-z0-9_]{0,39}$/, {
    message: 'code must be a word of letters, digits and _, up to 40, such as insurance_number.',
  })
  code?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether a value is required. Defaults to false.',
  })
  required?: boolean | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the field is in use. Defaults to true.',
  })
  active?: boolean | null;
  @Field(() => Boolean, { nullable: true, description: 'Whether staff see it. Defaults to true.' })
  visible?: boolean | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether clients see it on booking pages. Defaults to true.',
  })
  visibleOnScheduler?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: `What a value has to match as a whole, in the syntax of RE2: neither look-around nor back-references. Up to ${MAX_PATTERN} characters. Values have at most 500 then.`,
  })
  @Text({ min: 1, max: MAX_PATTERN })
  validationRegex?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Position in forms: 0 comes first. Defaults to 0.',
  })
  @IsOptional()
  @Min(0)
  @Max(1_000_000)
  sortOrder?: number | null;
  @Field(() => String, { nullable: true }) @Text({ max: 500 }) hint?: string | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'True: asked for the reasons of reasonIds alone. Of APPT. Defaults to false.',
  })
  filterByService?: boolean | null;
  @Field(() => [ID], {
    nullable: true,
    description: 'All of them: replaces which they were. With filterByService.',
  })
  @IsOptional()
  @ArrayMaxSize(500)
  reasonIds?: string[] | null;

  @Field(() => [CustomFieldOptionInput], {
    nullable: true,
    description:
      'All that may be chosen in a LIST or a MULTI, up to 100; what true and false of a CHECK are called.',
  })
  @IsOptional()
  @ArrayMaxSize(100)
  @ValidateNested()
  options?: CustomFieldOptionInput[] | null;
}

@InputType()
export class CreateCustomFieldInput extends CustomFieldDetails {
  @Field(() => CustomFieldMode, { defaultValue: CustomFieldMode.APPT }) mode!: CustomFieldMode;
  @Field() @Text({ min: 1, max: 100 }) label!: string;
}

@InputType({
  description:
    'A field left out stays, one set to null is cleared. Values that no longer fit stay, and say so in validationError.',
})
export class UpdateCustomFieldInput extends CustomFieldDetails {
  @Field(() => ID) id!: string;
  @Field(() => String, { nullable: true }) @Text({ min: 1, max: 100 }) label?: string | null;
}

@InputType()
export class DeleteCustomFieldInput {
  @Field(() => ID) id!: string;
}
