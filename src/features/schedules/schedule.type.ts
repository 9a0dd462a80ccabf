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
registerEnumType(Weekday, { name: 'Weekday' });

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
    'Which of the days of one name in a month: the SECOND Tuesday. The LAST is the fourth or the fifth.',
});

/** Minutes of the wall clock since the midnight that begins the day: half-open, at most a day long, so that `end` goes up to 48 hours. */
@ObjectType({
  simpleResolvers: true,
  description:
    'Time of the wall clock from a start to before an end. An end that is not after the start is on the next day.',
})
export class TimeRange {
  @Field(() => TimeOfDay) start!: number;
  @Field(() => TimeOfDay) end!: number;
}

/** For the tables of hours: exactly one of the four columns that name an owner. */
export const ONE_OWNER = `${['staff_id', 'of_location_id', 'of_reason_id', 'resource_id'].map((column) => `CASE WHEN ${column} IS NULL THEN 0 ELSE 1 END`).join(' + ')} = 1`;
