import {
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ObjectType,
  Resolver,
  Root,
} from 'type-graphql';
import type { Context } from '../../context';
import { Locale } from '../../graphql/inputs/text-validators';
import { CurrencyCode } from '../../graphql/scalars';
import { Decimal } from '../../lib/money';
import { moneyText } from '../../lib/words';
import { businessOf } from './business.list';

@ObjectType({ simpleResolvers: true, description: 'An exact amount in a currency.' })
export class Money {
  @Field(() => Decimal, { description: 'Amount in units of the currency, such as "12.50".' })
  amount!: string;
  @Field(() => CurrencyCode, { description: 'Currency of the amount.' }) currency!: string;
}

@ArgsType()
class MoneyTextArgs {
  @Field(() => String, {
    nullable: true,
    description: 'BCP 47 language tag of the text. Defaults to that of the business.',
  })
  @Locale()
  locale?: string | null;
}

@Resolver(() => Money)
export class MoneyResolver {
  @FieldResolver(() => String, { description: 'Amount with its currency as text, such as €12.50.' })
  async text(
    @Root() { amount, currency }: Money,
    @Ctx() context: Context,
    @Args(() => MoneyTextArgs) { locale }: MoneyTextArgs,
  ): Promise<string> {
    return moneyText(amount, currency, locale ?? (await businessOf(context)).locale);
  }
}

/** Returns an amount as Money; null for no amount. */
export const moneyOf = (amount: string | null, currency: string): Money | null =>
  amount === null ? null : { amount, currency };
