import { ArrayMaxSize, IsOptional, Matches, Max, Min, ValidateNested } from 'class-validator';
import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { OrderDirection } from '../../graphql/connection';
import { Text } from '../../graphql/inputs/text-validators';
import { CustomFieldDataType, CustomFieldMode } from './data-types';
import { MAX_PATTERN } from './values/pattern';

export enum CustomFieldOrderField {
  SORT_ORDER = 'SORT_ORDER',
}
registerEnumType(CustomFieldOrderField, {
  name: 'CustomFieldOrderField',
  valuesConfig: { SORT_ORDER: { description: 'By the position in forms.' } },
});

@InputType()
export class CustomFieldOrder {
  @Field(() => CustomFieldOrderField) field!: CustomFieldOrderField;
  @Field(() => OrderDirection, { defaultValue: OrderDirection.ASC }) direction!: OrderDirection;
}

@InputType({ description: 'Conditions that custom fields must satisfy, combined with AND.' })
export class CustomFieldFilter {
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) ids?: string[] | null;
  @Field(() => CustomFieldMode, {
    description: 'Only fields of appointments, or only those of clients.',
    nullable: true,
  })
  mode?: CustomFieldMode | null;
  @Field(() => Boolean, {
    description: 'Only fields that are in use, or only those that are not.',
    nullable: true,
  })
  active?: boolean | null;
  @Field(() => String, { description: 'Only the fields with this code.', nullable: true })
  @Text({ max: 40 })
  code?: string | null;
  @Field(() => ID, {
    nullable: true,
    description:
      'Fields that apply to a booking for this reason: fields of its appointments, and ' +
      'fields of clients.',
  })
  reasonId?: string | null;
}

@InputType({ description: 'An option of a custom field.' })
export class CustomFieldOptionInput {
  @Field({ description: 'The stored value. It cannot contain commas.' })
  @Text({ min: 1, max: 100 })
  @Matches(/^[^,]*$/, {
    message: 'value must not contain a comma, which separates the values of a MULTI.',
  })
  value!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The displayed text. Null for the value.',
  })
  @Text({ min: 1, max: 200 })
  label?: string | null;
}

@InputType()
abstract class CustomFieldDetails {
  @Field(() => CustomFieldDataType, {
    nullable: true,
    description: 'Data type of the values.',
  })
  dataType?: CustomFieldDataType | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Stable identifier of the field for programs: a word of at most 40 letters, digits and ' +
      '_. UDF means no identifier.',
  })
  @IsOptional()
  @Matches(/^[A-Za-z][A-Za-z0-9_]{0,39}$/, {
    message: 'code must be a word of at most 40 letters, digits and _, such as insurance_number.',
  })
  code?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether a value is required from viewers who may set the field.',
  })
  required?: boolean | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the field is in use.',
  })
  active?: boolean | null;
  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether forms and messages include the field. False for a field that only programs set.',
  })
  visible?: boolean | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether clients and public callers see and set the field.',
  })
  visibleOnScheduler?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Regular expression in RE2 syntax, without look-around and back-references, that the ' +
      `whole value must match. Maximum ${MAX_PATTERN} characters. Limits values to 500 ` +
      'characters.',
  })
  @Text({ min: 1, max: MAX_PATTERN })
  validationRegex?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Position in forms, in ascending order.',
  })
  @IsOptional()
  @Min(0)
  @Max(1_000_000)
  sortOrder?: number | null;
  @Field(() => String, { description: 'Help text for the field.', nullable: true })
  @Text({ max: 500 })
  hint?: string | null;
  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether the field applies only to the reasons of reasonIds. Only for the mode APPT.',
  })
  filterByService?: boolean | null;
  @Field(() => [ID], {
    nullable: true,
    description:
      'Reasons to which the field applies. Replaces all present ones. Requires filterByService.',
  })
  @IsOptional()
  @ArrayMaxSize(500)
  reasonIds?: string[] | null;

  @Field(() => [CustomFieldOptionInput], {
    nullable: true,
    description:
      'Options of a LIST or MULTI, or labels for true and false of a CHECK. Replaces all ' +
      'present ones. Maximum 100.',
  })
  @IsOptional()
  @ArrayMaxSize(100)
  @ValidateNested()
  options?: CustomFieldOptionInput[] | null;
}

@InputType({
  description:
    'A new custom field. `dataType` defaults to TXT, `code` to UDF, `required` and ' +
    '`filterByService` to false, `active`, `visible` and `visibleOnScheduler` to true, and ' +
    '`sortOrder` to 0.',
})
export class CreateCustomFieldInput extends CustomFieldDetails {
  @Field(() => CustomFieldMode, {
    description: 'Whether the field belongs to appointments or clients.',
    defaultValue: CustomFieldMode.APPT,
  })
  mode!: CustomFieldMode;
  @Field({ description: 'The displayed name of the field.' })
  @Text({ min: 1, max: 100 })
  label!: string;
}

@InputType({
  description:
    'Omitted fields keep their value. Null clears a field. Stored values that become invalid ' +
    'are kept and have a validationError.',
})
export class UpdateCustomFieldInput extends CustomFieldDetails {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
  @Field(() => String, { description: 'The displayed name of the field.', nullable: true })
  @Text({ min: 1, max: 100 })
  label?: string | null;
}

@InputType()
export class DeleteCustomFieldInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}
