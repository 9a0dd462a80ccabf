import { Matches } from 'class-validator';
import { Field, InputType, Int } from 'type-graphql';
import { Text } from '../../../graphql/inputs/text-validators';
import { AppointmentStatus } from '../model/status';

@InputType()
export class CreateAppointmentSubStatusInput {
  @Field({
    description: 'Code of upper case letters, digits and underscores. Maximum: 40 characters.',
  })
  @Matches(/^[A-Z][A-Z0-9_]{0,39}$/, {
    message: 'code must be upper case letters, digits and underscores, at most 40, such as ROOM_3.',
  })
  code!: string;

  @Field({ description: 'The displayed name of the sub-status.' })
  @Text({ min: 1, max: 80 })
  label!: string;

  @Field(() => AppointmentStatus, { description: 'The status that the sub-status is a step of.' })
  status!: AppointmentStatus;
}

@InputType()
abstract class OwnSubStatus {
  @Field({ description: 'Code of a sub-status of the business. Built-in ones are fixed.' })
  @Text({ min: 1, max: 40 })
  code!: string;

  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}

@InputType({ description: 'The code and the status are fixed, because appointments have them.' })
export class UpdateAppointmentSubStatusInput extends OwnSubStatus {
  @Field(() => String, { nullable: true, description: 'Name shown to people.' })
  @Text({ min: 1, max: 80 })
  label?: string | null;
}

@InputType()
export class DeleteAppointmentSubStatusInput extends OwnSubStatus {}

@InputType()
export class RestoreAppointmentSubStatusInput extends OwnSubStatus {}
