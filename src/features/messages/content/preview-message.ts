import { requireRole, Role, type Context } from '../../../context';
import { badValue, InputProblemCode } from '../../../errors';
import { parseGlobalId } from '../../../graphql/global-id';
import { canonicalLocale } from '../../../graphql/inputs/text-validators';
import { appointments } from '../../appointments/model/list';
import { manageUrlOf } from '../../manage-links/manage-token';
import type { Staff } from '../../staff/staff.entity';
import { isMessageType, MessageAudience, noSuchMessage } from '../message-types';
import { render, type MessageContent } from './render';
import {
  clientRecipient,
  currentSubjectOf,
  loadTemplateData,
  staffRecipient,
} from './template-data';
import type { PreviewMessageArgs } from './template.inputs';

/**
 * Renders a message about an appointment in its current state.
 * @throws DomainError FORBIDDEN, BAD_USER_INPUT, NOT_FOUND
 */
export async function previewMessage(
  context: Context,
  { kind, channel, audience, language, appointmentId }: PreviewMessageArgs,
): Promise<MessageContent> {
  requireRole(context, Role.ADMINISTRATOR);
  const type = { kind, channel, audience };
  if (!isMessageType(type)) throw noSuchMessage(type, ['kind']);
  const locale = localeOf(language);
  const appointment = await appointments.getVisible(
    context,
    parseGlobalId('Appointment', appointmentId, ['appointmentId']),
    ['appointmentId'],
  );
  const data = await loadTemplateData(context, await currentSubjectOf(context, appointment));
  const isForClient = audience === MessageAudience.CLIENT;
  const reader = isForClient
    ? clientRecipient(data, data.client)
    : staffRecipient(data, data.staff[0] as Staff);
  const manageUrl = isForClient ? manageUrlOf(context.links, appointment, context.now()) : null;
  return render(context, type, {
    data,
    recipient: { ...reader, locales: [...(locale ? [locale] : []), ...reader.locales] },
    links: { claimUrl: null, manageUrl },
  });
}

/** @throws DomainError BAD_USER_INPUT */
function localeOf(language: string | null | undefined): string | null {
  const locale = language == null ? null : canonicalLocale(language);
  if (language != null && !locale)
    throw badValue(
      InputProblemCode.WRONG_FORMAT,
      'language must be a BCP 47 language tag, such as de.',
      ['language'],
    );
  return locale;
}
