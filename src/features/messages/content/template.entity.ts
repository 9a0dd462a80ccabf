import { Field, ObjectType } from 'type-graphql';
import { Check, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { InstantColumn, LongTextColumn, TenantColumn, TextColumn } from '../../../db/columns';
import { Business } from '../../businesses/business.entity';
import { MessageKind } from '../../clients/message-kind';
import { MessageAudience, MessageChannel } from '../message.kinds';

@Entity('message_template')
@ForeignKey(() => Business, ['businessId'], ['rowId'])
@Check('ck_message_template_channel', `channel IN ('EMAIL', 'SMS')`)
@Check('ck_message_template_audience', `audience IN ('CLIENT', 'STAFF')`)
@ObjectType({
  simpleResolvers: true,
  description:
    'What a message says, with %TAGS% for what differs: see docs/messages.md for all of them.',
})
export class MessageTemplate {
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
    description: 'BCP 47. Who reads de-AT gets the one of de where there is none of de-AT.',
  })
  @PrimaryColumn('varchar', { length: 35 })
  language!: string;

  @Field(() => String, { nullable: true, description: 'Null for SMS.' })
  @TextColumn({ nullable: true })
  subject!: string | null;

  @Field()
  @LongTextColumn()
  text!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Null for SMS, and where it is made from the text.',
  })
  @LongTextColumn({ nullable: true })
  html!: string | null;

  /** Null for one that every business has. */
  @InstantColumn({ nullable: true })
  modifiedAt!: number | null;

  @Field({
    description: 'True for one that every business has, until it saves its own in its place.',
  })
  get builtIn(): boolean {
    return this.modifiedAt === null;
  }
}
