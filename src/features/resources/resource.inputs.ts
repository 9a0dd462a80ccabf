import { ArrayMaxSize, ArrayMinSize, IsOptional, Max, Min, ValidateNested } from 'class-validator';
import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { OrderDirection } from '../../graphql/connection';
import { Text } from '../../graphql/inputs/text-validators';

export enum ResourceOrderField {
  NAME = 'NAME',
}
registerEnumType(ResourceOrderField, { name: 'ResourceOrderField' });

@InputType()
export class ResourceOrder {
  @Field(() => ResourceOrderField) field!: ResourceOrderField;
  @Field(() => OrderDirection, { defaultValue: OrderDirection.ASC }) direction!: OrderDirection;
}

@InputType({ description: 'All conditions given must hold.' })
export class ResourceFilter {
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) ids?: string[] | null;
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) locationIds?:
    string[] | null;
  @Field(() => Boolean, { nullable: true }) active?: boolean | null;
  @Field(() => String, { nullable: true, description: 'Words of the name.' })
  @Text({ max: 100 })
  search?: string | null;
}

@InputType({ description: 'All conditions given must hold.' })
export class ResourceBundleFilter extends ResourceFilter {}

const MAX_QUANTITY = 10_000;

@InputType()
export class CreateResourceInput {
  @Field() @Text({ min: 1, max: 255 }) name!: string;
  @Field(() => String, { nullable: true }) @Text({ max: 2000, multiline: true }) description?:
    string | null;
  @Field(() => Int, { defaultValue: 1, description: `How many there are, 1 to ${MAX_QUANTITY}.` })
  @Min(1)
  @Max(MAX_QUANTITY)
  quantity!: number;
  @Field(() => ID, {
    nullable: true,
    description: 'Where it is, fixed from then on. The primary one unless given.',
  })
  locationId?: string | null;
}

@InputType({ description: 'A field left out stays, one set to null is cleared.' })
export class UpdateResourceInput {
  @Field(() => ID) id!: string;
  @Field(() => String, { nullable: true }) @Text({ min: 1, max: 255 }) name?: string | null;
  @Field(() => String, { nullable: true }) @Text({ max: 2000, multiline: true }) description?:
    string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Never fewer than are booked at one instant from now on.',
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_QUANTITY)
  quantity?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'False: no new appointment takes it.' })
  active?: boolean | null;
}

const MAX_ITEMS = 20;

@InputType()
export class ResourceBundleItemInput {
  @Field(() => ID) resourceId!: string;
  @Field(() => Int, { defaultValue: 1, description: 'How many of its quantity.' })
  @Min(1)
  @Max(MAX_QUANTITY)
  units!: number;
}

@InputType()
export class CreateResourceBundleInput {
  @Field() @Text({ min: 1, max: 255 }) name!: string;

  @Field(() => [ResourceBundleItemInput], { description: 'Resources of one location, each once.' })
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_ITEMS)
  @ValidateNested()
  items!: ResourceBundleItemInput[];
}

@InputType({ description: 'A field left out stays.' })
export class UpdateResourceBundleInput {
  @Field(() => ID) id!: string;
  @Field(() => String, { nullable: true }) @Text({ min: 1, max: 255 }) name?: string | null;
  @Field(() => Boolean, { nullable: true, description: 'False: no new appointment takes it.' })
  active?: boolean | null;

  @Field(() => [ResourceBundleItemInput], {
    nullable: true,
    description: 'Replaces what it takes.',
  })
  @IsOptional()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_ITEMS)
  @ValidateNested()
  items?: ResourceBundleItemInput[] | null;
}

@InputType()
export class ResourceNeedOptionInput {
  @Field(() => ID, { description: 'Of a Resource or a ResourceBundle.' }) id!: string;
  @Field(() => Int, {
    defaultValue: 1,
    description: 'How many of the resource, or how many times the bundle.',
  })
  @Min(1)
  @Max(MAX_QUANTITY)
  units!: number;
}

@InputType()
export class ResourceNeedInput {
  @Field(() => [ResourceNeedOptionInput], {
    description:
      'Any one of them meets the need, the first that is free at the location of the appointment.',
  })
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @ValidateNested()
  options!: ResourceNeedOptionInput[];
}

@InputType()
export class SetReasonResourcesInput {
  @Field(() => ID) reasonId!: string;

  @Field(() => [ResourceNeedInput], {
    description:
      'All that an appointment takes beside staff: replaces what it took. Each of the needs is met by one of its options.',
  })
  @ArrayMaxSize(MAX_ITEMS)
  @ValidateNested()
  needs!: ResourceNeedInput[];
}
