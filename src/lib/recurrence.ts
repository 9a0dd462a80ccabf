import { RRuleTemporal } from 'rrule-temporal';
import { DomainError, ErrorCode } from '../errors';
import { addDays, isLocalDate, parseLocalDateTime, toInstant } from './time-zone';

/** How often at most, and for how long: a series is written in one transaction. */
export const MAX_OCCURRENCES = 200;
const MAX_YEARS = 5;

export interface Recurrence {
  /** By RFC 5545 3.3.10, daily or rarer. */
  readonly rrule: string;
  /** Wall clock of the earliest occurrence, 'YYYY-MM-DDTHH:mm'. It is one itself where the rule fits it. */
  readonly localStart: string;
  readonly timeZone: string;
  /** Required where the rule has neither COUNT nor UNTIL. */
  readonly count?: number | null;
}

export interface Occurrence {
  /** Wall clock, 'YYYY-MM-DDTHH:mm:ss': what the rule says, whatever the clocks do on that day. */
  readonly localStart: string;
  readonly startAt: number;
}

/** What each part may say. A part that is not here is refused, sub-daily frequencies too. */
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
/** Far more than any rule needs in its years: whatever needs more yields next to nothing. */
const MAX_STEPS = 20_000;

function refuse(message: string): never {
  throw new DomainError(ErrorCode.BAD_USER_INPUT, message, { path: ['input', 'rrule'] });
}

/** The parts of a rule by their names. @throws DomainError BAD_USER_INPUT */
export function parseRule(rrule: string): ReadonlyMap<string, string> {
  const text = rrule
    .trim()
    .toUpperCase()
    .replace(/^RRULE:/, '');
  if (text.length > MAX_LENGTH) refuse(`A rule has at most ${MAX_LENGTH} characters.`);
  const parts = new Map<string, string>();
  for (const part of text.split(';')) {
    const [, name = '', value = ''] = /^([A-Z]+)=(.+)$/.exec(part) ?? [];
    if (name === 'FREQ' && /^(HOURLY|MINUTELY|SECONDLY)$/.test(value))
      refuse('A series repeats daily at most: FREQ is DAILY, WEEKLY, MONTHLY or YEARLY.');
    if (!PARTS[name]?.test(value))
      refuse(
        `A rule of RFC 5545 cannot say "${part.slice(0, 40)}" here. One that can is FREQ=WEEKLY;BYDAY=MO,WE;COUNT=10.`,
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

/** A rule as text, FREQ first. */
export const formatRule = (parts: ReadonlyMap<string, string>): string =>
  Object.keys(PARTS)
    .filter((name) => parts.has(name))
    .map((name) => `${name}=${parts.get(name)}`)
    .join(';');

/** A rule in one spelling that says itself how often: `count` stands in it. @throws DomainError BAD_USER_INPUT */
export function boundedRule(rrule: string, count?: number | null): string {
  const parts = parseRule(rrule);
  const ends = parts.has('COUNT') || parts.has('UNTIL');
  if (ends && count != null) refuse('The rule says when it ends: leave count out.');
  if (!ends && count == null) refuse('The rule never ends: give it COUNT or UNTIL, or say count.');
  return formatRule(count == null ? parts : new Map([...parts, ['COUNT', String(count)]]));
}

/** Whether an occurrence is not after UNTIL: an instant where it ends with Z, else a wall clock, or a day with all of it. */
function untilOf(value: string): (occurrence: Occurrence) => boolean {
  const date = `${value.slice(0, 4)}-${value.slice(4, 6)}-${value.slice(6, 8)}`;
  if (!isLocalDate(date)) refuse('UNTIL is no day of the calendar from 1900 to 2200.');
  if (value.length === 8) return ({ localStart }) => localStart.slice(0, 10) <= date;
  const local = `${date}T${value.slice(9, 11)}:${value.slice(11, 13)}:${value.slice(13, 15)}`;
  return value.endsWith('Z')
    ? ({ startAt }) => startAt <= Date.parse(`${local}Z`)
    : ({ localStart }) => localStart <= local;
}

/**
 * When a series takes place, earliest first. The rule counts on the wall clock and each time is resolved by the rules of the domain, where RFC 5545 leaves
 * out what a spring change skips; so the rule runs in UTC, whose clocks never change. Bounded in number, in years and in work.
 * @throws DomainError BAD_USER_INPUT at `input.rrule` for what is malformed, never ends, never yields or is too much.
 */
export function occurrencesOf({ rrule, localStart, timeZone, count }: Recurrence): Occurrence[] {
  const parts = new Map(parseRule(boundedRule(rrule, count)));
  const wanted = parts.has('COUNT') ? Number(parts.get('COUNT')) : null;
  if (wanted !== null && wanted > MAX_OCCURRENCES)
    refuse(`A series has at most ${MAX_OCCURRENCES} occurrences.`);
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
    refuse(`This rule yields more than ${MAX_OCCURRENCES} occurrences: end it sooner.`);
  if (!found.length) refuse(`This rule yields nothing within ${MAX_YEARS} years of the start.`);
  if (wanted !== null && found.length < wanted)
    refuse(
      `This rule yields ${found.length} of ${wanted} occurrences within ${MAX_YEARS} years: a series is no longer.`,
    );
  return inOrder(found);
}

/** A time that a change moved forward may pass the next one, or meet it. */
function inOrder(found: readonly Occurrence[]): Occurrence[] {
  const sorted = [...found].sort((one, other) => one.startAt - other.startAt);
  return sorted.filter(
    ({ startAt }, index) => index === 0 || startAt !== sorted[index - 1]?.startAt,
  );
}

const compact = (local: string): string => local.replaceAll(/[-:]/g, '');

/** The first wall clocks of a rule without an end, as long as a series lasts. */
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
    // The library's words are for programs; which part is at fault it does not say in a form of its own.
    return refuse(
      'The parts of this rule do not go together by RFC 5545, or it yields next to nothing. One that does is FREQ=MONTHLY;BYDAY=-1FR;COUNT=12.',
    );
  }
}
