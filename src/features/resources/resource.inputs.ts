import { ArrayMaxSize, ArrayMinSize, IsOptional, Max, Min, ValidateNested } from 'class-validator';
import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { OrderDirection } from '../../graphql/connection';
import { Text } from '../../graphql/inputs/text-validators';

export enum ResourceOrderField {
  NAME = 'NAME',
  CREATED_AT = 'CREATED_AT',
  MODIFIED_AT = 'MODIFIED_AT',
}
registerEnumType(ResourceOrderField, {
  name: 'ResourceOrderField',
  valuesConfig: {
    NAME: { description: 'By name, by code points.' },
    CREATED_AT: { description: 'By the time of creation.' },
    MODIFIED_AT: { description: 'By the time of the last change.' },
  },
});

@InputType()
export class ResourceOrder {
  @Field(() => ResourceOrderField) field!: ResourceOrderField;
  @Field(() => OrderDirection, { defaultValue: OrderDirection.ASC }) direction!: OrderDirection;
}

@InputType()
abstract class RoomFilter {
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) ids?: string[] | null;
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) locationIds?:
    string[] | null;
  @Field(() => Boolean, {
    description: 'Only resources that can be booked, or only those that cannot.',
    nullable: true,
  })
  active?: boolean | null;
  @Field({ defaultValue: false, description: 'Whether to include deleted rows.' })
  includeDeleted!: boolean;
  @Field(() => String, { nullable: true, description: 'Words contained in the name.' })
  @Text({ max: 100 })
  search?: string | null;
}

@InputType({ description: 'Filter for resources. Conditions are combined with AND.' })
export class ResourceFilter extends RoomFilter {
  @Field(() => [ID], {
    nullable: true,
    description: 'Resources that one of these reasons needs, also as part of a bundle.',
  })
  @IsOptional()
  @ArrayMaxSize(500)
  reasonIds?: string[] | null;
}

@InputType({ description: 'Filter for resource bundles. Conditions are combined with AND.' })
export class ResourceBundleFilter extends RoomFilter {}

const MAX_QUANTITY = 10_000;

@InputType()
export class CreateResourceInput {
  @Field({ description: 'The displayed name of the resource.' })
  @Text({ min: 1, max: 255 })
  name!: string;
  @Field(() => String, { description: 'Description, shown to staff.', nullable: true })
  @Text({ max: 2000, multiline: true })
  description?: string | null;
  @Field(() => Int, { defaultValue: 1, description: `Number of units, 1 to ${MAX_QUANTITY}.` })
  @Min(1)
  @Max(MAX_QUANTITY)
  quantity!: number;
  @Field(() => ID, {
    nullable: true,
    description:
      'Location of the resource, which cannot be changed later. Defaults to the primary location.',
  })
  locationId?: string | null;
}

@InputType({
  description: 'Changes to a resource. Omitted fields keep their values; null clears a field.',
})
export class UpdateResourceInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
  @Field(() => String, { description: 'The displayed name of the resource.', nullable: true })
  @Text({ min: 1, max: 255 })
  name?: string | null;
  @Field(() => String, { description: 'Description, shown to staff.', nullable: true })
  @Text({ max: 2000, multiline: true })
  description?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Number of units. Minimum: the units booked at one instant from now on.',
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_QUANTITY)
  quantity?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether new appointments can take it.' })
  active?: boolean | null;
}

const MAX_ITEMS = 20;

@InputType({ description: 'A resource of a bundle and its units.' })
export class ResourceBundleItemInput {
  @Field(() => ID, { description: 'The resource that the bundle includes.' }) resourceId!: string;
  @Field(() => Int, { defaultValue: 1, description: 'Number of units of the resource.' })
  @Min(1)
  @Max(MAX_QUANTITY)
  units!: number;
}

@InputType()
export class CreateResourceBundleInput {
  @Field({ description: 'The displayed name of the bundle.' })
  @Text({ min: 1, max: 255 })
  name!: string;

  @Field(() => [ResourceBundleItemInput], {
    description: 'Resources of one location, each only once.',
  })
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_ITEMS)
  @ValidateNested()
  items!: ResourceBundleItemInput[];
}

@InputType({ description: 'Changes to a resource bundle. Omitted fields keep their values.' })
export class UpdateResourceBundleInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
  @Field(() => String, { description: 'The displayed name of the bundle.', nullable: true })
  @Text({ min: 1, max: 255 })
  name?: string | null;
  @Field(() => Boolean, { nullable: true, description: 'Whether new appointments can take it.' })
  active?: boolean | null;

  @Field(() => [ResourceBundleItemInput], {
    nullable: true,
    description: 'All resources that it takes. Replaces the present ones.',
  })
  @IsOptional()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_ITEMS)
  @ValidateNested()
  items?: ResourceBundleItemInput[] | null;
}

@InputType({ description: 'A resource or bundle that meets a need.' })
export class ResourceNeedOptionInput {
  @Field(() => ID, { description: 'Id of a Resource or a ResourceBundle.' }) id!: string;
  @Field(() => Int, {
    defaultValue: 1,
    description: 'Number of units of the resource, or number of times that the bundle is taken.',
  })
  @Min(1)
  @Max(MAX_QUANTITY)
  units!: number;
}

@InputType({ description: 'A need of a reason: one of its options is occupied by a booking.' })
export class ResourceNeedInput {
  @Field(() => [ResourceNeedOptionInput], {
    description:
      'Alternatives. The first that is free at the location of the appointment meets the need.',
  })
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @ValidateNested()
  options!: ResourceNeedOptionInput[];
}

@InputType()
export class SetReasonResourcesInput {
  @Field(() => ID, { description: 'The reason whose resources are replaced.' }) reasonId!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;

  @Field(() => [ResourceNeedInput], {
    description:
      'All needs of an appointment besides staff. Replaces the present ones. Each need is ' +
      'met by one of its options.',
  })
  @ArrayMaxSize(MAX_ITEMS)
  @ValidateNested()
  needs!: ResourceNeedInput[];
}

@InputType()
export class DeleteResourceInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}

@InputType()
export class RestoreResourceInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}

@InputType()
export class DeleteResourceBundleInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}

@InputType()
export class RestoreResourceBundleInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}
