import { ArrayMaxSize, ArrayMinSize, Max, Min, ValidateNested } from 'class-validator';
import { Field, InputType, Int } from 'type-graphql';
import { Decimal } from '../../lib/money';
import { Text } from '../../graphql/inputs/text-validators';

export const MAX_MINUTES = 1440;

@InputType({ description: 'A duration for which a reason can be booked.' })
export class ReasonDurationInput {
  @Field(() => Int, { description: 'Length in minutes, 1 to 1440.' })
  @Min(1)
  @Max(MAX_MINUTES)
  minutes!: number;
  @Field(() => Decimal, {
    nullable: true,
    description: 'Price of this length. Null for the price of the reason.',
  })
  price?: string | null;
  @Field(() => Decimal, {
    nullable: true,
    description: 'Deposit for this length. Null for the deposit of the reason.',
  })
  deposit?: string | null;
  @Field(() => String, { description: 'Name of the length, shown to clients.', nullable: true })
  @Text({ max: 100 })
  name?: string | null;
}

@InputType({ description: 'An answer to a screening question, and whether it permits a booking.' })
export class ScreeningAnswerInput {
  @Field({ description: 'Text of the answer.' }) @Text({ min: 1, max: 200 }) text!: string;
  @Field({ description: 'Whether a client who gives this answer may book.' }) passes!: boolean;
}

@InputType({ description: 'A question that a client answers before a booking.' })
export class ScreeningQuestionInput {
  @Field({ description: 'Text of the question.' }) @Text({ min: 1, max: 500 }) question!: string;
  @Field(() => [ScreeningAnswerInput], {
    description: 'Two to ten answers, at least one of which passes.',
  })
  @ArrayMinSize(2)
  @ArrayMaxSize(10)
  @ValidateNested()
  answers!: ScreeningAnswerInput[];
}
