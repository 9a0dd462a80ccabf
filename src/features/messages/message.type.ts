import { Field, Int, ObjectType } from 'type-graphql';
import { storable } from '../../services/stored-result';
import { MessageKind } from '../clients/message-kind';
import { MessageAudience, MessageChannel } from './message.kinds';

@ObjectType({ simpleResolvers: true, description: 'Whether a message is sent.' })
export class MessageSwitch {
  @Field(() => MessageKind) kind!: MessageKind;
  @Field(() => MessageChannel) channel!: MessageChannel;
  @Field(() => MessageAudience) audience!: MessageAudience;
  @Field() enabled!: boolean;
}

@ObjectType({
  simpleResolvers: true,
  description: 'What a business tells of appointments, to whom, and when it reminds.',
})
export class MessageSettings {
  @Field(() => [MessageSwitch], { description: 'Every message that there is.' })
  messages!: MessageSwitch[];
  @Field(() => Int, {
    description:
      'E-mail to clients, hours before the start, unless an appointment says otherwise; 0 means never.',
  })
  clientReminderHours!: number;
  @Field(() => Int, { description: 'The same for staff.' }) staffReminderHours!: number;
  @Field(() => Int, { description: 'SMS to clients.' }) remindClientSmsHours!: number;
  @Field(() => Int, { description: 'SMS to staff.' }) remindStaffSmsHours!: number;
}
storable(MessageSettings);
