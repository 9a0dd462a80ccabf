import { type LocalTime } from '../../../src/lib/time-zone';

export const at = (text: string): number => Date.parse(`${text}Z`);
export const local = (
  date: string,
  hour = 0,
  minute = 0,
  second = 0,
  millisecond = 0,
): LocalTime => ({
  date,
  hour,
  minute,
  second,
  millisecond,
});
