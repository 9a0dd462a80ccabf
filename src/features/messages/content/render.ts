import { newRow } from '../../../db/new-row';
import { Field, ObjectType } from 'type-graphql';
import type { Context } from '../../../context';
import { fieldLinesFor, tagValuesOf } from '../../custom-fields/values/tag-values';
import { tagTextsOf, type RenderInput, type TemplateData } from './template-data';
import { MessageAudience, type MessageType } from '../message-types';
import { fillTags, tagsIn, type TagValues } from './tags';
import { chooseTemplate } from './template.service';

@ObjectType({ simpleResolvers: true, description: 'The rendered content of a message.' })
export class MessageContent {
  @Field({ description: 'Language of the template, as a BCP 47 tag.' }) language!: string;
  @Field(() => String, { nullable: true, description: 'Null for SMS.' }) subject!: string | null;
  @Field({ description: 'Plain text.' }) text!: string;
  @Field(() => String, { nullable: true, description: 'Null for SMS.' }) html!: string | null;
}

/** Collapses white space and control characters: a header value is a single line. */
const oneLine = (text: string): string => text.replace(/[\s\p{Cc}]+/gu, ' ').trim();

/** Converts a text template to HTML. Markup characters are escaped, so that they appear as text. */
const htmlOf = (text: string): string =>
  text
    .replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`)
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${paragraph.replaceAll('\n', '<br>\n')}</p>`)
    .join('\n');

/** The rows whose custom fields a template shows, and its reader. */
interface FieldTagSource {
  readonly data: TemplateData;
  readonly reader: { readonly isStaff: boolean; readonly locale: string };
}

/**
 * Adds the values of custom field tags. Custom fields are read only if the template has such a tag.
 */
async function withFieldTags(
  context: Context,
  tags: readonly string[],
  values: TagValues,
  { data: { appointment, client }, reader }: FieldTagSource,
): Promise<Readonly<Record<string, string>>> {
  const fieldTags = await tagValuesOf(
    context,
    tags,
    { appointment: appointment.fieldValues, client: client?.fieldValues ?? null },
    reader,
  );
  const allFields = tags.includes('CUSTOM_FIELDS')
    ? { CUSTOM_FIELDS: await fieldLinesFor(context, appointment.fieldValues, reader) }
    : {};
  // The prototype keeps the getters of `values` lazy; a spread would evaluate all of them.
  return Object.assign(Object.create(values) as Record<string, string>, fieldTags, allFields);
}

/** Renders a message in the language and time zone of the recipient. */
export async function render(
  context: Context,
  type: MessageType,
  input: RenderInput,
): Promise<MessageContent> {
  const { data, recipient } = input;
  const { template, locale } = await chooseTemplate(context, type, recipient.locales);
  const values = await withFieldTags(
    context,
    [template.subject, template.text, template.html].flatMap((part) => tagsIn(part ?? '')),
    tagTextsOf(input, locale),
    { data, reader: { isStaff: recipient.audience === MessageAudience.STAFF, locale } },
  );
  const email = type.channel === 'EMAIL';
  return newRow(MessageContent, {
    language: template.language,
    subject: email ? oneLine(fillTags(template.subject ?? '', values, 'text')) : null,
    text: fillTags(template.text, values, 'text'),
    html: email ? fillTags(template.html ?? htmlOf(template.text), values, 'html') : null,
  });
}
