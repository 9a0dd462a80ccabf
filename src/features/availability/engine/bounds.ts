import { DomainError, ErrorCode } from '../../../errors';

/** Limits of one response: times, and candidates summed over all times. */
export const MAX_TIMES = 10_000;
export const MAX_UNITS = 100_000;

/**
 * Returns a counter of the starts considered, which throws before a limit is exceeded.
 * @throws DomainError QUERY_TOO_COMPLEX
 */
export function boundOf(): (people: number) => void {
  let [times, units] = [0, 0];
  return (people) => {
    if ((times += 1) > MAX_TIMES) throw tooMuch('times', MAX_TIMES);
    if ((units += people) > MAX_UNITS) throw tooMuch('units of staff and time', MAX_UNITS);
  };
}

export const tooMuch = (what: string, limit: number): DomainError =>
  new DomainError(
    ErrorCode.QUERY_TOO_COMPLEX,
    `This answer has more ${what} than the limit of ${limit}. Request fewer days or staff.`,
    { path: ['input', 'to'] },
  );
