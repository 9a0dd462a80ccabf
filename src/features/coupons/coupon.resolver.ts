import { Arg, Args, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import type { Context } from '../../context';
import { PageArgs, type Page } from '../../graphql/connection';
import { parseGlobalId } from '../../graphql/global-id';
import { answer, payloadOf } from '../../graphql/payload';
import { PageOf, RowById } from '../../graphql/relations/relation-field';
import { Coupon } from './coupon.entity';
import {
  CouponFilter,
  CouponOrder,
  CreateCouponInput,
  DeleteCouponInput,
  RestoreCouponInput,
  UpdateCouponInput,
} from './coupon.inputs';
import { couponList } from './coupon.list';
import { CouponConnection } from './coupon.relations';
import * as service from './coupon.service';

const CreateCouponPayload = payloadOf('CreateCoupon', 'coupon', () => Coupon);
const UpdateCouponPayload = payloadOf('UpdateCoupon', 'coupon', () => Coupon);
const DeleteCouponPayload = payloadOf('DeleteCoupon', 'coupon', () => Coupon);
const RestoreCouponPayload = payloadOf('RestoreCoupon', 'coupon', () => Coupon);

@Resolver(() => Coupon)
export class CouponResolver {
  @Query(() => Coupon, {
    nullable: true,
    description: 'The coupon with this id. Null if none is visible to the caller. Staff only.',
  })
  @RowById(couponList)
  coupon(@Ctx() context: Context, @Arg('id', () => ID) id: string): Promise<Coupon | null> {
    return couponList.source.findVisible(context, parseGlobalId('Coupon', id, ['id']));
  }

  @Query(() => CouponConnection, { description: 'Coupons by creation. Staff only.' })
  @PageOf(couponList)
  coupons(
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => CouponFilter, { nullable: true }) filter?: CouponFilter,
    @Arg('orderBy', () => [CouponOrder], { nullable: true }) orderBy?: CouponOrder[],
  ): Page<Coupon> {
    return couponList.page(context, { ...page, filter, orderBy });
  }

  @Mutation(() => CreateCouponPayload, {
    description: 'Adds a coupon. Requires role: ADMINISTRATOR.',
  })
  createCoupon(
    @Ctx() context: Context,
    @Arg('input', () => CreateCouponInput) input: CreateCouponInput,
  ) {
    return answer(context, 'coupon', () => service.create(context, input));
  }

  @Mutation(() => UpdateCouponPayload, {
    description: 'Changes a coupon. Appointments keep their prices. Requires role: ADMINISTRATOR.',
  })
  updateCoupon(
    @Ctx() context: Context,
    @Arg('input', () => UpdateCouponInput) input: UpdateCouponInput,
  ) {
    return answer(context, 'coupon', () => service.update(context, input));
  }

  @Mutation(() => DeleteCouponPayload, {
    description:
      'Deletes a coupon, which appointments keep. Its code stays taken. Requires role: ' +
      'ADMINISTRATOR.',
  })
  deleteCoupon(
    @Ctx() context: Context,
    @Arg('input', () => DeleteCouponInput) input: DeleteCouponInput,
  ) {
    return answer(context, 'coupon', () => service.deleteCoupon(context, input));
  }

  @Mutation(() => RestoreCouponPayload, {
    description:
      'Restores a deleted coupon. It is inactive until updateCoupon activates it. Requires role: ' +
      'ADMINISTRATOR.',
  })
  restoreCoupon(
    @Ctx() context: Context,
    @Arg('input', () => RestoreCouponInput) input: RestoreCouponInput,
  ) {
    return answer(context, 'coupon', () => service.restoreCoupon(context, input));
  }
}
