import { DomainError, ErrorCode } from '../../../errors';

/** What one answer holds at most: times, and for each time those who could serve. */
export const MAX_TIMES = 10_000;
export const MAX_UNITS = 100_000;

/**
 * Counts the starts that an answer looks at, and stops it before it has them all.
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
    `This answer has more ${what} than the limit of ${limit}. Ask for fewer days or staff.`,
    { path: ['input', 'to'] },
  );
