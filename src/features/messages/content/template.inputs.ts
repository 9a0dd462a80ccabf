import { ArrayMaxSize, IsOptional } from 'class-validator';
import { Field, InputType } from 'type-graphql';
import { Locale, Text } from '../../../graphql/inputs/text-validators';
import { MessageKind } from '../../clients/message-kind';
import { MessageAudience, MessageChannel } from '../message.kinds';

@InputType({ description: 'All conditions given must hold.' })
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
  @Field(() => MessageKind) kind!: MessageKind;
  @Field(() => MessageChannel) channel!: MessageChannel;
  @Field(() => MessageAudience) audience!: MessageAudience;
  @Field({ description: 'BCP 47, such as de.' }) @Locale() language!: string;
}

@InputType()
export class SaveMessageTemplateInput extends DeleteMessageTemplateInput {
  @Field(() => String, { nullable: true, description: 'Of an e-mail, which needs one.' })
  @Text({ min: 1, max: 200 })
  subject?: string | null;
  @Field({ description: 'A line with tags and no value for any of them is left out of a message.' })
  @Text({ min: 1, max: 10_000, multiline: true })
  text!: string;
  @Field(() => String, {
    nullable: true,
    description: 'Of an e-mail. Made from the text unless given.',
  })
  @Text({ min: 1, max: 50_000, multiline: true })
  html?: string | null;
}
