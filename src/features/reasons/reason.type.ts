import { Field, Int, ObjectType } from 'type-graphql';
import { Decimal } from '../../lib/money';

/** Its `text` is the resolver's: it takes the language of the business. */
@ObjectType({ simpleResolvers: true, description: 'A length that a client may choose.' })
export class ReasonDuration {
  @Field(() => Int) minutes!: number;
  @Field(() => Decimal, { nullable: true, description: 'Null for the price of the reason.' })
  price!: string | null;
  @Field(() => Decimal, {
    nullable: true,
    description: 'Due when booking; null for the deposit of the reason.',
  })
  deposit!: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'Name that the business gives the length, if any.',
  })
  name!: string | null;
}

@ObjectType({ simpleResolvers: true })
export class ScreeningAnswer {
  @Field() text!: string;
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether times are shown after it. Shown to staff; null for others.',
  })
  passes!: boolean | null;
}

@ObjectType({ simpleResolvers: true, description: 'What a client answers before times are shown.' })
export class ScreeningQuestion {
  @Field() question!: string;
  @Field(() => [ScreeningAnswer]) answers!: ScreeningAnswer[];
}
