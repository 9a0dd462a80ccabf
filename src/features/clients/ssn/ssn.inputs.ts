import { IsOptional, Matches } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';

/** 8 to 20 letters and digits, with hyphens and spaces between them. */
const PATTERN = /^(?=.{8,20}$)[A-Za-z0-9](?:[ -]?[A-Za-z0-9]){7,19}$/;

/** Validates a social security number. The message does not repeat the value. */
export const Ssn =
  () =>
  (target: object, key: string): void => {
    IsOptional()(target, key);
    Matches(PATTERN, {
      message:
        'ssn must have 8 to 20 letters, digits, hyphens and spaces, 8 of them letters or digits.',
    })(target, key);
  };

@InputType()
export class ReadClientSsnInput {
  @Field(() => ID, { description: 'The client whose number is read.' }) clientId!: string;
}
