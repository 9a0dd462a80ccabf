import { Ctx, Field, ObjectType } from 'type-graphql';
import type { Context } from '../../../context';
import { businessOf } from '../../businesses/business.list';
import { CustomField } from '../custom-field.entity';
import { extendedOf, faultOf } from './rules';

/** Values of custom fields by field id, as stored in a column; null if there are none. */
export type FieldValues = Readonly<Record<string, string>> | null;

@ObjectType({ description: 'The value of a custom field.' })
export class FieldValue {
  constructor(field: CustomField, value: string) {
    this.field = field;
    this.value = value;
  }

  @Field(() => CustomField, { description: 'The present definition of the field.' })
  field: CustomField;
  @Field({ description: 'Stored value, in the format of the data type.' }) value: string;

  @Field(() => String, {
    description:
      'Displayed value in the language of the business: labels of options, a written date, a ' +
      'phone number in national format.',
  })
  async extendedValue(@Ctx() context: Context): Promise<string> {
    return extendedOf(this.field, this.value, (await businessOf(context)).locale);
  }

  @Field(() => String, {
    nullable: true,
    description:
      'Reason why the value is invalid since a change of the field. Null for a valid value.',
  })
  get validationError(): string | null {
    const fault = faultOf(this.field, this.value);
    return fault && `${this.field.label} ${fault.message}.`;
  }
}
