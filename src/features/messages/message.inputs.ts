import { ArrayMaxSize, IsOptional, Max, Min, ValidateNested } from 'class-validator';
import { Field, ID, InputType, Int } from 'type-graphql';
import { InstantRange } from '../../graphql/inputs/instant-range';
import { MessageKind } from '../clients/message-kind';
import { MessageState } from './message.entity';
import { MessageAudience, MessageChannel } from './message-types';

@InputType({ description: 'Conditions that must all hold.' })
export class MessageFilter {
  @Field(() => [MessageKind], { description: 'Only messages of these kinds.', nullable: true })
  @IsOptional()
  @ArrayMaxSize(20)
  kinds?: MessageKind[] | null;
  @Field(() => [MessageChannel], {
    description: 'Only messages sent by these channels.',
    nullable: true,
  })
  @IsOptional()
  @ArrayMaxSize(5)
  channels?: MessageChannel[] | null;
  @Field(() => [MessageAudience], {
    description: 'Only messages to these recipients.',
    nullable: true,
  })
  @IsOptional()
  @ArrayMaxSize(5)
  audiences?: MessageAudience[] | null;
  @Field(() => [MessageState], {
    description: 'Only messages in one of these states.',
    nullable: true,
  })
  @IsOptional()
  @ArrayMaxSize(10)
  states?: MessageState[] | null;
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(200) appointmentIds?:
    string[] | null;
  @Field(() => [ID], { nullable: true, description: 'Messages addressed to one of these clients.' })
  @IsOptional()
  @ArrayMaxSize(200)
  clientIds?: string[] | null;
  @Field(() => [ID], {
    nullable: true,
    description: 'Messages addressed to one of these staff members.',
  })
  @IsOptional()
  @ArrayMaxSize(200)
  staffIds?: string[] | null;
  @Field(() => InstantRange, { description: 'Only messages due in this range.', nullable: true })
  dueBetween?: InstantRange | null;
}

@InputType({ description: 'Switches one kind of message on or off.' })
export class MessageSwitchInput {
  @Field(() => MessageKind, { description: 'Kind of message.' }) kind!: MessageKind;
  @Field(() => MessageChannel) channel!: MessageChannel;
  @Field(() => MessageAudience) audience!: MessageAudience;
  @Field({ description: 'Whether messages of this kind are sent.' }) enabled!: boolean;
}

const MAX_HOURS = 24 * 60;

@InputType({ description: 'Omitted fields keep their value.' })
export class UpdateMessageSettingsInput {
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
  @Field(() => [MessageSwitchInput], {
    nullable: true,
    description: 'Message types to enable or disable. Others keep their setting.',
  })
  @IsOptional()
  @ArrayMaxSize(50)
  @ValidateNested()
  messages?: MessageSwitchInput[] | null;
  @Field(() => Int, {
    nullable: true,
    description:
      'Hours between the e-mail reminder of clients and the start, for appointments created ' +
      'from now on. 0 disables the reminder.',
  })
  @IsOptional()
  @Min(0)
  @Max(MAX_HOURS)
  clientReminderHours?: number | null;
  @Field(() => Int, {
    description:
      'Hours between the e-mail reminder of staff and the start. 0 disables the reminder.',
    nullable: true,
  })
  @IsOptional()
  @Min(0)
  @Max(MAX_HOURS)
  staffReminderHours?: number | null;
  @Field(() => Int, {
    description:
      'Hours between the SMS reminder of clients and the start. 0 disables the reminder.',
    nullable: true,
  })
  @IsOptional()
  @Min(0)
  @Max(MAX_HOURS)
  remindClientSmsHours?: number | null;
  @Field(() => Int, {
    description: 'Hours between the SMS reminder of staff and the start. 0 disables the reminder.',
    nullable: true,
  })
  @IsOptional()
  @Min(0)
  @Max(MAX_HOURS)
  remindStaffSmsHours?: number | null;
}
