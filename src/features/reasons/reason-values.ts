import { Field, Int, ObjectType } from 'type-graphql';
import { Decimal } from '../../lib/money';

/** The resolver adds `text`, which depends on the language of the business. */
@ObjectType({ simpleResolvers: true, description: 'Length that a client may choose.' })
export class ReasonDuration {
  @Field(() => Int, { description: 'Length in minutes.' }) minutes!: number;
  @Field(() => Decimal, {
    nullable: true,
    description: 'Price of this length. Null for the price of the reason.',
  })
  price!: string | null;
  @Field(() => Decimal, {
    nullable: true,
    description: 'Deposit due at booking. Null for the deposit of the reason.',
  })
  deposit!: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'Name of the length, such as "Short". Null for none.',
  })
  name!: string | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'An answer to a screening question, and whether it permits a booking.',
})
export class ScreeningAnswer {
  @Field({ description: 'Text of the answer.' }) text!: string;
  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether a client who gives this answer may book. Staff only; null for other callers.',
  })
  passes!: boolean | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'Question that a client answers before times are shown.',
})
export class ScreeningQuestion {
  @Field({ description: 'Text of the question.' }) question!: string;
  @Field(() => [ScreeningAnswer], { description: 'The answers to choose from.' })
  answers!: ScreeningAnswer[];
}
