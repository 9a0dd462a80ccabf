import { badInput, InputProblemCode } from '../../errors';
import { occurrencesOf } from '../../lib/recurrence';
import { startOf, timesOf, type When } from '../../lib/appointment-times';

interface SessionTimes extends When {
  starts?: readonly number[] | null;
  rrule?: string | null;
  count?: number | null;
}

const NO_BUFFERS = { bufferBefore: 0, bufferAfter: 0 };

/**
 * Returns the starts of sessions in order: a single start, the occurrences of a rule in the time
 * zone of the location, or the given starts. Pure. @throws DomainError BAD_USER_INPUT
 */
export function startsOf(when: SessionTimes, location: { timeZoneCode: string }): number[] {
  const { timeZoneCode: timeZone } = location;
  const { starts, rrule, count } = when;
  if (starts) {
    if (when.start != null || when.localStart != null || rrule != null)
      throw badInput(
        InputProblemCode.NOT_ALLOWED,
        'Give starts, or the first start and rrule, not both: leave starts out.',
        'starts',
      );
    return [...starts].sort((one, other) => one - other);
  }
  if (rrule == null && count != null)
    throw badInput(InputProblemCode.NOT_ALLOWED, 'count requires rrule.', 'count');
  const first = startOf(when, timeZone);
  if (rrule == null) return [first];
  const localStart =
    when.localStart ??
    timesOf({ startAt: first, endAt: first + 1 }, NO_BUFFERS, timeZone, location).localStart;
  return occurrencesOf({ rrule, localStart, timeZone, count }).map(({ startAt }) => startAt);
}
