import { Arg, Ctx, Field, Mutation, Resolver } from 'type-graphql';
import type { Context } from '../../../context';
import { answer, answerAs, payloadOf } from '../../../graphql/payload';
import { bookAppointment, releaseHold } from '../holds/confirm-hold';
import { RescheduleAppointmentInput, UpdateAppointmentInput } from '../changes/inputs';
import {
  CancelAppointmentInput,
  CheckInAppointmentInput,
  CompleteAppointmentInput,
  ConfirmAppointmentInput,
  DeclineAppointmentInput,
  NoShowAppointmentInput,
  SetAppointmentStatusInput,
  StartAppointmentInput,
} from '../changes/status.inputs';
import { createSeats, holdSeats } from '../seats/book-seats';
import { namesSeats } from '../seats/seat-request';
import { createAppointment, holdAppointment } from '../booking/book';
import { withOffer } from '../offers/book-offer';
import { Appointment } from '../model/appointment.entity';
import {
  BookAppointmentInput,
  CreateAppointmentInput,
  HoldAppointmentInput,
  ReleaseHoldInput,
} from '../booking/inputs';
import { CancelAppointmentPayload } from '../changes/cancel-payload';
import { rescheduleAppointment } from '../changes/reschedule';
import { AppointmentStatus } from '../model/status';
import {
  checkInAppointment,
  confirmAppointment,
  declineAppointment,
  setAppointmentStatus,
  setStatusForReason,
  startAppointment,
} from '../changes/change-status';
import { updateAppointment } from '../changes/update';

const payload = (command: string) =>
  payloadOf(`${command}Appointment`, 'appointment', () => Appointment);
const CreatePayload = payload('Create');
Field(() => [Appointment], {
  description:
    'All booked appointments, by start: one for each session of a course, else exactly one.',
})(CreatePayload.prototype, 'appointments');
const HoldPayload = payload('Hold');
const BookPayload = payload('Book');
const ReleaseHoldPayload = payloadOf('ReleaseHold', 'appointment', () => Appointment);
const ConfirmPayload = payload('Confirm');
const DeclinePayload = payload('Decline');
const UpdatePayload = payload('Update');
const ReschedulePayload = payload('Reschedule');
const CompletePayload = payload('Complete');
const NoShowPayload = payload('NoShow');
const CheckInPayload = payload('CheckIn');
const StartPayload = payload('Start');
const StatusPayload = payloadOf('SetAppointmentStatus', 'appointment', () => Appointment);

function answerAll(context: Context, command: () => Promise<Appointment | readonly Appointment[]>) {
  return answerAs(context, command, (booked) => {
    const appointments = booked === null ? [] : [booked].flat();
    return { appointment: appointments[0] ?? null, appointments };
  });
}

@Resolver()
export class AppointmentMutations {
  @Mutation(() => CreatePayload, {
    description:
      'Books an appointment, or seats in a class or a course. Concurrent bookings of the ' +
      'same time succeed only up to its capacity.',
  })
  createAppointment(
    @Ctx() context: Context,
    @Arg('input', () => CreateAppointmentInput) input: CreateAppointmentInput,
  ) {
    return answerAll(context, async () =>
      withOffer<CreateAppointmentInput, Appointment | readonly Appointment[]>(
        context,
        input,
        async (booking, offer) =>
          namesSeats(booking)
            ? createSeats(context, booking, offer)
            : createAppointment(context, booking, offer),
      ),
    );
  }

  @Mutation(() => HoldPayload, {
    description:
      'Holds a time for some minutes, until a client decides. To book at once, use ' +
      'createAppointment.',
  })
  holdAppointment(
    @Ctx() context: Context,
    @Arg('input', () => HoldAppointmentInput) input: HoldAppointmentInput,
  ) {
    return answer(context, 'appointment', async () =>
      withOffer(context, input, async (booking, offer) =>
        namesSeats(booking)
          ? holdSeats(context, booking, offer)
          : holdAppointment(context, booking, offer),
      ),
    );
  }

  @Mutation(() => BookPayload, { description: 'Books a hold before it expires.' })
  bookAppointment(
    @Ctx() context: Context,
    @Arg('input', () => BookAppointmentInput) input: BookAppointmentInput,
  ) {
    return answer(context, 'appointment', () => bookAppointment(context, input));
  }

  @Mutation(() => ReleaseHoldPayload, {
    description:
      'Releases a hold before it expires, so that its time can be booked again. An expired ' +
      'hold is not changed.',
  })
  releaseHold(
    @Ctx() context: Context,
    @Arg('input', () => ReleaseHoldInput) input: ReleaseHoldInput,
  ) {
    return answer(context, 'appointment', () => releaseHold(context, input));
  }

  @Mutation(() => ConfirmPayload, {
    description: 'Accepts a booking that awaits confirmation, as its reason requires. Staff only.',
  })
  confirmAppointment(
    @Ctx() context: Context,
    @Arg('input', () => ConfirmAppointmentInput) input: ConfirmAppointmentInput,
  ) {
    return answer(context, 'appointment', () => confirmAppointment(context, input));
  }

  @Mutation(() => DeclinePayload, {
    description: 'Declines and cancels a booking that awaits confirmation. Staff only.',
  })
  declineAppointment(
    @Ctx() context: Context,
    @Arg('input', () => DeclineAppointmentInput) input: DeclineAppointmentInput,
  ) {
    return answer(context, 'appointment', () => declineAppointment(context, input));
  }

  @Mutation(() => UpdatePayload, {
    description:
      'Changes an appointment, except its time. To change the time, use rescheduleAppointment.',
  })
  updateAppointment(
    @Ctx() context: Context,
    @Arg('input', () => UpdateAppointmentInput) input: UpdateAppointmentInput,
  ) {
    return answer(context, 'appointment', () => updateAppointment(context, input));
  }

  @Mutation(() => ReschedulePayload, {
    description: 'Moves an appointment: frees the old time and takes the new one atomically.',
  })
  rescheduleAppointment(
    @Ctx() context: Context,
    @Arg('input', () => RescheduleAppointmentInput) input: RescheduleAppointmentInput,
  ) {
    return answer(context, 'appointment', () => rescheduleAppointment(context, input));
  }

  @Mutation(() => CancelAppointmentPayload, {
    description: 'Cancels an appointment and frees its time.',
  })
  async cancelAppointment(
    @Ctx() context: Context,
    @Arg('input', () => CancelAppointmentInput) input: CancelAppointmentInput,
  ): Promise<CancelAppointmentPayload> {
    const payload = await answer(context, 'appointment', () =>
      setAppointmentStatus(context, { ...input, status: AppointmentStatus.CANCELLED }),
    );
    return {
      ...payload,
      waitlistEntryIds: payload.appointment ? (input.waitlistEntryIds ?? []) : [],
    };
  }

  @Mutation(() => CheckInPayload, {
    description:
      'Records that the client has arrived: sub-status CHECKEDIN. Repeated, changes nothing. ' +
      'Staff only.',
  })
  checkInAppointment(
    @Ctx() context: Context,
    @Arg('input', () => CheckInAppointmentInput) input: CheckInAppointmentInput,
  ) {
    return answer(context, 'appointment', () => checkInAppointment(context, input));
  }

  @Mutation(() => StartPayload, {
    description:
      'Records that the visit has begun: sub-status INPROGRESS. Repeated, changes nothing. ' +
      'Staff only.',
  })
  startAppointment(
    @Ctx() context: Context,
    @Arg('input', () => StartAppointmentInput) input: StartAppointmentInput,
  ) {
    return answer(context, 'appointment', () => startAppointment(context, input));
  }

  @Mutation(() => CompletePayload, {
    description: 'Records that the client attended and was served. Staff only.',
  })
  completeAppointment(
    @Ctx() context: Context,
    @Arg('input', () => CompleteAppointmentInput) input: CompleteAppointmentInput,
  ) {
    return answer(context, 'appointment', () =>
      setAppointmentStatus(context, { ...input, status: AppointmentStatus.COMPLETED }),
    );
  }

  @Mutation(() => NoShowPayload, {
    description: 'Records that the client did not attend. Staff only.',
  })
  noShowAppointment(
    @Ctx() context: Context,
    @Arg('input', () => NoShowAppointmentInput) input: NoShowAppointmentInput,
  ) {
    return answer(context, 'appointment', () =>
      setAppointmentStatus(context, { ...input, status: AppointmentStatus.NO_SHOW }),
    );
  }

  @Mutation(() => StatusPayload, {
    description: 'Performs any legal change of the status of an appointment.',
  })
  setAppointmentStatus(
    @Ctx() context: Context,
    @Arg('input', () => SetAppointmentStatusInput) input: SetAppointmentStatusInput,
  ) {
    return answer(context, 'appointment', () => setStatusForReason(context, input));
  }
}
