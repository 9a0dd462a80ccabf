import { Arg, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../../../context';
import { at } from '../../../errors';
import { parseGlobalId } from '../../../graphql/global-id';
import { Availability, AvailabilityInput } from '../../availability/graphql/availability';
import { explain } from '../../availability/explanation/explain';
import {
  AvailabilityExplanation,
  AvailabilityRefusal,
  ExplainAvailabilityInput,
} from '../../availability/explanation/explanation';
import { EXPLANATION_INPUT } from '../../availability/unavailable-error';
import { ClassSchedule } from '../../classes/class-schedule.entity';
import { classSchedules } from '../../classes/class.list';
import { Appointment } from '../model/appointment.entity';
import { SeatsUnavailableError, TimeUnavailableError } from './errors';
import { availabilityOrMoves, movedAppointment } from '../changes/moving';
import { appointments } from '../model/list';
import { Costs, costsPerDay } from '../../../graphql/field-cost';

/** Explains a time. An appointment to move that is not visible to the caller is ignored. */
export async function explainVisible(
  context: Context,
  input: ExplainAvailabilityInput,
  isKept = false,
): Promise<AvailabilityExplanation> {
  const id = input.appointmentId;
  const moved =
    id == null
      ? null
      : await appointments.findVisible(
          context,
          parseGlobalId('Appointment', id, at('appointmentId')),
        );
  return explain(context, input, moved && (await movedAppointment(context, moved)), isKept);
}

@Resolver()
export class ExplanationResolver {
  @costsPerDay(500)
  @Query(() => Availability, {
    description:
      'Times that can be booked for a reason at a location. Every offered time can be ' +
      'booked; clients can book no others.',
  })
  availability(
    @Ctx() context: Context,
    @Arg('input', () => AvailabilityInput) input: AvailabilityInput,
  ): Promise<Availability> {
    return availabilityOrMoves(context, input);
  }

  @Costs(3_000)
  @Query(() => AvailabilityExplanation, {
    description:
      'Explanation of a time for each candidate: the rules that refuse it, the smallest ' +
      'change that makes it bookable, and the nearest bookable times.',
  })
  explainAvailability(
    @Ctx() context: Context,
    @Arg('input', () => ExplainAvailabilityInput) input: ExplainAvailabilityInput,
  ): Promise<AvailabilityExplanation> {
    return explainVisible(context, input);
  }
}

@Resolver(() => AvailabilityRefusal)
export class RefusalAppointmentsResolver {
  @FieldResolver(() => [Appointment], {
    description: 'Conflicting appointments visible to the caller.',
  })
  async appointments(
    @Root() { appointmentIds }: AvailabilityRefusal,
    @Ctx() context: Context,
  ): Promise<Appointment[]> {
    return (
      await Promise.all(appointmentIds.map((id) => appointments.findVisible(context, id)))
    ).filter((row) => row !== null);
  }

  @FieldResolver(() => [ClassSchedule], {
    description: 'Conflicting sessions of classes visible to the caller.',
  })
  async classSchedules(
    @Root() { appointmentIds }: AvailabilityRefusal,
    @Ctx() context: Context,
  ): Promise<ClassSchedule[]> {
    return (
      await Promise.all(appointmentIds.map((id) => classSchedules.findVisible(context, id)))
    ).filter((row) => row !== null);
  }
}

@Resolver(() => TimeUnavailableError)
export class TimeUnavailableResolver {
  @FieldResolver(() => AvailabilityExplanation, {
    nullable: true,
    description:
      'Rules that refuse the time, and the nearest free times, as of now. Null if the ' +
      'request was not for a single time.',
  })
  explanation(
    @Root() error: TimeUnavailableError,
    @Ctx() context: Context,
  ): Promise<AvailabilityExplanation> | null {
    return error[EXPLANATION_INPUT]
      ? explainVisible(context, error[EXPLANATION_INPUT], true)
      : null;
  }
}

@Resolver(() => SeatsUnavailableError)
export class SeatsUnavailableResolver {
  @FieldResolver(() => AvailabilityExplanation, {
    nullable: true,
    description:
      'Rules that refuse the seats, and the nearest sessions with free seats, as of now. ' +
      'Null if the request was for one session of a course.',
  })
  explanation(
    @Root() error: SeatsUnavailableError,
    @Ctx() context: Context,
  ): Promise<AvailabilityExplanation> | null {
    return error[EXPLANATION_INPUT]
      ? explainVisible(context, error[EXPLANATION_INPUT], true)
      : null;
  }
}
