import { Field, Int, ObjectType } from 'type-graphql';
import { Check, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import {
  InstantColumn,
  LongTextColumn,
  TenantColumn,
  TextColumn,
  VersionColumn,
} from '../../../db/columns';
import { Business } from '../../businesses/business.entity';
import { MessageKind } from '../../clients/message-kind';
import { MessageAudience, MessageChannel } from '../message-types';
import { KeyedNode, Node } from '../../../graphql/node';

@Entity('message_template')
@ForeignKey(() => Business, ['businessId'], ['rowId'])
@Check('ck_message_template_channel', `channel IN ('EMAIL', 'SMS')`)
@Check('ck_message_template_audience', `audience IN ('CLIENT', 'STAFF')`)
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description:
    'The text of a kind of message in one language. Tags such as %DATE_TIME% are replaced by ' +
    'values; docs/messages.md lists them.',
})
export class MessageTemplate extends KeyedNode {
  @TenantColumn()
  businessId!: number;

  @Field(() => MessageKind)
  @PrimaryColumn('varchar', { length: 40 })
  kind!: MessageKind;

  @Field(() => MessageChannel)
  @PrimaryColumn('varchar', { length: 5 })
  channel!: MessageChannel;

  @Field(() => MessageAudience)
  @PrimaryColumn('varchar', { length: 6 })
  audience!: MessageAudience;

  @Field({
    description: 'BCP 47 tag. A reader of de-AT gets the template of de if de-AT has none.',
  })
  @PrimaryColumn('varchar', { length: 35 })
  language!: string;

  get key(): string {
    return [this.kind, this.channel, this.audience, this.language].join('.');
  }

  @Field(() => String, { nullable: true, description: 'Null for SMS.' })
  @TextColumn({ nullable: true })
  subject!: string | null;

  @Field()
  @LongTextColumn()
  text!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Null for SMS, and for an e-mail whose HTML is generated from the text.',
  })
  @LongTextColumn({ nullable: true })
  html!: string | null;

  @Field(() => Int, {
    description:
      'Version, incremented by each change. Give it as expectedVersion. 0 for a built-in template.',
  })
  @VersionColumn()
  version!: number;

  /** Null for a built-in template. */
  @InstantColumn({ nullable: true })
  modifiedAt!: number | null;

  @Field({
    description: 'Whether this is a built-in template that the business has not replaced.',
  })
  get builtIn(): boolean {
    return this.modifiedAt === null;
  }
}
