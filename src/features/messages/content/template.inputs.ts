import { ArrayMaxSize, IsOptional } from 'class-validator';
import { ArgsType, Field, ID, InputType, Int } from 'type-graphql';
import { Locale, Text } from '../../../graphql/inputs/text-validators';
import { MessageKind } from '../../clients/message-kind';
import { MessageAudience, MessageChannel } from '../message-types';

@ArgsType()
export class PreviewMessageArgs {
  @Field(() => MessageKind, { description: 'The kind of message.' }) kind!: MessageKind;
  @Field(() => ID, { description: 'The appointment that the message is about.' })
  appointmentId!: string;
  @Field(() => String, {
    nullable: true,
    description: 'BCP 47 tag. Defaults to the language of the recipient.',
  })
  language?: string | null;
  @Field(() => MessageChannel, {
    defaultValue: MessageChannel.EMAIL,
    description: 'The channel by which the message would be sent.',
  })
  channel: MessageChannel = MessageChannel.EMAIL;
  @Field(() => MessageAudience, {
    defaultValue: MessageAudience.CLIENT,
    description: 'The recipient of the message.',
  })
  audience: MessageAudience = MessageAudience.CLIENT;
}

@ArgsType()
export class MessageTemplateArgs {
  @Field(() => MessageKind, { description: 'The kind of message.' }) kind!: MessageKind;
  @Field(() => MessageChannel, { description: 'The channel of the message.' })
  channel!: MessageChannel;
  @Field(() => MessageAudience, { description: 'The recipient of the message.' })
  audience!: MessageAudience;
  @Field({ description: 'BCP 47 tag, such as de.' }) @Locale() language!: string;
}

@InputType({ description: 'Conditions that must all hold.' })
export class MessageTemplateFilter {
  @Field(() => [MessageKind], { nullable: true }) @IsOptional() @ArrayMaxSize(20) kinds?:
    MessageKind[] | null;
  @Field(() => [MessageChannel], { nullable: true }) @IsOptional() @ArrayMaxSize(5) channels?:
    MessageChannel[] | null;
  @Field(() => [MessageAudience], { nullable: true }) @IsOptional() @ArrayMaxSize(5) audiences?:
    MessageAudience[] | null;
  @Field(() => [String], { nullable: true }) @IsOptional() @ArrayMaxSize(50) languages?:
    string[] | null;
}

@InputType()
export class DeleteMessageTemplateInput {
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
  @Field(() => MessageKind) kind!: MessageKind;
  @Field(() => MessageChannel) channel!: MessageChannel;
  @Field(() => MessageAudience) audience!: MessageAudience;
  @Field({ description: 'BCP 47 tag, such as de.' }) @Locale() language!: string;
}

@InputType()
export class SaveMessageTemplateInput extends DeleteMessageTemplateInput {
  @Field(() => String, {
    nullable: true,
    description: 'Subject of an e-mail. Required for EMAIL, invalid for SMS.',
  })
  @Text({ min: 1, max: 200 })
  subject?: string | null;
  @Field({
    description:
      'Plain text with tags. A line whose tags are all empty is omitted from the message.',
  })
  @Text({ min: 1, max: 10_000, multiline: true })
  text!: string;
  @Field(() => String, {
    nullable: true,
    description: 'HTML of an e-mail. Defaults to HTML generated from the text. Invalid for SMS.',
  })
  @Text({ min: 1, max: 50_000, multiline: true })
  html?: string | null;
}
