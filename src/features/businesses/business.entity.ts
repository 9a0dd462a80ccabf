import { Field, Int, ObjectType } from 'type-graphql';
import { Entity } from 'typeorm';
import {
  FlagColumn,
  IdColumn,
  InstantColumn,
  IntColumn,
  TextColumn,
  VersionColumn,
} from '../../db/columns';
import { Node } from '../../graphql/node';
import { DateTime } from '../../graphql/scalars';

@Entity('business')
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'A tenant. Every other object belongs to exactly one business.',
})
export class Business extends Node {
  @IdColumn()
  rowId!: number;

  @Field(() => Int)
  @VersionColumn()
  version!: number;

  /** A business is its own tenant. */
  get businessId(): number {
    return this.rowId;
  }

  /** Version of the message settings, which are columns of this table and rows of another. */
  @VersionColumn()
  messageSettingsVersion!: number;

  @Field({ description: 'The displayed name of the business.' })
  @TextColumn()
  name!: string;

  /** IANA name. The schema exposes it as the object `timeZone`. */
  @TextColumn({ length: 64 })
  timeZoneCode!: string;

  @Field({
    description: 'Language of messages and texts for clients without a locale, as a BCP 47 tag.',
  })
  @TextColumn({ length: 35 })
  locale!: string;

  @Field({ description: 'Currency of every price, as an ISO 4217 code.' })
  @TextColumn({ length: 3 })
  currency!: string;

  @Field({
    description: 'Country of phone numbers without a country code, as an ISO 3166-1 alpha-2 code.',
  })
  @TextColumn({ length: 2 })
  country!: string;

  @Field(() => Int, {
    description:
      'Hours before the start at which clients get a reminder by e-mail. 0 disables the ' +
      'reminder. Appointments can override it.',
  })
  @IntColumn()
  clientReminderHours!: number;

  @Field(() => Int, {
    description:
      'Hours before the start at which staff members get a reminder by e-mail. 0 disables ' +
      'the reminder. Appointments can override it.',
  })
  @IntColumn()
  staffReminderHours!: number;

  @Field(() => Int, {
    description:
      'Hours before the start at which clients get a reminder by SMS. 0 disables the ' +
      'reminder. Appointments can override it.',
  })
  @IntColumn()
  remindClientSmsHours!: number;

  @Field(() => Int, {
    description:
      'Hours before the start at which staff members get a reminder by SMS. 0 disables the ' +
      'reminder. Appointments can override it.',
  })
  @IntColumn()
  remindStaffSmsHours!: number;

  /**
   * Maximum duration of any appointment with its buffers, in milliseconds. Bounds the search for
   * overlapping appointments.
   */
  @InstantColumn()
  longestMs!: number;

  /**
   * Whether the business has a required custom field. If not, a booking without fields need not
   * read definitions.
   */
  @FlagColumn({ default: false })
  requiresFields!: boolean;

  @Field(() => DateTime)
  @InstantColumn()
  createdAt!: number;
}
