import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { UserError } from '../../graphql/payload';
import { Appointment } from '../appointments/model/appointment.entity';
import { Client } from '../clients/client.entity';
import { RecurringAppointment } from '../recurring/recurring-appointment.entity';
import { WaitlistEntry } from '../waitlist/model/waitlist-entry.entity';

@InputType()
export class MergeClientsInput {
  @Field(() => ID, { description: 'The client who stays.' }) id!: string;
  @Field(() => ID, {
    description: 'The same person under another id, who is deleted. A deleted client is accepted.',
  })
  duplicateId!: string;
}

@ObjectType({ simpleResolvers: true })
export class MergeClientsPayload {
  @Field(() => Client, {
    nullable: true,
    description: 'The client who stays. Null if the input was rejected.',
  })
  client!: Client | null;
  @Field(() => Client, {
    nullable: true,
    description: 'The duplicate, which is deleted. Null if the input was rejected.',
  })
  duplicate!: Client | null;
  @Field(() => [Appointment], {
    nullable: true,
    description: 'Moved appointments, by id. Null if the input was rejected.',
  })
  appointments!: readonly Appointment[] | null;
  @Field(() => [RecurringAppointment], {
    nullable: true,
    description: 'Moved series, by id. Null if the input was rejected.',
  })
  recurringAppointments!: readonly RecurringAppointment[] | null;
  @Field(() => [WaitlistEntry], {
    nullable: true,
    description: 'Moved waitlist entries, by id. Null if the input was rejected.',
  })
  waitlistEntries!: readonly WaitlistEntry[] | null;
  @Field(() => [UserError], { description: 'Errors of the input. Empty on success.' })
  userErrors!: UserError[];
}
