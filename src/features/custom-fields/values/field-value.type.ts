import { Ctx, Field, ObjectType } from 'type-graphql';
import type { Context } from '../../../context';
import { businessOf } from '../../businesses/business.loaders';
import { CustomField } from '../custom-field.entity';
import { extendedOf, faultOf } from './rules';

/** What is said in custom fields, by their numbers; null where nothing is. A column of whatever is asked. */
export type FieldValues = Readonly<Record<string, string>> | null;

@ObjectType({ description: 'What was said in a custom field.' })
export class FieldValue {
  constructor(field: CustomField, value: string) {
    this.field = field;
    this.value = value;
  }

  @Field(() => CustomField, { description: 'As it is now.' }) field: CustomField;
  @Field({ description: 'As it is kept; its dataType says in which form.' }) value: string;

  @Field(() => String, {
    description:
      'As people read it, in the language of the business: labels of options, a date in words, a phone number in the form of its country.',
  })
  async extendedValue(@Ctx() context: Context): Promise<string> {
    return extendedOf(this.field, this.value, (await businessOf(context)).locale);
  }

  @Field(() => String, {
    nullable: true,
    description: 'Why it no longer fits, where the field has changed since; null where it fits.',
  })
  get validationError(): string | null {
    const fault = faultOf(this.field, this.value);
    return fault && `${this.field.label} ${fault.message}.`;
  }
}
