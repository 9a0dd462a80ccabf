import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { requireRole, Role, type Context } from '../../context';
import { connectionOf, PageArgs, type Page } from '../../graphql/connection';
import { answer, payloadOf } from '../../graphql/payload';
import { Appointment } from '../appointments/model/appointment.entity';
import { Client } from '../clients/client.entity';
import { Staff } from '../staff/staff.entity';
import { Message } from './message.entity';
import { MessageFilter, UpdateMessageSettingsInput } from './message.inputs';
import { settingsOf, updateSettings } from './message.settings';
import {
  appointmentOfMessage,
  clientOfMessage,
  messageList,
  messagesOfAppointment,
  staffOfMessage,
} from './message.source';
import { MessageSettings } from './message.type';

const MessageConnection = connectionOf(Message, 'Message');
const SettingsPayload = payloadOf(
  'UpdateMessageSettings',
  'messageSettings',
  () => MessageSettings,
);

@Resolver(() => Message)
export class MessageResolver {
  @Query(() => MessageConnection, {
    description: 'Messages in every state, last planned first. Requires role: ADMINISTRATOR.',
  })
  messages(
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => MessageFilter, { nullable: true }) filter?: MessageFilter,
  ): Page<Message> {
    requireRole(context, Role.ADMINISTRATOR);
    return messageList.page(context, { ...page, filter });
  }

  @FieldResolver(() => Appointment)
  appointment(@Root() row: Message, @Ctx() context: Context) {
    return appointmentOfMessage(row, context);
  }

  @FieldResolver(() => Client, {
    nullable: true,
    description: 'The client to whom the message is addressed. Null for a message to staff.',
  })
  client(@Root() row: Message, @Ctx() context: Context) {
    return clientOfMessage(row, context);
  }

  @FieldResolver(() => Staff, {
    nullable: true,
    description:
      'The staff member to whom the message is addressed. Null for a message to a client.',
  })
  staff(@Root() row: Message, @Ctx() context: Context) {
    return staffOfMessage(row, context);
  }
}

@Resolver(() => Appointment)
export class AppointmentMessagesResolver {
  @FieldResolver(() => MessageConnection, {
    description:
      'Messages about the appointment, last planned first. Staff only: empty for other roles.',
  })
  messages(
    @Root() row: Appointment,
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => MessageFilter, { nullable: true }) filter?: MessageFilter,
  ): Page<Message> {
    return messagesOfAppointment(row, context, { ...page, filter });
  }
}

@Resolver()
export class MessageSettingsResolver {
  @Query(() => MessageSettings, {
    description: 'Message settings of the business. Requires role: ADMINISTRATOR.',
  })
  messageSettings(@Ctx() context: Context): Promise<MessageSettings> {
    return settingsOf(context);
  }

  @Mutation(() => SettingsPayload, {
    description:
      'Changes which messages are sent from now on. Messages already planned are kept. Requires role: ADMINISTRATOR.',
  })
  updateMessageSettings(
    @Ctx() context: Context,
    @Arg('input', () => UpdateMessageSettingsInput) input: UpdateMessageSettingsInput,
  ) {
    return answer(context, 'messageSettings', () => updateSettings(context, input));
  }
}
