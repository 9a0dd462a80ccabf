import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { Context } from '../../../context';
import { answer, payloadOf } from '../../../graphql/payload';
import { AppointmentSubStatus } from './sub-status.entity';
import {
  CreateAppointmentSubStatusInput,
  DeleteAppointmentSubStatusInput,
  RestoreAppointmentSubStatusInput,
  UpdateAppointmentSubStatusInput,
} from './sub-status.inputs';
import * as service from './sub-status.service';

const payload = (command: string) =>
  payloadOf(`${command}AppointmentSubStatus`, 'subStatus', () => AppointmentSubStatus);
const CreateAppointmentSubStatusPayload = payload('Create');
const UpdateAppointmentSubStatusPayload = payload('Update');
const DeleteAppointmentSubStatusPayload = payload('Delete');
const RestoreAppointmentSubStatusPayload = payload('Restore');

@Resolver()
export class AppointmentSubStatusResolver {
  @Query(() => AppointmentSubStatus, {
    nullable: true,
    description:
      'The sub-status with a code, built-in or of the business, deleted or not. Null if none ' +
      'exists.',
  })
  appointmentSubStatus(
    @Ctx() context: Context,
    @Arg('code', { description: 'Code of the sub-status, such as CONFIRMED.' }) code: string,
  ): Promise<AppointmentSubStatus | null> {
    return service.findByCode(context, code);
  }

  @Query(() => [AppointmentSubStatus], {
    description: 'Built-in sub-statuses, followed by those of the business.',
  })
  appointmentSubStatuses(
    @Ctx() context: Context,
    @Arg('includeDeleted', () => Boolean, {
      defaultValue: false,
      description: 'Whether to include deleted sub-statuses.',
    })
    includeDeleted: boolean,
  ): Promise<AppointmentSubStatus[]> {
    return service.list(context, includeDeleted);
  }

  @Mutation(() => CreateAppointmentSubStatusPayload, {
    description: 'Creates a sub-status. Requires role: ADMINISTRATOR.',
  })
  createAppointmentSubStatus(
    @Ctx() context: Context,
    @Arg('input', () => CreateAppointmentSubStatusInput) input: CreateAppointmentSubStatusInput,
  ) {
    return answer(context, 'subStatus', () => service.create(context, input));
  }

  @Mutation(() => UpdateAppointmentSubStatusPayload, {
    description: 'Changes the label of a sub-status. Requires role: ADMINISTRATOR.',
  })
  updateAppointmentSubStatus(
    @Ctx() context: Context,
    @Arg('input', () => UpdateAppointmentSubStatusInput) input: UpdateAppointmentSubStatusInput,
  ) {
    return answer(context, 'subStatus', () => service.update(context, input));
  }

  @Mutation(() => DeleteAppointmentSubStatusPayload, {
    description:
      'Deletes a sub-status. Appointments keep it, and no other appointment can get it. Requires ' +
      'role: ADMINISTRATOR.',
  })
  deleteAppointmentSubStatus(
    @Ctx() context: Context,
    @Arg('input', () => DeleteAppointmentSubStatusInput) input: DeleteAppointmentSubStatusInput,
  ) {
    return answer(context, 'subStatus', () => service.remove(context, input));
  }

  @Mutation(() => RestoreAppointmentSubStatusPayload, {
    description: 'Restores a deleted sub-status. Requires role: ADMINISTRATOR.',
  })
  restoreAppointmentSubStatus(
    @Ctx() context: Context,
    @Arg('input', () => RestoreAppointmentSubStatusInput) input: RestoreAppointmentSubStatusInput,
  ) {
    return answer(context, 'subStatus', () => service.restore(context, input));
  }
}
