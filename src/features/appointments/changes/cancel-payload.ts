import { Field, ObjectType } from 'type-graphql';
import { UserError } from '../../../graphql/payload';
import { Appointment } from '../model/appointment.entity';

/** The waitlist adds the hold to which it invites entries. */
@ObjectType({ simpleResolvers: true })
export class CancelAppointmentPayload {
  @Field(() => Appointment, {
    nullable: true,
    description: 'The cancelled appointment. Null if the input was rejected.',
  })
  appointment!: Appointment | null;
  @Field(() => [UserError], { description: 'Errors of the input. Empty on success.' })
  userErrors!: UserError[];
  /** Ids of the entries that were invited to the freed time. Absent if the input was invalid. */
  waitlistEntryIds?: readonly string[];
}
