import { Field, Int, ObjectType } from 'type-graphql';
import { Entity } from 'typeorm';
import { FlagColumn, IdColumn, InstantColumn, IntColumn, TextColumn } from '../../db/columns';
import { Node } from '../../graphql/node';
import { DateTime } from '../../graphql/scalars';

@Entity('business')
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'The tenant: everything else belongs to one, and nothing crosses it.',
})
export class Business extends Node {
  @IdColumn()
  rowId!: number;

  /** Its own tenant. */
  get businessId(): number {
    return this.rowId;
  }

  @Field()
  @TextColumn()
  name!: string;

  /** IANA; `timeZone` in the schema is the object made from it. */
  @TextColumn({ length: 64 })
  timeZoneCode!: string;

  @Field({ description: 'BCP 47: the language of texts for those who have none of their own.' })
  @TextColumn({ length: 35 })
  locale!: string;

  @Field({ description: 'ISO 4217: the currency of every price.' })
  @TextColumn({ length: 3 })
  currency!: string;

  @Field({ description: 'ISO 3166-1 alpha-2: how phone numbers without a country code are read.' })
  @TextColumn({ length: 2 })
  country!: string;

  @Field(() => Int, {
    description:
      'Hours before the start at which clients are reminded by e-mail unless an appointment says otherwise; 0 means never.',
  })
  @IntColumn()
  clientReminderHours!: number;

  @Field(() => Int, { description: 'The same for staff.' })
  @IntColumn()
  staffReminderHours!: number;

  @Field(() => Int, { description: 'The same for clients by SMS.' })
  @IntColumn()
  remindClientSmsHours!: number;

  @Field(() => Int, { description: 'The same for staff by SMS.' })
  @IntColumn()
  remindStaffSmsHours!: number;

  /** The longest appointment ever written here, milliseconds with buffers: bounds the search for what overlaps an instant. */
  @InstantColumn()
  longestMs!: number;

  /** Whether a custom field has to be filled in: where none has, whoever books nothing of the kind need not ask. */
  @FlagColumn({ default: false })
  requiresFields!: boolean;

  @Field(() => DateTime)
  @InstantColumn()
  createdAt!: number;
}
