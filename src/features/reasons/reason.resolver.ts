import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { isStaffSide, memberOf, type Context } from '../../context';
import { isOneOf, raw, sql } from '../../shared/db/sql';
import { tableOf } from '../../shared/db/table';
import { parseGlobalId } from '../../shared/global-id';
import { defineLoader, groupByKey } from '../../shared/loader';
import { connectionOf, PageArgs, type Page } from '../../shared/page';
import { Reads } from '../../shared/reads';
import { answer, payloadOf } from '../../shared/user-error';
import { Business } from '../businesses/business.entity';
import { businessOf } from '../businesses/business.loaders';
import { Staff } from '../staff/staff.entity';
import { staff } from '../staff/staff.source';
import { Reason, ServiceStaff } from './reason.entity';
import { CreateReasonInput, ReasonFilter, ReasonOrder, SetReasonStaffInput, UpdateReasonInput } from './reason.inputs';
import * as service from './reason.service';
import { reasonList, reasons } from './reason.source';

const ReasonConnection = connectionOf(Reason, 'Reason');
const CreateReasonPayload = payloadOf('CreateReason', 'reason', () => Reason);
const UpdateReasonPayload = payloadOf('UpdateReason', 'reason', () => Reason);
const SetReasonStaffPayload = payloadOf('SetReasonStaff', 'reason', () => Reason);

/** Assignments of each reason by staff id; to those who are not staff, the active ones. */
const serviceStaffByReasonId = defineLoader(async (context: Context, ids: readonly number[]) => {
  const { businessId } = memberOf(context);
  const table = tableOf(ServiceStaff);
  const visible = isStaffSide(context.viewer) ? raw('') : sql`AND s.active = ${true}`;
  const rows = await context.db.all(sql`
    SELECT ${table.select('s')} FROM ${raw('service_staff AS s')}
    WHERE s.business_id = ${businessId} AND ${isOneOf(raw('s.reason_id'), ids)} ${visible} ORDER BY s.reason_id, s.staff_id`);
  return groupByKey(ids, rows.map((row) => table.hydrate(row)), (row) => row.reasonId);
});

@Resolver(() => Reason)
export class ReasonResolver {
  @Query(() => Reason, { nullable: true, description: 'Null where there is none that your key may see.' })
  reason(@Ctx() context: Context, @Info() info: GraphQLResolveInfo, @Arg('id', () => ID) id: string): Promise<Reason | null> {
    return reasonList.one(context, parseGlobalId('Reason', id, ['id']), info);
  }

  @Query(() => ReasonConnection, { description: 'Reasons that your key may see, by sortWeight. Add-ons and personal ones are left out unless asked for.' })
  reasons(
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ReasonFilter, { nullable: true }) filter?: ReasonFilter,
    @Arg('orderBy', () => ReasonOrder, { nullable: true }) orderBy?: ReasonOrder,
  ): Page<Reason> {
    return reasonList.page(context, { ...page, filter, orderBy });
  }

  @Mutation(() => CreateReasonPayload, { description: 'For administrators.' })
  createReason(@Ctx() context: Context, @Arg('input', () => CreateReasonInput) input: CreateReasonInput) {
    return answer('reason', () => service.create(context, input));
  }

  @Mutation(() => UpdateReasonPayload, { description: 'For administrators. Appointments booked before keep their length and price.' })
  updateReason(@Ctx() context: Context, @Arg('input', () => UpdateReasonInput) input: UpdateReasonInput) {
    return answer('reason', () => service.update(context, input));
  }

  @Mutation(() => SetReasonStaffPayload, { description: 'Says who serves a reason. For administrators.' })
  setReasonStaff(@Ctx() context: Context, @Arg('input', () => SetReasonStaffInput) input: SetReasonStaffInput) {
    return answer('reason', () => service.setStaff(context, input));
  }

  @FieldResolver(() => Business)
  business(@Ctx() context: Context): Promise<Business> {
    return businessOf(context);
  }

  @FieldResolver(() => String, { nullable: true, description: 'The name that staff see; null for others.' })
  @Reads<Reason>('internalName')
  internalName(@Root() { internalName }: Reason, @Ctx() { viewer }: Context): string | null {
    return isStaffSide(viewer) ? internalName : null;
  }

  @FieldResolver(() => String, { description: 'internalName, else reasonDesc. For clients always reasonDesc.' })
  @Reads<Reason>('internalName', 'reasonDesc')
  internalDisplayName(@Root() { internalName, reasonDesc }: Reason, @Ctx() { viewer }: Context): string {
    return (isStaffSide(viewer) && internalName) || reasonDesc;
  }

  @FieldResolver(() => [ServiceStaff], { description: 'Who serves it.' })
  serviceStaff(@Root() { rowId }: Reason, @Ctx() context: Context): Promise<ServiceStaff[]> {
    return serviceStaffByReasonId(context).load(rowId);
  }
}

@Resolver(() => ServiceStaff)
export class ServiceStaffResolver {
  @FieldResolver(() => Staff)
  staff(@Root() { staffId }: ServiceStaff, @Ctx() context: Context): Promise<Staff | null> {
    return staff.granted(context, staffId);
  }

  @FieldResolver(() => Reason)
  reason(@Root() { reasonId }: ServiceStaff, @Ctx() context: Context): Promise<Reason | null> {
    return reasons.granted(context, reasonId);
  }
}
