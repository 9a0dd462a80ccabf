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
import {
  clientRecipient,
  loadTemplateData,
  staffRecipient,
  currentSubjectOf,
} from './template-data';
import { isMessageType, MessageAudience, MessageChannel, noSuchMessage } from '../message-types';
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
      'Templates of the business, and the built-in templates that it has not replaced. Requires role: ADMINISTRATOR.',
  })
  messageTemplates(
    @Ctx() context: Context,
    @Arg('filter', () => MessageTemplateFilter, { nullable: true })
    filter?: MessageTemplateFilter | null,
  ): Promise<MessageTemplate[]> {
    return service.list(context, filter ?? null);
  }

  @Query(() => MessageContent, {
    description:
      'Preview of a message about an appointment in its current state. Requires role: ADMINISTRATOR.',
  })
  async previewMessage(
    @Ctx() context: Context,
    @Arg('kind', () => MessageKind) kind: MessageKind,
    @Arg('appointmentId', () => ID) appointmentId: string,
    @Arg('language', () => String, {
      nullable: true,
      description: 'BCP 47 tag. Defaults to the language of the recipient.',
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
        'language must be a BCP 47 language tag, such as de.',
        { path: ['language'] },
      );
    const appointment = await appointments.getVisible(
      context,
      parseGlobalId('Appointment', appointmentId, ['appointmentId']),
      ['appointmentId'],
    );
    const facts = await loadTemplateData(context, await currentSubjectOf(context, appointment));
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
      'Deletes a template of the business. The built-in template of the language, if any, applies again. Requires role: ADMINISTRATOR.',
  })
  deleteMessageTemplate(
    @Ctx() context: Context,
    @Arg('input', () => DeleteMessageTemplateInput) input: DeleteMessageTemplateInput,
  ) {
    return answer(context, 'messageTemplate', () => service.removeTemplate(context, input));
  }
}
