import { Field, ID, Int, ObjectType } from 'type-graphql';
import { EXPLANATION_INPUT } from '../../availability/unavailable-error';
import type { ExplainAvailabilityInput } from '../../availability/explanation/explanation';
import { ErrorCode } from '../../../errors';
import { declareErrorType, UserError } from '../../../graphql/payload';
import { AppointmentStatus } from '../model/status';

@ObjectType({
  implements: UserError,
  simpleResolvers: true,
  description: 'The time cannot be booked, because a subject is not free or a rule refuses it.',
})
export class TimeUnavailableError extends UserError {
  @Field(() => [ID], {
    description:
      'Ids of the staff who are not free. Empty if another rule refuses the time, or if ' +
      'only the database detected the conflict.',
  })
  staffIds: string[] = [];

  /** Input of the explanation. */
  [EXPLANATION_INPUT]?: ExplainAvailabilityInput;
}

@ObjectType({
  implements: UserError,
  simpleResolvers: true,
  description: 'A session has fewer free seats than requested.',
})
export class SeatsUnavailableError extends UserError {
  @Field(() => Int, { description: 'Number of free seats.' }) seatsLeft!: number;
  @Field(() => [ID], { description: 'Ids of the sessions with too few free seats.' })
  classScheduleIds!: string[];

  /** Input of the explanation. */
  [EXPLANATION_INPUT]?: ExplainAvailabilityInput;
}

@ObjectType({
  implements: UserError,
  simpleResolvers: true,
  description: 'The requested change of status is not a legal transition.',
})
class IllegalTransitionError extends UserError {
  @Field({ description: 'Current sub-status.' }) from!: string;
  @Field({ description: 'Requested status or change.' }) to!: string;
  @Field(() => [AppointmentStatus], { description: 'Statuses that are legal next.' })
  legal!: AppointmentStatus[];
  @Field(() => [String], {
    description: 'Built-in sub-statuses that are legal next, each of one of the legal statuses.',
  })
  legalSubStatuses!: string[];
}

declareErrorType(ErrorCode.TIME_UNAVAILABLE, TimeUnavailableError);
declareErrorType(ErrorCode.QUOTA_REACHED, TimeUnavailableError);
declareErrorType(ErrorCode.SEATS_UNAVAILABLE, SeatsUnavailableError);
declareErrorType(ErrorCode.ILLEGAL_TRANSITION, IllegalTransitionError);

/** Types reachable only through an interface, which the schema must list. */
export const appointmentErrors = [
  TimeUnavailableError,
  SeatsUnavailableError,
  IllegalTransitionError,
];
