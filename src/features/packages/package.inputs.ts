import { ArrayMaxSize, IsOptional, Max, Min } from 'class-validator';
import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { OrderDirection } from '../../graphql/connection';
import { Text } from '../../graphql/inputs/text-validators';
import { Decimal } from '../../lib/money';

export const MAX_USES = 100_000;
const MAX_DAYS = 36_500;

export enum PackageOrderField {
  CREATED_AT = 'CREATED_AT',
}
registerEnumType(PackageOrderField, {
  name: 'PackageOrderField',
  valuesConfig: { CREATED_AT: { description: 'By the time of creation.' } },
});

@InputType()
export class PackageOrder {
  @Field(() => PackageOrderField) field!: PackageOrderField;
  @Field(() => OrderDirection, { defaultValue: OrderDirection.ASC }) direction!: OrderDirection;
}

@InputType()
export class PackageFilter {
  @Field(() => [ID], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(500)
  ids?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'Only packages that are valid for one of these reasons.',
  })
  @IsOptional()
  @ArrayMaxSize(500)
  reasonIds?: string[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Only packages that can be sold, or only those that cannot.',
  })
  active?: boolean | null;

  @Field({ defaultValue: false, description: 'Whether to include deleted packages.' })
  includeDeleted!: boolean;
}

@InputType()
abstract class PackageTerms {
  @Field(() => Decimal, {
    nullable: true,
    description: 'Price in the currency of the business. Null for none.',
  })
  price?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Days of 24 hours after the sale during which it can be used. Null for no limit.',
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_DAYS)
  validDays?: number | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'All reasons for which it is valid. An empty list makes it valid for every one.',
  })
  @IsOptional()
  @ArrayMaxSize(500)
  reasonIds?: string[] | null;
}

@InputType()
export class CreatePackageInput extends PackageTerms {
  @Field({ description: 'The displayed name of the package.' })
  @Text({ min: 1, max: 255 })
  name!: string;

  @Field(() => Int, { description: 'Number of appointments that it pays, 1 to 100,000.' })
  @Min(1)
  @Max(MAX_USES)
  uses!: number;

  @Field({ defaultValue: true, description: 'Whether it can be sold.' })
  active!: boolean;
}

@InputType()
export class UpdatePackageInput extends PackageTerms {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;

  @Field(() => String, { nullable: true, description: 'The displayed name of the package.' })
  @Text({ min: 1, max: 255 })
  name?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Number of appointments that it pays, for later sales.',
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_USES)
  uses?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it can be sold.' })
  active?: boolean | null;
}

@InputType()
export class DeletePackageInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}

@InputType()
export class RestorePackageInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}
