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
    description:
      'What was told, is to be told and will not be told, the last planned first. For administrators.',
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
    description: 'Who is told; null where it is staff.',
  })
  client(@Root() row: Message, @Ctx() context: Context) {
    return clientOfMessage(row, context);
  }

  @FieldResolver(() => Staff, {
    nullable: true,
    description: 'Who is told; null where it is the client.',
  })
  staff(@Root() row: Message, @Ctx() context: Context) {
    return staffOfMessage(row, context);
  }
}

@Resolver(() => Appointment)
export class AppointmentMessagesResolver {
  @FieldResolver(() => MessageConnection, {
    description:
      'What was and will be told of it, the last planned first. Shown to staff; empty for others.',
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
  @Query(() => MessageSettings, { description: 'For administrators.' })
  messageSettings(@Ctx() context: Context): Promise<MessageSettings> {
    return settingsOf(context);
  }

  @Mutation(() => SettingsPayload, {
    description: 'Says what is told to whom from now on. For administrators.',
  })
  updateMessageSettings(
    @Ctx() context: Context,
    @Arg('input', () => UpdateMessageSettingsInput) input: UpdateMessageSettingsInput,
  ) {
    return answer(context, 'messageSettings', () => updateSettings(context, input));
  }
}
