import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { TimeOfDay } from '../../graphql/scalars';

export enum Weekday {
  MONDAY = 'MONDAY',
  TUESDAY = 'TUESDAY',
  WEDNESDAY = 'WEDNESDAY',
  THURSDAY = 'THURSDAY',
  FRIDAY = 'FRIDAY',
  SATURDAY = 'SATURDAY',
  SUNDAY = 'SUNDAY',
}
registerEnumType(Weekday, {
  name: 'Weekday',
  description: 'A day of the week.',
  valuesConfig: {
    FRIDAY: { description: 'Friday.' },
    MONDAY: { description: 'Monday.' },
    SATURDAY: { description: 'Saturday.' },
    SUNDAY: { description: 'Sunday.' },
    THURSDAY: { description: 'Thursday.' },
    TUESDAY: { description: 'Tuesday.' },
    WEDNESDAY: { description: 'Wednesday.' },
  },
});

export enum WeekOfMonth {
  FIRST = 'FIRST',
  SECOND = 'SECOND',
  THIRD = 'THIRD',
  FOURTH = 'FOURTH',
  LAST = 'LAST',
}
registerEnumType(WeekOfMonth, {
  name: 'WeekOfMonth',
  description:
    'Occurrence of a weekday in the month: SECOND is the second Tuesday, for example. ' +
    'LAST is the fourth or the fifth.',
  valuesConfig: {
    FIRST: { description: 'The first such weekday of the month.' },
    FOURTH: { description: 'The fourth such weekday of the month.' },
    LAST: { description: 'The last such weekday of the month: the fourth or the fifth.' },
    SECOND: { description: 'The second such weekday of the month.' },
    THIRD: { description: 'The third such weekday of the month.' },
  },
});

/**
 * Minutes of local time from the midnight that begins the day: half-open and at most 24 hours long,
 * so that `end` is at most 48 hours.
 */
@ObjectType({
  simpleResolvers: true,
  description:
    'Range of local time, half-open. If the end is not after the start, it is on the next day: ' +
    'an end that equals the start is 24 hours.',
})
export class TimeRange {
  @Field(() => TimeOfDay, { description: 'Start, as a time of day.' }) start!: number;
  @Field(() => TimeOfDay, {
    description: 'End, as a time of day. Equal to the start for 24 hours.',
  })
  end!: number;
}

/** Check constraint of the hours tables: exactly one of the four owner columns is set. */
export const ONE_OWNER = `${['staff_id', 'of_location_id', 'of_reason_id', 'resource_id']
  .map((column) => `CASE WHEN ${column} IS NULL THEN 0 ELSE 1 END`)
  .join(' + ')} = 1`;
