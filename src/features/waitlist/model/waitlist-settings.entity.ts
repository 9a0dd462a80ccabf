import { Field, Int, ObjectType } from 'type-graphql';
import { Check, Entity, ForeignKey } from 'typeorm';
import {
  InstantColumn,
  IntColumn,
  TenantColumn,
  TextColumn,
  VersionColumn,
} from '../../../db/columns';
import { Business } from '../../businesses/business.entity';
import { WaitlistMode } from './status';
import { KeyedNode, Node } from '../../../graphql/node';

@Entity('waitlist_settings')
@ForeignKey(() => Business, ['businessId'], ['rowId'])
@Check('ck_waitlist_settings_mode', `mode IN ('OFF', 'NEXT', 'ALL')`)
@Check('ck_waitlist_settings_hours', 'hold_hours >= 1')
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'Settings of automatic waitlist invitations.',
})
export class WaitlistSettings extends KeyedNode {
  @TenantColumn()
  businessId!: number;

  get key(): string {
    return '';
  }

  @Field(() => WaitlistMode)
  @TextColumn({ length: 8 })
  mode!: WaitlistMode;

  @Field(() => Int, {
    description: 'Hours for which a place is held for an invitation. A reason can override it.',
  })
  @IntColumn()
  holdHours!: number;

  @Field(() => Int, {
    description:
      'Version, incremented by each change. Give it as expectedVersion. 0 before the first change.',
  })
  @VersionColumn()
  version!: number;

  /** Sequence number of the last event that was examined for freed times. */
  @InstantColumn()
  lastSeq!: number;

  /** Instant of the last full pass, needed because some causes of free times are not in the log. */
  @InstantColumn()
  lookedAt!: number;
}
