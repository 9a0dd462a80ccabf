import { Arg, Field, ObjectType } from 'type-graphql';
import { badValue, InputProblemCode } from '../errors';
import { canonicalTimeZone, wallClock } from '../lib/time-zone';
import { DateTime, LocalDateTime } from './scalars';
import { TimeZone, timeZoneOf } from './time-zone';

/** Fields of a period that the planner covers; `text` has its own resolver. */
@ObjectType({
  simpleResolvers: true,
  description: 'A period as instants and as the wall clock of one time zone.',
})
export class ZonedPeriod {
  @Field(() => DateTime, { description: 'First instant of the period.' }) start!: number;
  @Field(() => DateTime, { description: 'End of the period, exclusive.' }) end!: number;
  @Field(() => LocalDateTime, { description: 'Start as the wall clock of `timeZone`.' })
  localStart!: string;
  @Field(() => LocalDateTime, { description: 'End as the wall clock of `timeZone`.' })
  localEnd!: string;
  @Field(() => TimeZone, { description: 'Zone of the wall clock, at the start of the period.' })
  timeZone!: TimeZone;
  /** Default language of the text. Null for that of the business. */
  locale!: string | null;
}

export const zonedPeriodOf = (
  { startAt, endAt }: { readonly startAt: number; readonly endAt: number },
  timeZone: string,
  locale: string | null = null,
): ZonedPeriod => ({
  start: startAt,
  end: endAt,
  localStart: wallClock(startAt, timeZone),
  localEnd: wallClock(endAt, timeZone),
  timeZone: timeZoneOf(timeZone, startAt),
  locale,
});

/** Returns the canonical name of a zone. @throws DomainError BAD_USER_INPUT */
export function requestedZone(name: string): string {
  const zone = canonicalTimeZone(name);
  if (zone === null)
    throw badValue(
      InputProblemCode.WRONG_FORMAT,
      'timeZone must be an IANA time zone, such as America/New_York.',
      ['timeZone'],
    );
  return zone;
}

const inZone = ({ start, end, locale }: ZonedPeriod, zone: string): ZonedPeriod =>
  zonedPeriodOf({ startAt: start, endAt: end }, zone, locale);

export const TimeZoneArg = () =>
  Arg('timeZone', () => String, {
    nullable: true,
    description: 'IANA name of another zone to read the period in.',
  });

/** The argument `timeZone` of a computed field that is a period. */
export const IN_ZONE = {
  args: [TimeZoneArg()],
  apply: (period: ZonedPeriod, timeZone?: string | null): ZonedPeriod =>
    timeZone == null ? period : inZone(period, requestedZone(timeZone)),
};

/** The argument `timeZone` of a computed field that is a list of periods. */
export const ALL_IN_ZONE = {
  args: [TimeZoneArg()],
  apply(periods: readonly ZonedPeriod[], timeZone?: string | null): readonly ZonedPeriod[] {
    if (timeZone == null) return periods;
    const zone = requestedZone(timeZone);
    return periods.map((period) => inZone(period, zone));
  },
};
