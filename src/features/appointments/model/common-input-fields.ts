import { ArrayMaxSize, IsOptional, Matches, Max, Min } from 'class-validator';
import { Field, ID, InputType, Int } from 'type-graphql';
import { Decimal } from '../../../lib/money';
import { Text, WebUrl } from '../../../graphql/inputs/text-validators';
import {
  FieldValuesInput,
  type FieldValueInput,
} from '../../custom-fields/values/field-value.inputs';

export const MAX_STAFF = 20;
export const MAX_PARTS = 20;
export const MAX_SEATS = 10_000;
const MAX_REMINDER_HOURS = 24 * 60;

/** Adds to an input what whoever books and whoever changes an appointment may say of it. */
export function withDetails<Input extends abstract new (...args: any[]) => object>(input: Input) {
  @InputType()
  abstract class AppointmentDetails extends input {
    @Field(() => ID, { nullable: true, description: 'Arranges it and is not occupied.' })
    coordinatorStaffId?: string | null;

    @Field(() => [ID], {
      nullable: true,
      description: 'Serve beside the main staff member and are occupied like them.',
    })
    @IsOptional()
    @ArrayMaxSize(MAX_STAFF)
    additionalStaffIds?: string[] | null;

    @Field(() => String, {
      nullable: true,
      description: 'Required at a location of type VARIABLE.',
    })
    @Text({ max: 500 })
    address?: string | null;

    @Field(() => String, { nullable: true })
    @WebUrl()
    meetingUrl?: string | null;

    @Field(() => String, { nullable: true, description: 'Up to 10,000 characters.' })
    @Text({ max: 10_000, multiline: true })
    note?: string | null;

    @FieldValuesInput(
      'Custom fields of appointments for its reason. One that is not given stays as it is.',
    )
    fields?: FieldValueInput[] | null;

    @Field(() => String, {
      nullable: true,
      description: '#RRGGBB in place of the color of the reason.',
    })
    @IsOptional()
    @Matches(/^#[0-9A-Fa-f]{6}$/, { message: 'color must look like #668CD9.' })
    color?: string | null;

    @Field(() => Decimal, {
      nullable: true,
      description: 'In place of the price of the reason. For staff.',
    })
    price?: string | null;

    @Field(() => Decimal, { nullable: true, description: 'For staff.' })
    taxAmount?: string | null;

    @Field(() => Decimal, { nullable: true, description: 'For staff.' })
    transactionFee?: string | null;

    @Field(() => Decimal, { nullable: true, description: 'For staff.' })
    paidAmount?: string | null;

    @Field(() => String, { nullable: true })
    @Text({ max: 255 })
    paymentReference?: string | null;

    @Field(() => Int, {
      nullable: true,
      description:
        'Hours before the start at which the client gets a reminder by e-mail; 0 disables it. Defaults to the setting of the business.',
    })
    @IsOptional()
    @Min(0)
    @Max(MAX_REMINDER_HOURS)
    clientReminderHours?: number | null;

    @Field(() => Int, {
      nullable: true,
      description:
        'Hours before the start at which staff get a reminder by e-mail; 0 disables it. Defaults to the setting of the business.',
    })
    @IsOptional()
    @Min(0)
    @Max(MAX_REMINDER_HOURS)
    staffReminderHours?: number | null;

    @Field(() => Int, {
      nullable: true,
      description:
        'Hours before the start at which the client gets a reminder by SMS; 0 disables it. Defaults to the setting of the business.',
    })
    @IsOptional()
    @Min(0)
    @Max(MAX_REMINDER_HOURS)
    remindClientSmsHours?: number | null;

    @Field(() => Int, {
      nullable: true,
      description:
        'Hours before the start at which staff get a reminder by SMS; 0 disables it. Defaults to the setting of the business.',
    })
    @IsOptional()
    @Min(0)
    @Max(MAX_REMINDER_HOURS)
    remindStaffSmsHours?: number | null;

    @Field(() => String, { nullable: true }) @Text({ max: 255 }) externalEventId?: string | null;
    @Field(() => String, { nullable: true }) @Text({ max: 255 }) batchId?: string | null;
    @Field(() => String, { nullable: true }) @Text({ max: 255 }) invitationId?: string | null;
    @Field(() => ID, { nullable: true }) @Text({ max: 255 }) jobRequisitionId?: string | null;
  }
  return AppointmentDetails;
}
