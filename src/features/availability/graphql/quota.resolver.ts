import { Arg, Ctx, Field, FieldResolver, Int, ObjectType, Resolver, Root } from 'type-graphql';
import { memberOf, type Context } from '../../../context';
import { defineLoaders } from '../../../graphql/relations/loader';
import { LocalDate } from '../../../graphql/scalars';
import { addDays, toLocal } from '../../../lib/time-zone';
import { businessOf } from '../../businesses/business.list';
import { Reason } from '../../reasons/reason.entity';
import { QuotaType } from '../../reasons/reason-enums';
import { periodEnd, periodOf, usedIn } from '../facts/quota';

@ObjectType({
  simpleResolvers: true,
  description: 'Use of a quota in the period that contains a day.',
})
export class ReasonQuota {
  @Field(() => Int, { description: 'Maximum number of appointments in the period.' })
  quota!: number;
  @Field(() => QuotaType, { description: 'Period in which the quota counts.' })
  quotaType!: QuotaType;
  @Field(() => Int, {
    description: 'Number of appointments that count: neither cancelled nor deleted.',
  })
  used!: number;
  @Field(() => Int, {
    description: 'Number of appointments that can still be booked in the period.',
  })
  left!: number;
  @Field(() => LocalDate, {
    nullable: true,
    description: 'First day of the period. Null for LIFETIME.',
  })
  from!: string | null;
  @Field(() => LocalDate, {
    nullable: true,
    description: 'Last day of the period. Null for LIFETIME.',
  })
  to!: string | null;
}

@Resolver(() => Reason)
export class ReasonQuotaResolver {
  @FieldResolver(() => ReasonQuota, {
    nullable: true,
    description:
      'Use of the quota in the period that contains this day. Null if the reason has no quota.',
  })
  quotaOn(
    @Root() reason: Reason,
    @Ctx() context: Context,
    @Arg('date', () => LocalDate, { description: 'A day of the period.' }) date: string,
  ): Promise<ReasonQuota | null> {
    return quotaOn(context, reason, date);
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description:
      'Number of appointments that count towards the quota in the current period, in the time ' +
      'zone of the business. Null where the reason has no quota.',
  })
  async quotaFilled(@Root() reason: Reason, @Ctx() context: Context): Promise<number | null> {
    if (reason.quota === null) return null;
    const today = toLocal(context.now(), (await businessOf(context)).timeZoneCode).date;
    return (await quotaOn(context, reason, today))?.used ?? null;
  }
}

const quotaOn = async (
  context: Context,
  reason: Reason,
  date: string,
): Promise<ReasonQuota | null> =>
  reason.quota === null ? null : quotaOfDay(context, date).load(reason);

const quotaOfDay = defineLoaders(
  async (context: Context, date: string, reasons: readonly Reason[]): Promise<ReasonQuota[]> => {
    const spans = reasons.map((reason) => {
      const from = periodOf(reason.quotaType as QuotaType, date);
      return { reason, from, to: periodEnd(reason.quotaType as QuotaType, from) };
    });
    const counts = await usedIn(context.db, memberOf(context).businessId, spans, {
      now: context.now(),
    });
    return spans.map(({ reason, from, to }) => {
      const [quota, quotaType, used] = [
        reason.quota as number,
        reason.quotaType as QuotaType,
        counts.get(reason.rowId)?.get(from) ?? 0,
      ];
      const ever = quotaType === QuotaType.LIFETIME;
      return {
        quota,
        quotaType,
        used,
        left: Math.max(0, quota - used),
        from: ever ? null : from,
        to: ever ? null : addDays(to, -1),
      };
    });
  },
);
