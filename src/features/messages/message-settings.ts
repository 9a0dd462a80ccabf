import { Field, Int, ObjectType } from 'type-graphql';
import { storable } from '../../services/stored-result';
import { MessageKind } from '../clients/message-kind';
import { MessageAudience, MessageChannel } from './message-types';
import { KeyedNode, Node } from '../../graphql/node';

@ObjectType({ simpleResolvers: true, description: 'The setting of a message type.' })
export class MessageSwitch {
  @Field(() => MessageKind) kind!: MessageKind;
  @Field(() => MessageChannel) channel!: MessageChannel;
  @Field(() => MessageAudience) audience!: MessageAudience;
  @Field() enabled!: boolean;
}

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'Message settings of a business: enabled message types and reminder hours.',
})
export class MessageSettings extends KeyedNode {
  businessId!: number;

  get key(): string {
    return '';
  }

  @Field(() => Int) version!: number;
  @Field(() => [MessageSwitch], { description: 'All message types, enabled or not.' })
  messages!: MessageSwitch[];
  @Field(() => Int, {
    description:
      'Hours between the e-mail reminder of clients and the start. An appointment can ' +
      'override it. 0 disables the reminder.',
  })
  clientReminderHours!: number;
  @Field(() => Int, {
    description:
      'Hours between the e-mail reminder of staff and the start. 0 disables the reminder.',
  })
  staffReminderHours!: number;
  @Field(() => Int, {
    description:
      'Hours between the SMS reminder of clients and the start. 0 disables the reminder.',
  })
  remindClientSmsHours!: number;
  @Field(() => Int, {
    description: 'Hours between the SMS reminder of staff and the start. 0 disables the reminder.',
  })
  remindStaffSmsHours!: number;
}
storable(MessageSettings);
