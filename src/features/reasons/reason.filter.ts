import { ArrayMaxSize, IsOptional } from 'class-validator';
import { Field, ID, InputType, registerEnumType } from 'type-graphql';
import { InstantRange } from '../../graphql/inputs/instant-range';
import { OrderDirection } from '../../graphql/connection';
import { Text } from '../../graphql/inputs/text-validators';
import { GroupIds } from '../memberships/group-ids';
import { ReasonStatus, ReasonType } from './reason-enums';

export enum ReasonOrderField {
  SORT_WEIGHT = 'SORT_WEIGHT',
  NAME = 'NAME',
  CREATED_AT = 'CREATED_AT',
  MODIFIED_AT = 'MODIFIED_AT',
}
registerEnumType(ReasonOrderField, {
  name: 'ReasonOrderField',
  valuesConfig: {
    NAME: { description: 'By name, by code points.' },
    CREATED_AT: { description: 'By the time of creation.' },
    MODIFIED_AT: { description: 'By the time of the last change.' },
    SORT_WEIGHT: { description: 'By sortWeight.' },
  },
});

@InputType()
export class ReasonOrder {
  @Field(() => ReasonOrderField) field!: ReasonOrderField;
  @Field(() => OrderDirection, { defaultValue: OrderDirection.ASC }) direction!: OrderDirection;
}

@InputType({ description: 'Filter for reasons. Conditions are combined with AND.' })
export class ReasonFilter {
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) ids?: string[] | null;
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) excludeIds?:
    string[] | null;
  @Field(() => [ID], {
    nullable: true,
    description: 'Reasons assigned to one of these staff members.',
  })
  @IsOptional()
  @ArrayMaxSize(500)
  staffIds?: string[] | null;
  @Field(() => [ID], {
    nullable: true,
    description:
      'Reasons that can be booked at one of these locations: services by the working hours of ' +
      'their staff there, classes by a session and courses by a run still to come there.',
  })
  @IsOptional()
  @ArrayMaxSize(500)
  locationIds?: string[] | null;

  @GroupIds(
    'Reasons that can be booked, as with locationIds, at a location in one of these groups, also ' +
      'through super-groups.',
  )
  locationGroupIds?: string[] | null;

  @GroupIds('Only reasons in one of these groups.') reasonGroupIds?: string[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether to return only services that one of staffIds (default: any staff member) serves ' +
      'with working hours, and classes and courses that they lead, at one of locationIds ' +
      'and in one of locationGroupIds (default: any location).',
  })
  workingOnly?: boolean | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'Reasons with which one of these add-ons can be booked.',
  })
  @IsOptional()
  @ArrayMaxSize(500)
  hasAddOnIds?: string[] | null;
  @Field(() => [ID], {
    nullable: true,
    description: 'Add-ons that can be booked with one of these reasons.',
  })
  @IsOptional()
  @ArrayMaxSize(500)
  addOnsForIds?: string[] | null;
  @Field(() => [ID], {
    nullable: true,
    description:
      'Reasons for which one of these appointments was booked. Appointments that are not visible ' +
      'to the caller are ignored.',
  })
  @IsOptional()
  @ArrayMaxSize(500)
  appointmentIds?: string[] | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether to return only reasons that have a waitlist.',
  })
  waitListOnly?: boolean | null;
  @Field(() => [ReasonType], {
    nullable: true,
    description:
      'Types of the reasons. Unless this, ids or addOnsForIds is set, ADDON and PERSONAL ' +
      'are excluded.',
  })
  @IsOptional()
  @ArrayMaxSize(5)
  types?: ReasonType[] | null;

  @Field(() => [ReasonType], { description: 'No reasons of these types.', nullable: true })
  @IsOptional()
  @ArrayMaxSize(5)
  excludeTypes?: ReasonType[] | null;
  @Field(() => [ReasonStatus], {
    defaultValue: [ReasonStatus.ACTIVE],
    description: 'Statuses of the reasons.',
  })
  @ArrayMaxSize(3)
  statuses!: ReasonStatus[];
  @Field(() => InstantRange, { description: 'Only reasons created in this range.', nullable: true })
  createdBetween?: InstantRange | null;
  @Field(() => InstantRange, { description: 'Only reasons changed in this range.', nullable: true })
  modifiedBetween?: InstantRange | null;
  @Field(() => String, {
    nullable: true,
    description: 'Words contained in reasonDesc, internalName or reasonDetail.',
  })
  @Text({ max: 100 })
  search?: string | null;
}
