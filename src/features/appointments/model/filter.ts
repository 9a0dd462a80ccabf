import { ArrayMaxSize, IsOptional } from 'class-validator';
import { Field, ID, InputType, registerEnumType } from 'type-graphql';
import { InstantRange } from '../../../graphql/inputs/instant-range';
import { Text } from '../../../graphql/inputs/text-validators';
import { OrderDirection } from '../../../graphql/connection';
import { LocalDate } from '../../../graphql/scalars';
import { GroupIds } from '../../memberships/group-ids';
import { AppointmentStatus } from './status';

export enum AppointmentOrderField {
  START = 'START',
  CREATED_AT = 'CREATED_AT',
  MODIFIED_AT = 'MODIFIED_AT',
  STATUS = 'STATUS',
  CLIENT_NAME = 'CLIENT_NAME',
  STAFF_NAME = 'STAFF_NAME',
  PRICE = 'PRICE',
}
registerEnumType(AppointmentOrderField, {
  name: 'AppointmentOrderField',
  description:
    'The orders of appointments. CLIENT_NAME, STAFF_NAME and PRICE, and orders after STATUS ' +
    'except START in the same direction, need a filter with few rows: `from` and `to` within ' +
    '42 days, `onlyHolds`, `ids`, `clientIds`, `classScheduleIds`, `recurringAppointmentIds`, ' +
    '`externalEventIds` or `batchIds`. Clients may use every order.',
  valuesConfig: {
    CREATED_AT: { description: 'By the time of creation.' },
    START: { description: 'By the start.' },
    MODIFIED_AT: { description: 'By the time of the last change.' },
    STATUS: { description: 'By the name of the status, then by the start.' },
    CLIENT_NAME: {
      description:
        'By the full name of the client, by code points. Appointments without a client are last.',
    },
    STAFF_NAME: { description: 'By the full name of the main staff member, by code points.' },
    PRICE: { description: 'By the amount of the price. Appointments without a price are last.' },
  },
});

@InputType()
export class AppointmentOrder {
  @Field(() => AppointmentOrderField) field!: AppointmentOrderField;
  @Field(() => OrderDirection, { defaultValue: OrderDirection.ASC }) direction!: OrderDirection;
}

const MAX_IDS = 500;

@InputType({ description: 'Filter for appointments. Conditions are combined with AND.' })
export class AppointmentFilter {
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(MAX_IDS) ids?: string[] | null;
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(MAX_IDS) clientIds?:
    string[] | null;
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(MAX_IDS) locationIds?:
    string[] | null;
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(MAX_IDS) reasonIds?:
    string[] | null;

  @GroupIds('Appointments at a location in one of these groups, also through super-groups.')
  locationGroupIds?: string[] | null;

  @GroupIds('Appointments for a reason in one of these groups.')
  reasonGroupIds?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'Appointments that take any of these resources.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_IDS)
  resourceIds?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'Appointments with seats in one of these sessions.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_IDS)
  classScheduleIds?: string[] | null;

  @Field(() => [ID], { nullable: true, description: 'Appointments with one of these coupons.' })
  @IsOptional()
  @ArrayMaxSize(MAX_IDS)
  couponIds?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'Appointments that one of these sold packages pays.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_IDS)
  packageSoldIds?: string[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether to return only appointments that are not invoiced: those without ' +
      'invoiceReference that are neither cancelled nor deleted, nor of a reason that is PERSONAL.',
  })
  uninvoiced?: boolean | null;

  @Field(() => [ID], { nullable: true, description: 'Appointments of these series.' })
  @IsOptional()
  @ArrayMaxSize(MAX_IDS)
  recurringAppointmentIds?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Ids of events in an external calendar, as externalEventId states them.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_IDS)
  externalEventIds?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Ids of batches that the caller gave to appointments booked together.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_IDS)
  batchIds?: string[] | null;

  @Field(() => InstantRange, { nullable: true, description: 'Range of the creation.' })
  createdBetween?: InstantRange | null;

  @Field(() => InstantRange, { nullable: true, description: 'Range of the last change.' })
  modifiedBetween?: InstantRange | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Words that name, e-mail address, phones, company, notes or custom fields of the client ' +
      'must contain. Callers other than staff search names only.',
  })
  @Text({ max: 100 })
  search?: string | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'Main or additional staff of the appointments.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_IDS)
  staffIds?: string[] | null;

  @Field(() => [AppointmentStatus], {
    description: 'Only appointments with one of these statuses.',
    nullable: true,
  })
  @IsOptional()
  @ArrayMaxSize(6)
  statuses?: AppointmentStatus[] | null;

  @Field(() => [String], {
    nullable: true,
    description:
      "Codes of sub-statuses, built in or the business's own. An unknown code is an error.",
  })
  @IsOptional()
  @ArrayMaxSize(50)
  subStatuses?: string[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether to return only holds that are not yet confirmed.',
  })
  onlyHolds?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether to return only appointments that await confirmation by their staff: those with ' +
      'the sub-status PENDING_CONFIRMATION.',
  })
  onlyUnconfirmed?: boolean | null;

  @Field({
    defaultValue: false,
    description:
      'Whether deleted appointments are included. They are also included where statuses or ' +
      'subStatuses name them.',
  })
  includeDeleted!: boolean;

  @Field(() => LocalDate, {
    nullable: true,
    description: 'First day, in the time zone of the location of each appointment.',
  })
  from?: string | null;

  @Field(() => LocalDate, {
    nullable: true,
    description: 'Last day, inclusive. Appointments that overlap the window are included.',
  })
  to?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether to exclude appointments whose reason is PERSONAL.',
  })
  excludeTimeOff?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether to return only appointments whose reason is PERSONAL.',
  })
  onlyTimeOff?: boolean | null;
}
