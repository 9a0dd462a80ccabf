import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Role, STAFF_ROLES, type Context } from '../../context';
import { RequiresRole } from '../../graphql/sdl/required-role';
import { PageArgs, type Page } from '../../graphql/connection';
import { parseGlobalId } from '../../graphql/global-id';
import { Reads } from '../../graphql/relations/column-field';
import { TimeZone, timeZoneOf } from '../../graphql/time-zone';
import { answer } from '../../graphql/payload';
import { explainVisible } from '../appointments/graphql/explanation.resolver';
import { AvailabilityExplanation } from '../availability/explanation/explanation';
import { Appointment } from '../appointments/model/appointment.entity';
import { appointments } from '../appointments/model/list';
import { cancelRecurringAppointment } from './cancel-series';
import {
  createRecurringAppointment,
  previewRecurringAppointment,
  type SeriesResult,
} from './create-series';
import { RecurringAppointment } from './recurring-appointment.entity';
import {
  CancelRecurringAppointmentInput,
  UpdateRecurringAppointmentInput,
} from './recurring-appointment.inputs';
import { RecurringAppointmentFilter } from './recurring-appointment.filter';
import { recurringAppointmentList } from './recurring-appointment.list';
import { RecurringAppointmentConnection } from './recurring-appointment.relations';
import {
  CreateRecurringAppointmentInput,
  RecurrenceConflict,
  CancelRecurringAppointmentPayload,
  CreateRecurringAppointmentPayload,
  UpdateRecurringAppointmentPayload,
  type SeriesPayload,
  RecurringAppointmentPreview,
  type Conflict,
} from './series-payloads';
import { updateRecurringAppointment } from './update-series';
import { Costs } from '../../graphql/field-cost';
import { PageOf, RowById } from '../../graphql/relations/relation-field';

async function payloadOf(
  context: Context,
  command: () => Promise<SeriesResult>,
): Promise<SeriesPayload> {
  const { written, userErrors } = await answer(context, 'written', command);
  const conflicts =
    written?.conflicts ??
    userErrors.flatMap((error) => (error as { conflicts?: readonly Conflict[] }).conflicts ?? []);
  return {
    recurringAppointment: written?.series ?? null,
    appointments: written?.booked.map(({ appointment }) => appointment) ?? null,
    conflicts: conflicts.map((conflict) => new RecurrenceConflict(conflict)),
    userErrors,
  };
}

@Resolver(() => RecurringAppointment)
export class RecurringAppointmentResolver {
  @Query(() => RecurringAppointment, {
    nullable: true,
    description:
      'The series with an id. Null if it does not exist or is not visible to the caller.',
  })
  @RowById(recurringAppointmentList)
  recurringAppointment(
    @Ctx() context: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<RecurringAppointment | null> {
    return recurringAppointmentList.source.findVisible(
      context,
      parseGlobalId('RecurringAppointment', id, ['id']),
    );
  }

  @Query(() => RecurringAppointmentConnection, {
    description: 'Series visible to the caller, in the order of their ids.',
  })
  @PageOf(recurringAppointmentList)
  recurringAppointments(
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => RecurringAppointmentFilter, { nullable: true })
    filter?: RecurringAppointmentFilter,
  ): Page<RecurringAppointment> {
    return recurringAppointmentList.page(context, { ...page, filter });
  }

  @RequiresRole(...STAFF_ROLES, Role.CLIENT)
  @Costs(5_000)
  @Query(() => RecurringAppointmentPreview, {
    description: 'Result that createRecurringAppointment would have now. Writes nothing.',
  })
  async previewRecurringAppointment(
    @Ctx() context: Context,
    @Arg('input', () => CreateRecurringAppointmentInput) input: CreateRecurringAppointmentInput,
  ): Promise<RecurringAppointmentPreview> {
    const { rrule, occurrences, conflicts } = await previewRecurringAppointment(context, input);
    const shown = new Map(
      conflicts.map((conflict) => [conflict.startAt, new RecurrenceConflict(conflict)]),
    );
    return {
      rrule,
      conflicts: [...shown.values()],
      occurrences: occurrences.map(({ startAt, localStart }) => ({
        start: startAt,
        localStart,
        conflict: shown.get(startAt) ?? null,
      })),
    };
  }

  @Costs(5_000)
  @Mutation(() => CreateRecurringAppointmentPayload, {
    description:
      'Books a series, completely or without the occurrences in conflict. Not available to ' +
      'publishable keys.',
  })
  createRecurringAppointment(
    @Ctx() context: Context,
    @Arg('input', () => CreateRecurringAppointmentInput) input: CreateRecurringAppointmentInput,
  ): Promise<SeriesPayload> {
    return payloadOf(context, () => createRecurringAppointment(context, input));
  }

  @Costs(5_000)
  @Mutation(() => UpdateRecurringAppointmentPayload, {
    description:
      'Moves appointments of a series or changes their fields. THIS_AND_FOLLOWING splits them ' +
      'off as a separate series, which is returned. Not available to publishable keys.',
  })
  updateRecurringAppointment(
    @Ctx() context: Context,
    @Arg('input', () => UpdateRecurringAppointmentInput) input: UpdateRecurringAppointmentInput,
  ): Promise<SeriesPayload> {
    return payloadOf(context, () => updateRecurringAppointment(context, input));
  }

  @Costs(5_000)
  @Mutation(() => CancelRecurringAppointmentPayload, {
    description:
      'Cancels the affected appointments of a series, all or none. Not available to ' +
      'publishable keys.',
  })
  cancelRecurringAppointment(
    @Ctx() context: Context,
    @Arg('input', () => CancelRecurringAppointmentInput) input: CancelRecurringAppointmentInput,
  ): Promise<SeriesPayload> {
    return payloadOf(context, () => cancelRecurringAppointment(context, input));
  }

  @FieldResolver(() => TimeZone, { description: 'Time zone in which the rule is evaluated.' })
  @Reads<RecurringAppointment>('timeZoneCode')
  timeZone(@Root() { timeZoneCode }: RecurringAppointment, @Ctx() { now }: Context): TimeZone {
    return timeZoneOf(timeZoneCode, now());
  }
}

@Resolver(() => RecurrenceConflict)
export class RecurrenceConflictResolver {
  @FieldResolver(() => AvailabilityExplanation, {
    nullable: true,
    description:
      'Rules that reject the time, and the nearest free times, as of now. Null if a rule ' +
      'unrelated to time rejects it.',
  })
  explanation(
    @Root() { explanationInput }: RecurrenceConflict,
    @Ctx() context: Context,
  ): Promise<AvailabilityExplanation> | null {
    return explanationInput ? explainVisible(context, explanationInput, true) : null;
  }

  @FieldResolver(() => Appointment, {
    nullable: true,
    description: 'The unchanged appointment. Null for an occurrence that was not booked.',
  })
  appointment(
    @Root() { appointmentId }: RecurrenceConflict,
    @Ctx() context: Context,
  ): Promise<Appointment | null> | null {
    return appointmentId === null ? null : appointments.findVisible(context, appointmentId);
  }
}
