import {
  Arg,
  Args,
  Ctx,
  FieldResolver,
  ID,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { isStaffSide, type Context } from '../../context';
import { parseGlobalId } from '../../graphql/global-id';
import { PageArgs, type Page } from '../../graphql/connection';
import { Reads } from '../../graphql/relations/column-field';
import { friendlyTime } from '../../lib/words';
import { answer, payloadOf } from '../../graphql/payload';
import { businessOf } from '../businesses/business.list';
import { Money, moneyOf } from '../businesses/money';
import { Reason } from './reason.entity';
import { deleteReason, restoreReason } from './delete-reason';
import {
  CreateReasonInput,
  DeleteReasonInput,
  RestoreReasonInput,
  UpdateReasonInput,
} from './reason.inputs';
import { ReasonFilter, ReasonOrder } from './reason.filter';
import {
  SetReasonAddOnsInput,
  SetReasonLocationsInput,
  SetReasonStaffInput,
} from './links/links.inputs';
import * as links from './links/set-links';
import * as service from './reason.service';
import { reasonList } from './reason.list';
import { ReasonDuration, ScreeningQuestion } from './reason-values';
import { ServiceStaff } from './links/service-staff.entity';
import { ReasonConnection } from './reason.relations';
import { RowById, PageOf } from '../../graphql/relations/relation-field';
import { StaffOnly } from '../../graphql/sdl/required-role';

const CreateReasonPayload = payloadOf('CreateReason', 'reason', () => Reason);
const UpdateReasonPayload = payloadOf('UpdateReason', 'reason', () => Reason);
const DeleteReasonPayload = payloadOf('DeleteReason', 'reason', () => Reason);
const RestoreReasonPayload = payloadOf('RestoreReason', 'reason', () => Reason);
const SetReasonAddOnsPayload = payloadOf('SetReasonAddOns', 'reason', () => Reason);
const SetReasonLocationsPayload = payloadOf('SetReasonLocations', 'reason', () => Reason);
const SetReasonStaffPayload = payloadOf('SetReasonStaff', 'reason', () => Reason);

@Resolver(() => Reason)
export class ReasonResolver {
  @Query(() => Reason, {
    nullable: true,
    description: 'The reason with this id. Null if none is visible to the caller.',
  })
  @RowById(reasonList)
  reason(@Ctx() context: Context, @Arg('id', () => ID) id: string): Promise<Reason | null> {
    return reasonList.source.findVisible(context, parseGlobalId('Reason', id, ['id']));
  }

  @Query(() => ReasonConnection, {
    description:
      'Reasons visible to the caller, by sortWeight. ADDON and PERSONAL are excluded ' +
      'unless the filter selects them.',
  })
  @PageOf(reasonList)
  reasons(
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ReasonFilter, { nullable: true }) filter?: ReasonFilter,
    @Arg('orderBy', () => [ReasonOrder], { nullable: true }) orderBy?: ReasonOrder[],
  ): Page<Reason> {
    return reasonList.page(context, { ...page, filter, orderBy });
  }

  @Mutation(() => CreateReasonPayload, {
    description: 'Creates a reason. Requires role: ADMINISTRATOR.',
  })
  createReason(
    @Ctx() context: Context,
    @Arg('input', () => CreateReasonInput) input: CreateReasonInput,
  ) {
    return answer(context, 'reason', () => service.create(context, input));
  }

  @Mutation(() => UpdateReasonPayload, {
    description:
      'Changes a reason. Existing appointments keep their length and price. Requires role: ' +
      'ADMINISTRATOR.',
  })
  updateReason(
    @Ctx() context: Context,
    @Arg('input', () => UpdateReasonInput) input: UpdateReasonInput,
  ) {
    return answer(context, 'reason', () => service.update(context, input));
  }

  @Mutation(() => DeleteReasonPayload, {
    description:
      'Deletes a reason, which past appointments keep: its status becomes DELETED. Refused while ' +
      'appointments or sessions are still to come. Requires role: ADMINISTRATOR.',
  })
  deleteReason(
    @Ctx() context: Context,
    @Arg('input', () => DeleteReasonInput) input: DeleteReasonInput,
  ) {
    return answer(context, 'reason', () => deleteReason(context, input));
  }

  @Mutation(() => RestoreReasonPayload, {
    description:
      'Restores a deleted reason. It is DEACTIVE until updateReason activates it. Requires role: ' +
      'ADMINISTRATOR.',
  })
  restoreReason(
    @Ctx() context: Context,
    @Arg('input', () => RestoreReasonInput) input: RestoreReasonInput,
  ) {
    return answer(context, 'reason', () => restoreReason(context, input));
  }

  @Mutation(() => SetReasonStaffPayload, {
    description: 'Replaces the staff who serve a reason. Requires role: ADMINISTRATOR.',
  })
  setReasonStaff(
    @Ctx() context: Context,
    @Arg('input', () => SetReasonStaffInput) input: SetReasonStaffInput,
  ) {
    return answer(context, 'reason', () => links.setStaff(context, input));
  }

  @Mutation(() => SetReasonLocationsPayload, {
    description:
      'Replaces the locations of a reason whose customWorkSchedule is SELECTED_LOCATIONS. ' +
      'Requires role: ADMINISTRATOR.',
  })
  setReasonLocations(
    @Ctx() context: Context,
    @Arg('input', () => SetReasonLocationsInput) input: SetReasonLocationsInput,
  ) {
    return answer(context, 'reason', () => links.setLocations(context, input));
  }

  @Mutation(() => SetReasonAddOnsPayload, {
    description:
      'Replaces the add-ons that can be booked with a reason. Requires role: ADMINISTRATOR.',
  })
  setReasonAddOns(
    @Ctx() context: Context,
    @Arg('input', () => SetReasonAddOnsInput) input: SetReasonAddOnsInput,
  ) {
    return answer(context, 'reason', () => links.setAddOns(context, input));
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Name shown to staff. Staff only; null for other callers.',
  })
  @Reads<Reason>('internalName')
  @StaffOnly()
  internalName(@Root() { internalName }: Reason, @Ctx() { viewer }: Context): string | null {
    return isStaffSide(viewer) ? internalName : null;
  }

  @FieldResolver(() => String, {
    description:
      'The internalName if set, else reasonDesc. For callers other than staff always reasonDesc.',
  })
  @Reads<Reason>('internalName', 'reasonDesc')
  internalDisplayName(
    @Root() { internalName, reasonDesc }: Reason,
    @Ctx() { viewer }: Context,
  ): string {
    return (isStaffSide(viewer) && internalName) || reasonDesc;
  }

  @FieldResolver(() => ScreeningQuestion, {
    nullable: true,
    description: 'Question that a client must answer before times are shown. Null for none.',
  })
  @Reads<Reason>('screeningQuestion')
  screeningQuestion(
    @Root() { screeningQuestion }: Reason,
    @Ctx() { viewer }: Context,
  ): ScreeningQuestion | null {
    if (!screeningQuestion || isStaffSide(viewer)) return screeningQuestion;
    return {
      ...screeningQuestion,
      answers: screeningQuestion.answers.map(({ text }) => ({ text, passes: null })),
    };
  }
}

@Resolver(() => ServiceStaff)
export class ServiceStaffResolver {
  @FieldResolver(() => Int, {
    nullable: true,
    description:
      'Priority in round robin: lower values are considered first. Staff only; null for ' +
      'other callers.',
  })
  @Reads<ServiceStaff>('priority')
  @StaffOnly()
  priority(@Root() { priority }: ServiceStaff, @Ctx() { viewer }: Context): number | null {
    return isStaffSide(viewer) ? priority : null;
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description:
      'Relative share of the appointments assigned by round robin. Staff only; null for ' +
      'other callers.',
  })
  @Reads<ServiceStaff>('weight')
  @StaffOnly()
  weight(@Root() { weight }: ServiceStaff, @Ctx() { viewer }: Context): number | null {
    return isStaffSide(viewer) ? weight : null;
  }

  @FieldResolver(() => Money, {
    nullable: true,
    description: '`price` with its currency. Null for the price of the reason.',
  })
  async priceMoney(
    @Root() { price }: ServiceStaff,
    @Ctx() context: Context,
  ): Promise<Money | null> {
    return moneyOf(price, (await businessOf(context)).currency);
  }
}

@Resolver(() => ReasonDuration)
export class ReasonDurationResolver {
  @FieldResolver(() => String, {
    description: 'Length in words, in the language of the business, such as "1 Hour 45 Minutes".',
  })
  async text(@Root() { minutes }: ReasonDuration, @Ctx() context: Context): Promise<string> {
    return friendlyTime(minutes, (await businessOf(context)).locale);
  }

  @FieldResolver(() => Money, {
    nullable: true,
    description: '`price` with its currency. Null for the price of the reason.',
  })
  async priceMoney(
    @Root() { price }: ReasonDuration,
    @Ctx() context: Context,
  ): Promise<Money | null> {
    return moneyOf(price, (await businessOf(context)).currency);
  }

  @FieldResolver(() => Money, {
    nullable: true,
    description: '`deposit` with its currency. Null for the deposit of the reason.',
  })
  async depositMoney(
    @Root() { deposit }: ReasonDuration,
    @Ctx() context: Context,
  ): Promise<Money | null> {
    return moneyOf(deposit, (await businessOf(context)).currency);
  }
}
