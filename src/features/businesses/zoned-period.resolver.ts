import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../../context';
import { badValue, InputProblemCode } from '../../errors';
import { canonicalLocale } from '../../graphql/inputs/text-validators';
import { ZonedPeriod } from '../../graphql/zoned-period';
import { rangeText } from '../../lib/words';
import { businessOf } from './business.list';

@Resolver(() => ZonedPeriod)
export class ZonedPeriodResolver {
  @FieldResolver(() => String, {
    description:
      'Start, end and zone in words, such as "Thursday, May 17, 2018 at 12:00 – 1:45 PM EDT".',
  })
  async text(
    @Root() { start, end, timeZone, locale }: ZonedPeriod,
    @Ctx() context: Context,
    @Arg('locale', () => String, {
      nullable: true,
      description:
        'BCP 47 language tag. Defaults to that of the query for an available time, else to that of ' +
        'the person whose time it is, else to that of the business.',
    })
    requested?: string | null,
  ): Promise<string> {
    const language = requested == null ? locale : requestedLocale(requested);
    return rangeText(start, end, timeZone.code, language ?? (await businessOf(context)).locale);
  }
}

function requestedLocale(tag: string): string {
  const locale = canonicalLocale(tag);
  if (locale === null)
    throw badValue(
      InputProblemCode.WRONG_FORMAT,
      'locale must be a language tag of BCP 47, such as en-US.',
      ['locale'],
    );
  return locale;
}
