import { ArrayMaxSize, IsOptional } from 'class-validator';
import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { OrderDirection } from '../../graphql/connection';
import { Text } from '../../graphql/inputs/text-validators';
import { GroupType } from './group.entity';

const MAX_MEMBERS = 500;

export enum GroupOrderField {
  NAME = 'NAME',
  CREATED_AT = 'CREATED_AT',
}
registerEnumType(GroupOrderField, {
  name: 'GroupOrderField',
  valuesConfig: {
    NAME: { description: 'By name, by code points.' },
    CREATED_AT: { description: 'By the time of creation.' },
  },
});

@InputType()
export class GroupOrder {
  @Field(() => GroupOrderField) field!: GroupOrderField;
  @Field(() => OrderDirection, { defaultValue: OrderDirection.ASC }) direction!: OrderDirection;
}

@InputType()
export class GroupFilter {
  @Field(() => [ID], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(500)
  ids?: string[] | null;

  @Field(() => [GroupType], { nullable: true, description: 'Only groups of these types.' })
  @IsOptional()
  @ArrayMaxSize(4)
  groupTypes?: GroupType[] | null;

  @Field({ defaultValue: false, description: 'Whether to include deleted groups.' })
  includeDeleted!: boolean;

  @Field(() => String, { nullable: true, description: 'Words that the name must contain.' })
  @Text({ max: 100 })
  search?: string | null;
}

@InputType()
export class CreateGroupInput {
  @Field({ description: 'The displayed name of the group.' })
  @Text({ min: 1, max: 255 })
  name!: string;

  @Field(() => GroupType, { description: 'Type of its members.' })
  groupType!: GroupType;

  @Field(() => [ID], {
    defaultValue: [],
    description: 'Ids of all members. Their type is that of groupType.',
  })
  @ArrayMaxSize(MAX_MEMBERS)
  memberIds!: string[];
}

@InputType()
export class UpdateGroupInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;

  @Field(() => String, { nullable: true, description: 'The displayed name of the group.' })
  @Text({ min: 1, max: 255 })
  name?: string | null;

  @Field(() => [ID], { nullable: true, description: 'Ids of all members. Replaces them.' })
  @IsOptional()
  @ArrayMaxSize(MAX_MEMBERS)
  memberIds?: string[] | null;
}

@InputType()
export class DeleteGroupInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}

@InputType()
export class RestoreGroupInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}
