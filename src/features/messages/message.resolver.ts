import { Arg, Args, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { Role, type Context } from '../../context';
import { RequiresRole } from '../../graphql/sdl/required-role';
import { PageArgs, type Page } from '../../graphql/connection';
import { answer, payloadOf } from '../../graphql/payload';
import { Message } from './message.entity';
import { MessageFilter, UpdateMessageSettingsInput } from './message.inputs';
import { settingsOf, updateSettings } from './message-settings.service';
import { messageList } from './message.list';
import { MessageSettings } from './message-settings';
import { PageOf } from '../../graphql/relations/relation-field';
import { MessageConnection } from './message.relations';

const SettingsPayload = payloadOf(
  'UpdateMessageSettings',
  'messageSettings',
  () => MessageSettings,
);

@Resolver(() => Message)
export class MessageResolver {
  @RequiresRole(Role.ADMINISTRATOR)
  @Query(() => MessageConnection, {
    description: 'Messages in every state, last planned first. Requires role: ADMINISTRATOR.',
  })
  @PageOf(messageList)
  messages(
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => MessageFilter, { nullable: true }) filter?: MessageFilter,
  ): Page<Message> {
    return messageList.page(context, { ...page, filter });
  }
}

@Resolver()
export class MessageSettingsResolver {
  @RequiresRole(Role.ADMINISTRATOR)
  @Query(() => MessageSettings, {
    description: 'Message settings of the business. Requires role: ADMINISTRATOR.',
  })
  messageSettings(@Ctx() context: Context): Promise<MessageSettings> {
    return settingsOf(context);
  }

  @Mutation(() => SettingsPayload, {
    description:
      'Changes which messages are sent from now on. Messages already planned are kept. ' +
      'Requires role: ADMINISTRATOR.',
  })
  updateMessageSettings(
    @Ctx() context: Context,
    @Arg('input', () => UpdateMessageSettingsInput) input: UpdateMessageSettingsInput,
  ) {
    return answer(context, 'messageSettings', () => updateSettings(context, input));
  }
}
