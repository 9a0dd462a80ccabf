import { Field, ID, Int, ObjectType } from 'type-graphql';
import { ASKED } from '../../availability/unavailable-error';
import type { ExplainAvailabilityInput } from '../../availability/explanation/explain.type';
import { ErrorCode } from '../../../errors';
import { shapeOf, UserError } from '../../../graphql/payload';
import { AppointmentStatus } from '../model/status';

@ObjectType({
  implements: UserError,
  simpleResolvers: true,
  description: 'The time cannot be booked: somebody is not free, or a rule refuses it.',
})
export class TimeUnavailableError extends UserError {
  @Field(() => [ID], {
    description:
      'Who is not free. Empty where something else is in the way, or the database alone knew.',
  })
  staffIds: string[] = [];

  /** What was asked for, for the explanation. */
  [ASKED]?: ExplainAvailabilityInput;
}

@ObjectType({
  implements: UserError,
  simpleResolvers: true,
  description: 'A session has fewer free seats than were asked for.',
})
export class SeatsUnavailableError extends UserError {
  @Field(() => Int, { description: 'How many are free.' }) seatsLeft!: number;
  @Field(() => [ID], { description: 'The sessions that have too few.' })
  classScheduleIds!: string[];

  /** What was asked for, for the explanation. */
  [ASKED]?: ExplainAvailabilityInput;
}

@ObjectType({
  implements: UserError,
  simpleResolvers: true,
  description: 'The life of an appointment does not lead from here to there.',
})
export class IllegalTransitionError extends UserError {
  @Field({ description: 'The sub-status it has.' }) from!: string;
  @Field({ description: 'What was asked for.' }) to!: string;
  @Field(() => [AppointmentStatus], { description: 'Statuses it can go to.' })
  legal!: AppointmentStatus[];
  @Field(() => [String], {
    description: 'Built-in sub-statuses it can go to, each of one of the legal statuses.',
  })
  legalSubStatuses!: string[];
}

@ObjectType({
  implements: UserError,
  simpleResolvers: true,
  description: 'Somebody changed it since it was read.',
})
export class VersionConflictError extends UserError {
  @Field(() => Int, { description: 'The version it has now.' }) currentVersion!: number;
}

shapeOf(ErrorCode.TIME_UNAVAILABLE, TimeUnavailableError);
shapeOf(ErrorCode.QUOTA_REACHED, TimeUnavailableError);
shapeOf(ErrorCode.SEATS_UNAVAILABLE, SeatsUnavailableError);
shapeOf(ErrorCode.ILLEGAL_TRANSITION, IllegalTransitionError);
shapeOf(ErrorCode.VERSION_CONFLICT, VersionConflictError);

/** For the schema: types that only an interface leads to. */
export const appointmentErrors = [
  TimeUnavailableError,
  SeatsUnavailableError,
  IllegalTransitionError,
  VersionConflictError,
];
