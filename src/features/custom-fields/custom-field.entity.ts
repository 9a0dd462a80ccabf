import { Field, Int, ObjectType } from 'type-graphql';
import { Check, Entity, ForeignKey, Index } from 'typeorm';
import {
  ActorColumn,
  FlagColumn,
  IdColumn,
  InstantColumn,
  IntColumn,
  JsonColumn,
  TenantColumn,
  TextColumn,
  VersionColumn,
} from '../../db/columns';
import { Node } from '../../graphql/node';
import { Reads, Shows } from '../../graphql/relations/column-field';
import { DateTime } from '../../graphql/scalars';
import { Business } from '../businesses/business.entity';
import { CustomFieldDataType, CustomFieldMode } from './data-types';
import { labelTagOf, valueTagOf } from './values/tag';

@ObjectType({ simpleResolvers: true, description: 'An option of a custom field.' })
export class CustomFieldOption {
  @Field({ description: 'The stored value.' }) value!: string;
  @Field({ description: 'The displayed text.' }) label!: string;
}

/** The code of fields without a code of their own. */
export const USER_DEFINED = 'UDF';

@Entity('custom_field')
@Index(['businessId', 'sortOrder', 'rowId'])
@Index('ix_custom_field_code', { synchronize: false })
@ForeignKey(() => Business, ['businessId'], ['rowId'])
@Check('ck_custom_field_mode', `mode IN ('APPT', 'CLIENT')`)
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'A field that a business defines for its appointments or its clients.',
})
export class CustomField extends Node {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @Field(() => Int)
  @VersionColumn()
  version!: number;

  @Field(() => Int, {
    description: "TimeTap's number of the custom field: the numeric part of `id` and of its tags.",
  })
  @Shows<CustomField>('rowId')
  get customFieldId(): number {
    return this.rowId;
  }

  @Field(() => CustomFieldMode)
  @TextColumn({ length: 8 })
  mode!: CustomFieldMode;

  @Field({ description: 'The displayed name of the field.' })
  @TextColumn({ length: 100 })
  label!: string;

  @Field(() => CustomFieldDataType)
  @TextColumn({ length: 8 })
  dataType!: CustomFieldDataType;

  @Field({
    description:
      'Stable identifier of the field for programs. UDF for a field without an identifier.',
  })
  @TextColumn({ length: 40 })
  code!: string;

  @Field({ description: 'Whether the code is UDF.' })
  @Reads<CustomField>('code')
  get userDefined(): boolean {
    return this.code === USER_DEFINED;
  }

  @Field({ description: 'Whether a value is required from viewers who may set the field.' })
  @FlagColumn()
  required!: boolean;

  @Field({
    description:
      'Whether the field is in use. An inactive field accepts no values; staff still see its ' +
      'stored values.',
  })
  @FlagColumn()
  active!: boolean;

  @Field({
    description:
      'Whether forms and messages include the field. False for a field that only programs ' +
      'set; staff still see its values.',
  })
  @FlagColumn()
  visible!: boolean;

  @Field({
    description:
      'Whether clients and public callers see and set the field. False for a field for staff only.',
  })
  @FlagColumn()
  visibleOnScheduler!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Regular expression in RE2 syntax that the whole value must match.',
  })
  @TextColumn({ length: 300, nullable: true })
  validationRegex!: string | null;

  @Field(() => Int, { description: 'Position in forms, in ascending order.' })
  @IntColumn()
  sortOrder!: number;

  @Field(() => String, { nullable: true, description: 'Help text for the field.' })
  @TextColumn({ length: 500, nullable: true })
  hint!: string | null;

  @Field({
    description:
      'Whether the field applies only to its reasons. False for a field that applies to ' +
      'every reason.',
  })
  @FlagColumn()
  filterByService!: boolean;

  @Field(() => [CustomFieldOption], {
    description:
      'Options of a LIST or MULTI, or labels for true and false of a CHECK. Empty for other types.',
  })
  @JsonColumn()
  options!: CustomFieldOption[];

  @Field({ description: 'Placeholder for the label in message templates.' })
  @Reads<CustomField>('rowId')
  get labelTag(): string {
    return `%${labelTagOf(this.rowId)}%`;
  }

  @Field({ description: 'Placeholder for the value in message templates.' })
  @Reads<CustomField>('rowId')
  get valueTag(): string {
    return `%${valueTagOf(this.rowId)}%`;
  }

  @Field(() => DateTime)
  @InstantColumn()
  createdAt!: number;

  @TextColumn({ length: 201 })
  createdBy!: string;

  @ActorColumn()
  createdById!: string | null;

  @Field(() => DateTime)
  @InstantColumn()
  modifiedAt!: number;

  @TextColumn({ length: 201 })
  modifiedBy!: string;

  @ActorColumn()
  modifiedById!: string | null;
}
