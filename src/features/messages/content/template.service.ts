import { memberOf, requireRole, Role, type Context, type Member } from '../../../context';
import { DomainError, ErrorCode } from '../../../errors';
import { find, insertIgnoringConflicts, remove, update } from '../../../db/table';
import { defineLoader } from '../../../graphql/relations/loader';
import { canonicalLocale, languageOf } from '../../../graphql/inputs/text-validators';
import { tagsWithoutField } from '../../custom-fields/values/tag-values';
import { isMessageType, MESSAGE_TYPES, noSuchMessage, type MessageType } from '../message.kinds';
import { TAGS, unknownTags } from './tags';
import { MessageTemplate } from './template.entity';
import type {
  DeleteMessageTemplateInput,
  MessageTemplateFilter,
  SaveMessageTemplateInput,
} from './template.inputs';
import { DEFAULT_TEMPLATES } from './templates/defaults';

type Key = MessageType & Pick<MessageTemplate, 'language'>;

const typeName = ({ kind, channel, audience }: MessageType): string =>
  `${kind} ${channel} ${audience}`;
const nameOf = (key: Key): string => `${typeName(key)} ${key.language}`;

/** More than eight kinds, two channels, two audiences and the languages of one business. */
const MAX_OWN = 2_000;

/**
 * Every template that the business's messages are made of, the built-in ones where it has none of
 * its own.
 */
export async function list(
  context: Context,
  filter: MessageTemplateFilter | null,
): Promise<MessageTemplate[]> {
  const { businessId } = requireRole(context, Role.ADMINISTRATOR);
  const builtIn = DEFAULT_TEMPLATES.map((given) =>
    Object.assign(new MessageTemplate(), given, { businessId, modifiedAt: null }),
  );
  const own = await find(context.db, MessageTemplate, { businessId }, MAX_OWN);
  const byName = new Map([...builtIn, ...own].map((template) => [nameOf(template), template]));
  const { kinds, channels, audiences, languages } = filter ?? {};
  return [...byName.values()].filter(
    (one) =>
      (!kinds || kinds.includes(one.kind)) &&
      (!channels || channels.includes(one.channel)) &&
      (!audiences || audiences.includes(one.audience)) &&
      (!languages || languages.includes(one.language)),
  );
}

/**
 * @throws DomainError UNKNOWN_TAG; BAD_USER_INPUT for a message that there is not, and for parts
 * that its channel does not have.
 */
export async function saveTemplate(
  context: Context,
  input: SaveMessageTemplateInput,
): Promise<MessageTemplate> {
  const member = requireRole(context, Role.ADMINISTRATOR);
  const key = keyOf(member, input);
  checkParts(input);
  for (const part of ['subject', 'text', 'html'] as const)
    await refuseUnknownTags(context, part, input[part]);
  const template = Object.assign(new MessageTemplate(), {
    ...key,
    subject: input.subject?.trim() ?? null,
    text: input.text,
    html: input.html ?? null,
    modifiedAt: context.now(),
  });
  return context.db.transaction(async (tx) => {
    await insertIgnoringConflicts(tx, MessageTemplate, [template]);
    await update(tx, MessageTemplate, key, template);
    return template;
  });
}

/** From then on the built-in one says it, where there is one. @throws DomainError NOT_FOUND */
export async function removeTemplate(
  context: Context,
  input: DeleteMessageTemplateInput,
): Promise<MessageTemplate> {
  const key = keyOf(requireRole(context, Role.ADMINISTRATOR), input);
  return context.db.transaction(async (tx) => {
    const [template] = await find(tx, MessageTemplate, key, 1);
    if (!template)
      throw new DomainError(
        ErrorCode.NOT_FOUND,
        'There is no template of your own for this message and language.',
        { path: ['input'] },
      );
    await remove(tx, MessageTemplate, key);
    return template;
  });
}

function keyOf(
  { businessId }: Member,
  { kind, channel, audience, language }: DeleteMessageTemplateInput,
): Key & { businessId: number } {
  if (!isMessageType({ kind, channel, audience }))
    throw noSuchMessage({ kind, channel, audience }, ['input', 'kind']);
  return { businessId, kind, channel, audience, language: canonicalLocale(language) as string };
}

function checkParts({ channel, subject, html }: SaveMessageTemplateInput): void {
  if (channel === 'EMAIL' && subject == null)
    throw badInput('An e-mail needs a subject.', 'subject');
  if (channel === 'SMS' && (subject != null || html != null))
    throw badInput('An SMS has text alone.', subject == null ? 'html' : 'subject');
}

const badInput = (message: string, field: string): DomainError =>
  new DomainError(ErrorCode.BAD_USER_INPUT, message, { path: ['input', field] });

async function refuseUnknownTags(
  context: Context,
  part: string,
  template: string | null | undefined,
): Promise<void> {
  const tags = await tagsWithoutField(context, unknownTags(template ?? ''));
  if (!tags.length) return;
  throw new DomainError(
    ErrorCode.UNKNOWN_TAG,
    `Nothing stands for ${tags
      .map((tag) => `%${tag.slice(0, 40)}%`)
      .slice(0, 5)
      .join(', ')}. See known for the tags there are beside those of custom fields.`,
    {
      path: ['input', part],
      tags,
      known: [...TAGS],
    },
  );
}

/** Whose words a message is in, and for which reader its dates and amounts are written. */
export interface Chosen {
  readonly template: Pick<MessageTemplate, 'subject' | 'text' | 'html' | 'language'>;
  readonly locale: string;
}

/**
 * Those of the business itself, for each message by its name: one look for however many are written
 * at once.
 */
const ownTemplates = defineLoader((context: Context, names: readonly string[]) =>
  Promise.all(
    names.map((name) => {
      const [kind, channel, audience] = name.split(' ') as [
        MessageTemplate['kind'],
        MessageTemplate['channel'],
        MessageTemplate['audience'],
      ];
      return find(context.db, MessageTemplate, {
        businessId: memberOf(context).businessId,
        kind,
        channel,
        audience,
      });
    }),
  ),
);

const BUILT_IN = new Map(
  MESSAGE_TYPES.map((type) => [
    typeName(type),
    DEFAULT_TEMPLATES.filter((template) => typeName(template) === typeName(type)),
  ]),
);

/**
 * The template of the first of these locales that has one, in itself or in its language alone;
 * English where none has.
 */
export async function choose(
  context: Context,
  type: MessageType,
  locales: readonly string[],
): Promise<Chosen> {
  const name = typeName(type);
  const templates = [...(await ownTemplates(context).load(name)), ...(BUILT_IN.get(name) ?? [])];
  for (const locale of [...locales, 'en-US']) {
    for (const language of [locale, languageOf(locale)]) {
      const template = templates.find((one) => one.language === language);
      if (template) return { template, locale };
    }
  }
  throw new Error(`There is no template of ${name}.`);
}
