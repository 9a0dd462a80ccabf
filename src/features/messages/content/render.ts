import { Field, ObjectType } from 'type-graphql';
import type { Context } from '../../../context';
import { fieldLinesFor, tagValuesOf } from '../../custom-fields/values/tag-values';
import { valuesOf, type Facts, type Links, type Recipient } from './template-data';
import { MessageAudience, type MessageType } from '../message.kinds';
import { fill, tagsIn, type TagValues } from './tags';
import { choose } from './template.service';

@ObjectType({ simpleResolvers: true, description: 'What a message says.' })
export class MessageContent {
  @Field({ description: 'BCP 47: of the template that says it.' }) language!: string;
  @Field(() => String, { nullable: true, description: 'Null for SMS.' }) subject!: string | null;
  @Field() text!: string;
  @Field(() => String, { nullable: true, description: 'Null for SMS.' }) html!: string | null;
}

/** Header values are one line, whatever they are made of. */
const oneLine = (text: string): string => text.replace(/[\s\p{Cc}]+/gu, ' ').trim();

/** A text template as HTML: what it says is text there, too. */
const htmlOf = (text: string): string =>
  text
    .replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`)
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${paragraph.replaceAll('\n', '<br>\n')}</p>`)
    .join('\n');

/** Custom fields are read where a template asks for them. */
async function withFieldTags(
  context: Context,
  tags: readonly string[],
  { appointment, client }: Facts,
  audience: MessageAudience,
  locale: string,
  values: TagValues,
): Promise<Readonly<Record<string, string>>> {
  const reader = { isStaff: audience === MessageAudience.STAFF, locale };
  const said = await tagValuesOf(
    context,
    tags,
    { appointment: appointment.fieldValues, client: client?.fieldValues ?? null },
    reader,
  );
  const all = tags.includes('CUSTOM_FIELDS')
    ? { CUSTOM_FIELDS: await fieldLinesFor(context, appointment.fieldValues, reader) }
    : {};
  // Not spread: what is written when it is asked for stays unwritten until then.
  return Object.assign(Object.create(values) as Record<string, string>, said, all);
}

/** A message in the reader's language and zone. */
export async function render(
  context: Context,
  type: MessageType,
  facts: Facts,
  recipient: Recipient,
  links: Links,
): Promise<MessageContent> {
  const { template, locale } = await choose(context, type, recipient.locales);
  const values = await withFieldTags(
    context,
    [template.subject, template.text, template.html].flatMap((part) => tagsIn(part ?? '')),
    facts,
    recipient.audience,
    locale,
    valuesOf(facts, recipient, locale, links),
  );
  const email = type.channel === 'EMAIL';
  return Object.assign(new MessageContent(), {
    language: template.language,
    subject: email ? oneLine(fill(template.subject ?? '', values, 'text')) : null,
    text: fill(template.text, values, 'text'),
    html: email ? fill(template.html ?? htmlOf(template.text), values, 'html') : null,
  });
}
