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

type AbstractClass = abstract new (...args: any[]) => object;

/** Adds the price and the payment of an appointment to an input type. */
function withPayment<Input extends AbstractClass>(input: Input) {
  @InputType()
  abstract class AppointmentPayment extends input {
    @Field(() => Decimal, {
      nullable: true,
      description: 'Price, instead of that of the reason. Staff only.',
    })
    price?: string | null;

    @Field(() => Decimal, { nullable: true, description: 'Tax on the price. Staff only.' })
    taxAmount?: string | null;

    @Field(() => Decimal, { nullable: true, description: 'Fee of the payment. Staff only.' })
    transactionFee?: string | null;

    @Field(() => Decimal, { nullable: true, description: 'Amount paid so far. Staff only.' })
    paidAmount?: string | null;

    @Field(() => String, { nullable: true })
    @Text({ max: 255 })
    paymentReference?: string | null;

    @Field(() => String, {
      nullable: true,
      description: 'Reference of the invoice. Marks the appointment as invoiced. Staff only.',
    })
    @Text({ max: 255 })
    invoiceReference?: string | null;
  }
  return AppointmentPayment;
}

/** Adds the reminders of an appointment to an input type. */
function withReminders<Input extends AbstractClass>(input: Input) {
  @InputType()
  abstract class AppointmentReminders extends input {
    @Field(() => Int, {
      nullable: true,
      description:
        'Hours before the start at which the client gets a reminder by e-mail; 0 disables ' +
        'it. Defaults to the setting of the business.',
    })
    @IsOptional()
    @Min(0)
    @Max(MAX_REMINDER_HOURS)
    clientReminderHours?: number | null;

    @Field(() => Int, {
      nullable: true,
      description:
        'Hours before the start at which staff get a reminder by e-mail; 0 disables it. ' +
        'Defaults to the setting of the business.',
    })
    @IsOptional()
    @Min(0)
    @Max(MAX_REMINDER_HOURS)
    staffReminderHours?: number | null;

    @Field(() => Int, {
      nullable: true,
      description:
        'Hours before the start at which the client gets a reminder by SMS; 0 disables it. ' +
        'Defaults to the setting of the business.',
    })
    @IsOptional()
    @Min(0)
    @Max(MAX_REMINDER_HOURS)
    remindClientSmsHours?: number | null;

    @Field(() => Int, {
      nullable: true,
      description:
        'Hours before the start at which staff get a reminder by SMS; 0 disables it. ' +
        'Defaults to the setting of the business.',
    })
    @IsOptional()
    @Min(0)
    @Max(MAX_REMINDER_HOURS)
    remindStaffSmsHours?: number | null;
  }
  return AppointmentReminders;
}

/** Adds the fields that bookings and changes of an appointment share to an input type. */
export function withDetails<Input extends AbstractClass>(input: Input) {
  @InputType()
  abstract class AppointmentDetails extends withPayment(withReminders(input)) {
    @Field(() => ID, {
      nullable: true,
      description: 'Staff member who arranges the appointment. Their time is not blocked.',
    })
    coordinatorStaffId?: string | null;

    @Field(() => [ID], {
      nullable: true,
      description:
        'Staff who serve in addition to the main staff member. Their time is blocked as well.',
    })
    @IsOptional()
    @ArrayMaxSize(MAX_STAFF)
    additionalStaffIds?: string[] | null;

    @Field(() => String, {
      nullable: true,
      description: 'Address of the appointment. Required at a location of type VARIABLE.',
    })
    @Text({ max: 500 })
    address?: string | null;

    @Field(() => String, { nullable: true })
    @WebUrl()
    meetingUrl?: string | null;

    @Field(() => String, { nullable: true, description: 'Note of at most 10,000 characters.' })
    @Text({ max: 10_000, multiline: true })
    note?: string | null;

    @FieldValuesInput(
      'Values of custom fields of appointments for its reason. Fields that are not given ' +
        'keep their values.',
    )
    fields?: FieldValueInput[] | null;

    @Field(() => String, {
      nullable: true,
      description: 'Color as #RRGGBB, instead of that of the reason.',
    })
    @IsOptional()
    @Matches(/^#[0-9A-Fa-f]{6}$/, { message: 'color must look like #668CD9.' })
    color?: string | null;

    @Field(() => String, { nullable: true }) @Text({ max: 255 }) externalEventId?: string | null;
    @Field(() => String, { nullable: true }) @Text({ max: 255 }) batchId?: string | null;
    @Field(() => String, { nullable: true }) @Text({ max: 255 }) invitationId?: string | null;
    @Field(() => ID, { nullable: true }) @Text({ max: 255 }) jobRequisitionId?: string | null;
  }
  return AppointmentDetails;
}
