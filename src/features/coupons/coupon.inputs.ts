import { ArrayMaxSize, IsOptional, Max, Min, ValidateNested } from 'class-validator';
import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { OrderDirection } from '../../graphql/connection';
import { OneOf } from '../../graphql/inputs/one-of';
import { Text } from '../../graphql/inputs/text-validators';
import { DateTime } from '../../graphql/scalars';
import { Decimal } from '../../lib/money';

const MAX_USES = 1_000_000_000;
export const MAX_CODE_LENGTH = 40;

export enum CouponOrderField {
  CREATED_AT = 'CREATED_AT',
}
registerEnumType(CouponOrderField, {
  name: 'CouponOrderField',
  valuesConfig: { CREATED_AT: { description: 'By the time of creation.' } },
});

@InputType()
export class CouponOrder {
  @Field(() => CouponOrderField) field!: CouponOrderField;
  @Field(() => OrderDirection, { defaultValue: OrderDirection.ASC }) direction!: OrderDirection;
}

@InputType()
export class CouponFilter {
  @Field(() => [ID], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(500)
  ids?: string[] | null;

  @Field(() => String, { nullable: true, description: 'Only the coupon with this code.' })
  @Text({ min: 1, max: MAX_CODE_LENGTH })
  code?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Only coupons that are active, or only those that are not.',
  })
  active?: boolean | null;

  @Field({ defaultValue: false, description: 'Whether to include deleted coupons.' })
  includeDeleted!: boolean;
}

@OneOf()
@InputType({ description: 'Part of the price that a coupon takes off.' })
export class CouponDiscountInput {
  @Field(() => Decimal, {
    nullable: true,
    description: 'Amount in the currency of the business, more than 0.',
  })
  amount?: string | null;

  @Field(() => Decimal, {
    nullable: true,
    description: 'Percentage of the price, more than 0, maximum 100.',
  })
  percentage?: string | null;
}

@InputType()
abstract class CouponLimits {
  @Field(() => DateTime, {
    nullable: true,
    description: 'First instant at which a booking can use it. Null for no such limit.',
  })
  validFrom?: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Instant from which no booking can use it. Null for no such limit.',
  })
  validUntil?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Maximum number of appointments with it. Null for no limit.',
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_USES)
  maxUses?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Maximum number of appointments with it for one client. Null for no limit.',
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_USES)
  maxUsesPerClient?: number | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'All reasons to which it applies. An empty list applies it to every reason.',
  })
  @IsOptional()
  @ArrayMaxSize(500)
  reasonIds?: string[] | null;
}

@InputType()
export class CreateCouponInput extends CouponLimits {
  @Field({ description: 'Code that the client enters. Unique in the business, in any case.' })
  @Text({ min: 1, max: MAX_CODE_LENGTH })
  code!: string;

  @Field(() => CouponDiscountInput, { description: 'Part of the price that it takes off.' })
  @ValidateNested()
  discount!: CouponDiscountInput;

  @Field({ defaultValue: true, description: 'Whether bookings can use it.' })
  active!: boolean;
}

@InputType()
export class UpdateCouponInput extends CouponLimits {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Code that the client enters. Unique in the business, in any case.',
  })
  @Text({ min: 1, max: MAX_CODE_LENGTH })
  code?: string | null;

  @Field(() => CouponDiscountInput, {
    nullable: true,
    description: 'Part of the price that it takes off. Appointments keep what it took off.',
  })
  @IsOptional()
  @ValidateNested()
  discount?: CouponDiscountInput | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether bookings can use it.' })
  active?: boolean | null;
}

@InputType()
export class DeleteCouponInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}

@InputType()
export class RestoreCouponInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}
