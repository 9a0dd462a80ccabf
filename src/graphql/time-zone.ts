import { Field, Int, ObjectType } from 'type-graphql';
import { offsetMinutes } from '../lib/time-zone';

@ObjectType({
  simpleResolvers: true,
  description: 'An IANA time zone at an instant.',
})
export class TimeZone {
  @Field({ description: 'IANA name, such as America/New_York.' }) code!: string;
  @Field({ description: 'English name at the instant, such as Eastern Daylight Time.' })
  description!: string;
  @Field({ description: 'UTC offset, such as -05:00.' }) utcOffset!: string;
  @Field(() => Int, { description: 'Minutes east of UTC.' }) utcOffsetMinutes!: number;
}

const two = (value: number): string => String(value).padStart(2, '0');

export function timeZoneOf(code: string, instant: number): TimeZone {
  const minutes = offsetMinutes(instant, code);
  const [whole, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return {
    code,
    // Lazy, because each long name requires a formatter.
    get description() {
      return (
        new Intl.DateTimeFormat('en-US', { timeZone: code, timeZoneName: 'long' })
          .formatToParts(instant)
          .find(({ type }) => type === 'timeZoneName')?.value ?? code
      );
    },
    utcOffset: `${minutes < 0 ? '-' : '+'}${two(whole)}:${two(rest)}`,
    utcOffsetMinutes: minutes,
  };
}
