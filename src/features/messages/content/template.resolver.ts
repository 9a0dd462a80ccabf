import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { requireRole, Role, type Context } from '../../../context';
import { DomainError, ErrorCode } from '../../../errors';
import { parseGlobalId } from '../../../graphql/global-id';
import { canonicalLocale } from '../../../graphql/inputs/text-validators';
import { answer, payloadOf } from '../../../graphql/payload';
import { appointments } from '../../appointments/model/list';
import { MessageKind } from '../../clients/message-kind';
import { manageUrlOf } from '../../manage-links/manage-token';
import type { Staff } from '../../staff/staff.entity';
import { clientRecipient, factsOf, staffRecipient, toldNow } from './template-data';
import { isMessageType, MessageAudience, MessageChannel, noSuchMessage } from '../message.kinds';
import { MessageContent, render } from './render';
import { MessageTemplate } from './template.entity';
import {
  DeleteMessageTemplateInput,
  MessageTemplateFilter,
  SaveMessageTemplateInput,
} from './template.inputs';
import * as service from './template.service';

const SavePayload = payloadOf('SaveMessageTemplate', 'messageTemplate', () => MessageTemplate);
const DeletePayload = payloadOf('DeleteMessageTemplate', 'messageTemplate', () => MessageTemplate);

@Resolver()
export class MessageTemplateResolver {
  @Query(() => [MessageTemplate], {
    description:
      'What messages are made of: the templates of the business, and the built-in ones where it has none. For administrators.',
  })
  messageTemplates(
    @Ctx() context: Context,
    @Arg('filter', () => MessageTemplateFilter, { nullable: true })
    filter?: MessageTemplateFilter | null,
  ): Promise<MessageTemplate[]> {
    return service.list(context, filter ?? null);
  }

  @Query(() => MessageContent, {
    description: 'What a message would say of an appointment as it is now. For administrators.',
  })
  async previewMessage(
    @Ctx() context: Context,
    @Arg('kind', () => MessageKind) kind: MessageKind,
    @Arg('appointmentId', () => ID) appointmentId: string,
    @Arg('language', () => String, {
      nullable: true,
      description: 'BCP 47. That of the reader unless given.',
    })
    language?: string | null,
    @Arg('channel', () => MessageChannel, { defaultValue: MessageChannel.EMAIL })
    channel: MessageChannel = MessageChannel.EMAIL,
    @Arg('audience', () => MessageAudience, { defaultValue: MessageAudience.CLIENT })
    audience: MessageAudience = MessageAudience.CLIENT,
  ): Promise<MessageContent> {
    requireRole(context, Role.ADMINISTRATOR);
    const type = { kind, channel, audience };
    if (!isMessageType(type)) throw noSuchMessage(type, ['kind']);
    const locale = language == null ? null : canonicalLocale(language);
    if (language != null && !locale)
      throw new DomainError(
        ErrorCode.BAD_USER_INPUT,
        'language must be a language tag of BCP 47, such as de.',
        { path: ['language'] },
      );
    const appointment = await appointments.getVisible(
      context,
      parseGlobalId('Appointment', appointmentId, ['appointmentId']),
      ['appointmentId'],
    );
    const facts = await factsOf(context, await toldNow(context, appointment));
    const reader =
      audience === MessageAudience.CLIENT
        ? clientRecipient(facts, facts.client)
        : staffRecipient(facts, facts.staff[0] as Staff);
    return render(
      context,
      type,
      facts,
      { ...reader, locales: [...(locale ? [locale] : []), ...reader.locales] },
      {
        claimUrl: null,
        manageUrl:
          audience === MessageAudience.CLIENT
            ? manageUrlOf(context.links, appointment, context.now())
            : null,
      },
    );
  }

  @Mutation(() => SavePayload, {
    description:
      'Says a message in words of your own, in place of what said it before. For administrators.',
  })
  saveMessageTemplate(
    @Ctx() context: Context,
    @Arg('input', () => SaveMessageTemplateInput) input: SaveMessageTemplateInput,
  ) {
    return answer(context, 'messageTemplate', () => service.saveTemplate(context, input));
  }

  @Mutation(() => DeletePayload, {
    description:
      'Takes a template of your own away: the built-in one says it again, where there is one. For administrators.',
  })
  deleteMessageTemplate(
    @Ctx() context: Context,
    @Arg('input', () => DeleteMessageTemplateInput) input: DeleteMessageTemplateInput,
  ) {
    return answer(context, 'messageTemplate', () => service.removeTemplate(context, input));
  }
}
