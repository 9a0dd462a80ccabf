import { Field, Int, ObjectType } from 'type-graphql';
import { Check, Entity, ForeignKey, Index } from 'typeorm';
import {
  FlagColumn,
  IdColumn,
  InstantColumn,
  IntColumn,
  JsonColumn,
  TenantColumn,
  TextColumn,
} from '../../db/columns';
import { Node } from '../../graphql/node';
import { Reads, Shows } from '../../graphql/relations/column-field';
import { DateTime } from '../../graphql/scalars';
import { Business } from '../businesses/business.entity';
import { CustomFieldDataType, CustomFieldMode } from './custom-field.enums';
import { labelTagOf, valueTagOf } from './values/tag';

@ObjectType({ simpleResolvers: true, description: 'What may be chosen.' })
export class CustomFieldOption {
  @Field({ description: 'What is kept.' }) value!: string;
  @Field({ description: 'What people read.' }) label!: string;
}

/** The code of a field that no program knows. */
export const USER_DEFINED = 'UDF';

@Entity('custom_field')
@Index(['businessId', 'sortOrder', 'rowId'])
@Index('ix_custom_field_code', { synchronize: false })
@ForeignKey(() => Business, ['businessId'], ['rowId'])
@Check('ck_custom_field_mode', `mode IN ('APPT', 'CLIENT')`)
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'Something that a business asks of its appointments or its clients.',
})
export class CustomField extends Node {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @Field(() => Int, { description: 'The number in the id, and in the tags.' })
  @Shows<CustomField>('rowId')
  get customFieldId(): number {
    return this.rowId;
  }

  @Field(() => CustomFieldMode)
  @TextColumn({ length: 8 })
  mode!: CustomFieldMode;

  @Field({ description: 'What people read.' })
  @TextColumn({ length: 100 })
  label!: string;

  @Field(() => CustomFieldDataType)
  @TextColumn({ length: 8 })
  dataType!: CustomFieldDataType;

  @Field({
    description:
      'By which your programs know it, whatever its label; UDF for one that only people fill in.',
  })
  @TextColumn({ length: 40 })
  code!: string;

  @Field({ description: 'True where the code is UDF.' })
  @Reads<CustomField>('code')
  get userDefined(): boolean {
    return this.code === USER_DEFINED;
  }

  @Field({ description: 'Whether whoever is asked has to answer.' })
  @FlagColumn()
  required!: boolean;

  @Field({ description: 'False: nobody is asked any more; staff see what was said before.' })
  @FlagColumn()
  active!: boolean;

  @Field({
    description:
      'False: programs fill it in; nobody is asked, and messages and clients are not told.',
  })
  @FlagColumn()
  visible!: boolean;

  @Field({ description: 'False: for staff alone. Clients neither see it nor are they asked.' })
  @FlagColumn()
  visibleOnScheduler!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'What a value has to match as a whole, in the syntax of RE2.',
  })
  @TextColumn({ length: 300, nullable: true })
  validationRegex!: string | null;

  @Field(() => Int, { description: 'Place in forms; 0 comes first.' })
  @IntColumn()
  sortOrder!: number;

  @Field(() => String, { nullable: true, description: 'Helps whoever fills it in.' })
  @TextColumn({ length: 500, nullable: true })
  hint!: string | null;

  @Field({ description: 'True: asked for its reasons alone. False: for every reason.' })
  @FlagColumn()
  filterByService!: boolean;

  @Field(() => [CustomFieldOption], {
    description:
      'What may be chosen in a LIST or a MULTI; of a CHECK, what true and false are called. Empty elsewhere.',
  })
  @JsonColumn()
  options!: CustomFieldOption[];

  @Field({ description: 'Stands for the label in templates of messages.' })
  @Reads<CustomField>('rowId')
  get labelTag(): string {
    return `%${labelTagOf(this.rowId)}%`;
  }

  @Field({ description: 'Stands for what was said in templates of messages.' })
  @Reads<CustomField>('rowId')
  get valueTag(): string {
    return `%${valueTagOf(this.rowId)}%`;
  }

  @Field(() => DateTime)
  @InstantColumn()
  createdAt!: number;

  @Field()
  @TextColumn({ length: 201 })
  createdBy!: string;

  @Field(() => DateTime)
  @InstantColumn()
  modifiedAt!: number;

  @Field({ description: 'Who changed it last.' })
  @TextColumn({ length: 201 })
  modifiedBy!: string;
}
