import { ArrayMaxSize, IsOptional, Max, Min } from 'class-validator';
import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { OrderDirection } from '../../graphql/connection';
import { DateTime } from '../../graphql/scalars';
import { Decimal } from '../../lib/money';
import { MAX_USES } from './package.inputs';

export enum PackageSoldOrderField {
  SOLD_AT = 'SOLD_AT',
}
registerEnumType(PackageSoldOrderField, {
  name: 'PackageSoldOrderField',
  valuesConfig: { SOLD_AT: { description: 'By the instant of the sale.' } },
});

@InputType()
export class PackageSoldOrder {
  @Field(() => PackageSoldOrderField) field!: PackageSoldOrderField;
  @Field(() => OrderDirection, { defaultValue: OrderDirection.ASC }) direction!: OrderDirection;
}

@InputType()
export class PackageSoldFilter {
  @Field(() => [ID], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(500)
  ids?: string[] | null;

  @Field(() => [ID], { nullable: true, description: 'Only packages of these clients.' })
  @IsOptional()
  @ArrayMaxSize(500)
  clientIds?: string[] | null;

  @Field(() => [ID], { nullable: true, description: 'Only sales of these packages.' })
  @IsOptional()
  @ArrayMaxSize(500)
  packageIds?: string[] | null;

  @Field({ defaultValue: false, description: 'Whether to include deleted sales.' })
  includeDeleted!: boolean;
}

@InputType()
export class SellPackageInput {
  @Field(() => ID, { description: 'The package to sell.' }) packageId!: string;
  @Field(() => ID, { description: 'The client who buys it.' }) clientId!: string;

  @Field(() => Decimal, {
    nullable: true,
    description: 'Amount that the client paid. Defaults to the price of the package.',
  })
  pricePaid?: string | null;
}

@InputType()
export class UpdatePackageSoldInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Number of uses that were sold, at least those taken. The uses left follow.',
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_USES)
  uses?: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Instant from which no booking can use it. Null for no such limit.',
  })
  expiresAt?: number | null;

  @Field(() => Decimal, { nullable: true, description: 'Amount that the client paid.' })
  pricePaid?: string | null;
}

@InputType()
export class DeletePackageSoldInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}

@InputType()
export class RestorePackageSoldInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}
