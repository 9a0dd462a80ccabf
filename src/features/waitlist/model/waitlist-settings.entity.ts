import { Field, Int, ObjectType } from 'type-graphql';
import { Check, Entity, ForeignKey } from 'typeorm';
import { InstantColumn, IntColumn, TenantColumn, TextColumn } from '../../../db/columns';
import { Business } from '../../businesses/business.entity';
import { WaitlistMode } from './status';

@Entity('waitlist_settings')
@ForeignKey(() => Business, ['businessId'], ['rowId'])
@Check('ck_waitlist_settings_mode', `mode IN ('OFF', 'NEXT', 'ALL')`)
@Check('ck_waitlist_settings_hours', 'hold_hours >= 1')
@ObjectType({ simpleResolvers: true, description: 'How a business invites from its waitlists.' })
export class WaitlistSettings {
  @TenantColumn()
  businessId!: number;

  @Field(() => WaitlistMode)
  @TextColumn({ length: 8 })
  mode!: WaitlistMode;

  @Field(() => Int, {
    description:
      'How long a place is held for those who are invited, unless the reason says otherwise.',
  })
  @IntColumn()
  holdHours!: number;

  /** Number of the last event of the log that was looked at for what it set free. */
  @InstantColumn()
  lastSeq!: number;

  /** When everything was looked at last: not all that makes times is in the log. */
  @InstantColumn()
  lookedAt!: number;
}
