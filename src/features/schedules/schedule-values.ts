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
  @Field(() => TimeOfDay) start!: number;
  @Field(() => TimeOfDay) end!: number;
}

/** Check constraint of the hours tables: exactly one of the four owner columns is set. */
export const ONE_OWNER = `${['staff_id', 'of_location_id', 'of_reason_id', 'resource_id']
  .map((column) => `CASE WHEN ${column} IS NULL THEN 0 ELSE 1 END`)
  .join(' + ')} = 1`;
