import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { TenantColumn } from '../../db/columns';
import { Reason } from '../reasons/reason.entity';
import { CustomField } from './custom-field.entity';

/** A reason to which a custom field with `filterByService` applies. */
@Entity('custom_field_reason')
@Index(['businessId', 'reasonId', 'customFieldId'])
@ForeignKey(() => CustomField, ['businessId', 'customFieldId'], ['businessId', 'rowId'])
@ForeignKey(() => Reason, ['businessId', 'reasonId'], ['businessId', 'rowId'])
export class CustomFieldReason {
  @TenantColumn()
  businessId!: number;

  @PrimaryColumn('integer')
  customFieldId!: number;

  @PrimaryColumn('integer')
  reasonId!: number;
}
