import { newRow } from '../../../db/new-row';
import { memberOf, requireRole, Role, type Context, type Member } from '../../../context';
import {
  at,
  DomainError,
  ErrorCode,
  type InputProblem,
  InputProblemCode,
  refuseProblems,
} from '../../../errors';
import { find } from '../../../db/table';
import { removeVersion, saveVersion } from '../../../db/versions';
import { defineLoader } from '../../../graphql/relations/loader';
import { canonicalLocale, languageOf } from '../../../graphql/inputs/text-validators';
import { tagsWithoutField } from '../../custom-fields/values/tag-values';
import { isMessageType, MESSAGE_TYPES, noSuchMessage, type MessageType } from '../message-types';
import { TAGS, unknownTags } from './tags';
import { MessageTemplate } from './template.entity';
import type {
  DeleteMessageTemplateInput,
  MessageTemplateArgs,
  MessageTemplateFilter,
  SaveMessageTemplateInput,
} from './template.inputs';
import { DEFAULT_TEMPLATES } from './templates/defaults';

type TemplateKey = MessageType & Pick<MessageTemplate, 'language'>;

const typeName = ({ kind, channel, audience }: MessageType): string =>
  `${kind} ${channel} ${audience}`;
const nameOf = (key: TemplateKey): string => `${typeName(key)} ${key.language}`;

/**
 * Limit of one read: exceeds the product of kinds, channels, audiences and languages of a business.
 */
const MAX_OWN_TEMPLATES = 2_000;

/** Returns the templates of the business, and the built-in templates that it has not replaced. */
export async function list(
  context: Context,
  filter: MessageTemplateFilter | null,
): Promise<MessageTemplate[]> {
  const { businessId } = requireRole(context, Role.ADMINISTRATOR);
  const builtIn = DEFAULT_TEMPLATES.map((template) =>
    newRow(MessageTemplate, { ...template, businessId, version: 0, modifiedAt: null }),
  );
  const own = await find(context.db, MessageTemplate, { businessId }, MAX_OWN_TEMPLATES);
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

/** Returns the template with the key of an id; null if there is none. */
export const findByKey = async (context: Context, key: string): Promise<MessageTemplate | null> =>
  (await list(context, null)).find((template) => template.key === key) ?? null;
/** Returns the template that applies to these messages. Null if there is none. */
export async function findTemplate(
  context: Context,
  { kind, channel, audience, language }: MessageTemplateArgs,
): Promise<MessageTemplate | null> {
  const [found] = await list(context, {
    kinds: [kind],
    channels: [channel],
    audiences: [audience],
    languages: [canonicalLocale(language) as string],
  });
  return found ?? null;
}

/**
 * Creates or replaces a template of the business.
 * @throws DomainError BAD_USER_INPUT for unknown tags, or for an invalid combination of kind,
 * channel and audience, and for parts
 * that the channel does not support.
 */
export async function saveTemplate(
  context: Context,
  input: SaveMessageTemplateInput,
): Promise<MessageTemplate> {
  const member = requireRole(context, Role.ADMINISTRATOR);
  const key = keyOf(member, input);
  const problems = await Promise.all([
    partProblems(input),
    ...(['subject', 'text', 'html'] as const).map((part) =>
      tagProblems(context, part, input[part]),
    ),
  ]);
  refuseProblems(problems.flat());
  const template = newRow(MessageTemplate, {
    ...key,
    version: 1,
    subject: input.subject?.trim() ?? null,
    text: input.text,
    html: input.html ?? null,
    modifiedAt: context.now(),
  });
  return context.db.transaction(async (tx) => {
    template.version = await saveVersion(tx, MessageTemplate, key, {
      row: template,
      changes: template,
      expectedVersion: input.expectedVersion,
    });
    return template;
  });
}

/**
 * Deletes a template of the business, so that the built-in one applies. @throws DomainError
 * NOT_FOUND
 */
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
        'The business has no template for this message and language.',
        { path: ['input'] },
      );
    await removeVersion(tx, MessageTemplate, key, input);
    return template;
  });
}

function keyOf(
  { businessId }: Member,
  { kind, channel, audience, language }: DeleteMessageTemplateInput,
): TemplateKey & { businessId: number } {
  if (!isMessageType({ kind, channel, audience }))
    throw noSuchMessage({ kind, channel, audience }, ['input', 'kind']);
  return { businessId, kind, channel, audience, language: canonicalLocale(language) as string };
}

/** Returns the problems of the parts of a template that its channel does not have or needs. */
function partProblems({ channel, subject, html }: SaveMessageTemplateInput): InputProblem[] {
  if (channel !== 'SMS')
    return subject == null
      ? [
          {
            code: InputProblemCode.REQUIRED,
            message: 'An e-mail needs a subject.',
            path: at('subject'),
          },
        ]
      : [];
  return Object.entries({ subject, html })
    .filter(([, part]) => part != null)
    .map(([name]) => ({
      code: InputProblemCode.NOT_ALLOWED,
      message: `An SMS has only text: omit ${name}.`,
      path: at(name),
    }));
}

const KNOWN = TAGS.map((tag) => `%${tag}%`).join(', ');

async function tagProblems(
  context: Context,
  part: string,
  template: string | null | undefined,
): Promise<InputProblem[]> {
  const tags = await tagsWithoutField(context, unknownTags(template ?? ''));
  return tags.map((tag) => ({
    code: InputProblemCode.UNKNOWN,
    message: `Unknown tag %${tag.slice(0, 40)}%. Custom fields have tags, and so has every business: ${KNOWN}.`,
    path: at(part),
  }));
}

/** A template, and the locale in which dates and amounts are formatted. */
export interface TemplateChoice {
  readonly template: Pick<MessageTemplate, 'subject' | 'text' | 'html' | 'language'>;
  readonly locale: string;
}

/** Loads the templates of the business by message type name, once per batch of messages. */
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
 * Returns the template of the first locale that has one, by its full tag, then by its language.
 * Falls back to English.
 */
export async function chooseTemplate(
  context: Context,
  type: MessageType,
  locales: readonly string[],
): Promise<TemplateChoice> {
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
