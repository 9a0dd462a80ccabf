import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../../context';
import { parseGlobalId } from '../../graphql/global-id';
import { CancelAppointmentPayload } from '../appointments/changes/cancel-payload';
import { Appointment } from '../appointments/model/appointment.entity';
import { appointments } from '../appointments/model/list';
import { WaitlistStatus } from './model/status';
import { waitlistEntries } from './model/waitlist.list';

@Resolver(() => CancelAppointmentPayload)
export class CancellationResolver {
  @FieldResolver(() => Appointment, {
    nullable: true,
    description:
      'Hold of the freed time, to which the entries of waitlistEntryIds are invited. Null without ' +
      'such entries, and after the invitation.',
  })
  async hold(
    @Root() { appointment, waitlistEntryIds }: CancelAppointmentPayload,
    @Ctx() context: Context,
  ): Promise<Appointment | null> {
    const first = waitlistEntryIds?.[0];
    if (!appointment || first === undefined) return null;
    const rowId = parseGlobalId('WaitlistEntry', first, ['input', 'waitlistEntryIds', '0']);
    const entry = await waitlistEntries.findVisible(context, rowId);
    return entry?.status === WaitlistStatus.INVITED && entry.appointmentId !== null
      ? appointments.findVisible(context, entry.appointmentId)
      : null;
  }
}
