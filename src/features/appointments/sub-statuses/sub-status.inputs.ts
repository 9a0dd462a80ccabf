import { Matches } from 'class-validator';
import { Field, InputType } from 'type-graphql';
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

  @Field()
  @Text({ min: 1, max: 80 })
  label!: string;

  @Field(() => AppointmentStatus)
  status!: AppointmentStatus;
}
