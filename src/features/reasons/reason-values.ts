import { Field, Int, ObjectType } from 'type-graphql';
import { Decimal } from '../../lib/money';
import { Money } from '../businesses/money';
import { StaffOnly } from '../../graphql/sdl/required-role';

/** A length as it is stored. */
export type Duration = Pick<ReasonDuration, 'minutes' | 'price' | 'deposit' | 'name'>;

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
  @Field(() => Money, {
    nullable: true,
    description:
      'Price before discounts: `price`, else that of the staff member or of the reason. Null if ' +
      'none is set.',
  })
  originalPrice!: Money | null;

  /** The reason that offers the length. */
  readonly reasonId!: number;
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
  @StaffOnly()
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
