import { RRuleTemporal } from 'rrule-temporal';
import { badInput, InputProblemCode } from '../errors';
import { addDays, isLocalDate, parseLocalDateTime, toInstant } from './time-zone';

/** Maximum number of occurrences and maximum span: a series is written in one transaction. */
export const MAX_OCCURRENCES = 200;
const MAX_YEARS = 5;

export interface Recurrence {
  /** RFC 5545 3.3.10, daily or rarer. */
  readonly rrule: string;
  /**
   * Wall clock of the earliest occurrence, 'YYYY-MM-DDTHH:mm'. It is an occurrence if it matches
   * the rule.
   */
  readonly localStart: string;
  readonly timeZone: string;
  /** Required if the rule has neither COUNT nor UNTIL. */
  readonly count?: number | null;
}

export interface Occurrence {
  /** Wall clock by the rule, 'YYYY-MM-DDTHH:mm:ss', before clock changes are applied. */
  readonly localStart: string;
  readonly startAt: number;
}

/** Allowed values of each part. Other parts are refused, and so are sub-daily frequencies. */
const PARTS: Readonly<Record<string, RegExp>> = {
  FREQ: /^(DAILY|WEEKLY|MONTHLY|YEARLY)$/,
  INTERVAL: /^[1-9]\d{0,2}$/,
  COUNT: /^[1-9]\d{0,5}$/,
  UNTIL: /^\d{8}(T([01]\d|2[0-3])[0-5]\d[0-5]\dZ?)?$/,
  WKST: /^(MO|TU|WE|TH|FR|SA|SU)$/,
  BYDAY: listOf('([+-]?([1-9]|[1-4]\\d|5[0-3]))?(MO|TU|WE|TH|FR|SA|SU)'),
  BYMONTHDAY: listOf('[+-]?(0?[1-9]|[12]\\d|3[01])'),
  BYYEARDAY: listOf('[+-]?([1-9]\\d?|[12]\\d\\d|3[0-5]\\d|36[0-6])'),
  BYWEEKNO: listOf('[+-]?([1-9]|[1-4]\\d|5[0-3])'),
  BYMONTH: listOf('(0?[1-9]|1[0-2])'),
  BYSETPOS: listOf('[+-]?([1-9]\\d?|[12]\\d\\d|3[0-5]\\d|36[0-6])'),
  BYHOUR: listOf('([01]?\\d|2[0-3])'),
  BYMINUTE: listOf('[0-5]?\\d'),
};

function listOf(item: string): RegExp {
  return new RegExp(`^${item}(,${item})*$`);
}

const MAX_LENGTH = 500;
/** Far more steps than any sensible rule needs; a rule that needs more yields almost nothing. */
const MAX_STEPS = 20_000;

function refuse(message: string, code = InputProblemCode.WRONG_FORMAT): never {
  throw badInput(code, message, 'rrule');
}

/**
 * Splits a rule into its parts by name.
 * @throws DomainError BAD_USER_INPUT
 */
export function parseRule(rrule: string): ReadonlyMap<string, string> {
  const text = rrule
    .trim()
    .toUpperCase()
    .replace(/^RRULE:/, '');
  if (text.length > MAX_LENGTH)
    refuse(`A rule has at most ${MAX_LENGTH} characters.`, InputProblemCode.TOO_LONG);
  const parts = new Map<string, string>();
  for (const part of text.split(';')) {
    const [, name = '', value = ''] = /^([A-Z]+)=(.+)$/.exec(part) ?? [];
    if (name === 'FREQ' && /^(HOURLY|MINUTELY|SECONDLY)$/.test(value))
      refuse('A series repeats daily at most: FREQ is DAILY, WEEKLY, MONTHLY or YEARLY.');
    if (!PARTS[name]?.test(value))
      refuse(
        `This rule cannot contain "${part.slice(0, 40)}" (RFC 5545). A valid rule is FREQ=WEEKLY;BYDAY=MO,WE;COUNT=10.`,
      );
    if (parts.has(name)) refuse(`The rule says ${name} twice.`);
    parts.set(name, value);
  }
  if (!parts.has('FREQ')) refuse('The rule has no FREQ: DAILY, WEEKLY, MONTHLY or YEARLY.');
  if (parts.has('COUNT') && parts.has('UNTIL'))
    refuse('A rule ends by COUNT or by UNTIL, not by both.');
  if (parts.has('UNTIL')) untilOf(parts.get('UNTIL') as string);
  return parts;
}

/** Formats a rule as text, FREQ first. */
export const formatRule = (parts: ReadonlyMap<string, string>): string =>
  Object.keys(PARTS)
    .filter((name) => parts.has(name))
    .map((name) => `${name}=${parts.get(name)}`)
    .join(';');

/**
 * Normalises a rule and gives it an end: `count` becomes its COUNT.
 * @throws DomainError BAD_USER_INPUT
 */
export function boundedRule(rrule: string, count?: number | null): string {
  const parts = parseRule(rrule);
  const ends = parts.has('COUNT') || parts.has('UNTIL');
  if (ends && count != null)
    refuse('The rule has COUNT or UNTIL: omit count.', InputProblemCode.NOT_ALLOWED);
  if (!ends && count == null)
    refuse(
      'The rule never ends: add COUNT or UNTIL to it, or set count.',
      InputProblemCode.REQUIRED,
    );
  return formatRule(count == null ? parts : new Map([...parts, ['COUNT', String(count)]]));
}

/**
 * Returns whether an occurrence is not after UNTIL. A value with Z is an instant; others are a
 * wall clock, or a whole day.
 */
function untilOf(value: string): (occurrence: Occurrence) => boolean {
  const date = `${value.slice(0, 4)}-${value.slice(4, 6)}-${value.slice(6, 8)}`;
  if (!isLocalDate(date)) refuse('UNTIL is not a calendar day from 1900 to 2200.');
  if (value.length === 8) return ({ localStart }) => localStart.slice(0, 10) <= date;
  const local = `${date}T${value.slice(9, 11)}:${value.slice(11, 13)}:${value.slice(13, 15)}`;
  return value.endsWith('Z')
    ? ({ startAt }) => startAt <= Date.parse(`${local}Z`)
    : ({ localStart }) => localStart <= local;
}

/**
 * Returns the occurrences of a series, earliest first. The rule is evaluated on the wall clock, in
 * UTC without clock changes. Each time is then resolved in the zone, where RFC 5545 would omit
 * times skipped in spring. Bounded in number, in years and in work.
 * @throws DomainError BAD_USER_INPUT at `input.rrule` if the rule is malformed, endless, empty or
 * too long.
 */
export function occurrencesOf({ rrule, localStart, timeZone, count }: Recurrence): Occurrence[] {
  const parts = new Map(parseRule(boundedRule(rrule, count)));
  const wanted = parts.has('COUNT') ? Number(parts.get('COUNT')) : null;
  if (wanted !== null && wanted > MAX_OCCURRENCES)
    refuse(`A series has at most ${MAX_OCCURRENCES} occurrences.`, InputProblemCode.OUT_OF_RANGE);
  const within = parts.has('UNTIL') ? untilOf(parts.get('UNTIL') as string) : () => true;
  parts.delete('COUNT');
  parts.delete('UNTIL');

  const found: Occurrence[] = [];
  for (const local of wallClocks(formatRule(parts), localStart, wanted ?? MAX_OCCURRENCES + 1)) {
    const occurrence = {
      localStart: local,
      startAt: toInstant(parseLocalDateTime(local), timeZone),
    };
    if (!within(occurrence)) break;
    found.push(occurrence);
  }
  if (found.length > MAX_OCCURRENCES)
    refuse(
      `This rule yields more than ${MAX_OCCURRENCES} occurrences: end it sooner.`,
      InputProblemCode.OUT_OF_RANGE,
    );
  if (!found.length)
    refuse(
      `This rule yields no occurrence within ${MAX_YEARS} years of the start.`,
      InputProblemCode.OUT_OF_RANGE,
    );
  if (wanted !== null && found.length < wanted)
    refuse(
      `This rule yields ${found.length} of ${wanted} occurrences within ${MAX_YEARS} years, which is the maximum of a series.`,
      InputProblemCode.OUT_OF_RANGE,
    );
  return inOrder(found);
}

/**
 * Sorts and deduplicates: a time that a clock change moved forward may pass or meet the next one.
 */
function inOrder(found: readonly Occurrence[]): Occurrence[] {
  const sorted = [...found].sort((one, other) => one.startAt - other.startAt);
  return sorted.filter(
    ({ startAt }, index) => index === 0 || startAt !== sorted[index - 1]?.startAt,
  );
}

const compact = (local: string): string => local.replaceAll(/[-:]/g, '');

/** Returns the first wall clocks of a rule without an end, within the maximum span of a series. */
function wallClocks(rule: string, localStart: string, limit: number): string[] {
  const { date, hour, minute } = parseLocalDateTime(localStart);
  const time = [hour, minute, 0].map((value) => String(value).padStart(2, '0')).join(':');
  const lastDay = addDays(
    `${Number(date.slice(0, 4)) + MAX_YEARS}${date.slice(4)}`.replace('-02-29', '-02-28'),
    1,
  );
  try {
    const rules = new RRuleTemporal({
      rruleString: `DTSTART:${compact(`${date}T${time}`)}Z\nRRULE:${rule};UNTIL=${compact(lastDay)}T000000Z`,
      strict: true,
      cache: false,
      maxIterations: MAX_STEPS,
      maxCandidateEvaluations: MAX_STEPS,
    });
    return rules
      .all((_, index) => index < limit)
      .map(({ epochMilliseconds }) => new Date(epochMilliseconds).toISOString().slice(0, 19));
  } catch {
    // The library's messages address programmers and do not name the part at fault.
    return refuse(
      'The parts of this rule contradict each other by RFC 5545, or it yields almost nothing. A valid rule is FREQ=MONTHLY;BYDAY=-1FR;COUNT=12.',
    );
  }
}
