import { Arg, Args, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { Role, type Context } from '../../../context';
import { RequiresRole } from '../../../graphql/sdl/required-role';
import { answer, payloadOf } from '../../../graphql/payload';
import { previewMessage } from './preview-message';
import { MessageContent } from './render';
import { MessageTemplate } from './template.entity';
import {
  DeleteMessageTemplateInput,
  MessageTemplateArgs,
  MessageTemplateFilter,
  PreviewMessageArgs,
  SaveMessageTemplateInput,
} from './template.inputs';
import * as service from './template.service';

const SavePayload = payloadOf('SaveMessageTemplate', 'messageTemplate', () => MessageTemplate);
const DeletePayload = payloadOf('DeleteMessageTemplate', 'messageTemplate', () => MessageTemplate);

@Resolver()
export class MessageTemplateResolver {
  @RequiresRole(Role.ADMINISTRATOR)
  @Query(() => [MessageTemplate], {
    description:
      'Templates of the business, and the built-in templates that it has not replaced. ' +
      'Requires role: ADMINISTRATOR.',
  })
  messageTemplates(
    @Ctx() context: Context,
    @Arg('filter', () => MessageTemplateFilter, { nullable: true })
    filter?: MessageTemplateFilter | null,
  ): Promise<MessageTemplate[]> {
    return service.list(context, filter ?? null);
  }

  @RequiresRole(Role.ADMINISTRATOR)
  @Query(() => MessageTemplate, {
    nullable: true,
    description:
      'The template of the business, or the built-in one that it has not replaced. Null if none ' +
      'exists. Requires role: ADMINISTRATOR.',
  })
  messageTemplate(
    @Ctx() context: Context,
    @Args(() => MessageTemplateArgs) args: MessageTemplateArgs,
  ): Promise<MessageTemplate | null> {
    return service.findTemplate(context, args);
  }

  @RequiresRole(Role.ADMINISTRATOR)
  @Query(() => MessageContent, {
    description:
      'Preview of a message about an appointment in its current state. Requires role: ' +
      'ADMINISTRATOR.',
  })
  previewMessage(
    @Ctx() context: Context,
    @Args(() => PreviewMessageArgs) args: PreviewMessageArgs,
  ): Promise<MessageContent> {
    return previewMessage(context, args);
  }

  @Mutation(() => SavePayload, {
    description: 'Creates or replaces a template of the business. Requires role: ADMINISTRATOR.',
  })
  saveMessageTemplate(
    @Ctx() context: Context,
    @Arg('input', () => SaveMessageTemplateInput) input: SaveMessageTemplateInput,
  ) {
    return answer(context, 'messageTemplate', () => service.saveTemplate(context, input));
  }

  @Mutation(() => DeletePayload, {
    description:
      'Deletes a template of the business. The built-in template of the language, if any, ' +
      'applies again. Requires role: ADMINISTRATOR.',
  })
  deleteMessageTemplate(
    @Ctx() context: Context,
    @Arg('input', () => DeleteMessageTemplateInput) input: DeleteMessageTemplateInput,
  ) {
    return answer(context, 'messageTemplate', () => service.removeTemplate(context, input));
  }
}
