import { registerEnumType } from 'type-graphql';
import type { BusinessRule } from './business-rule';

/**
 * Codes of refusals. A GraphQL error has them in `extensions.code`, a user error has a
 * UserErrorCode. The README's tables list both.
 */
export enum ErrorCode {
  BAD_USER_INPUT = 'BAD_USER_INPUT',
  UNAUTHENTICATED = 'UNAUTHENTICATED',
  FORBIDDEN = 'FORBIDDEN',
  NOT_FOUND = 'NOT_FOUND',
  CONFLICT = 'CONFLICT',
  TIME_UNAVAILABLE = 'TIME_UNAVAILABLE',
  QUOTA_REACHED = 'QUOTA_REACHED',
  SEATS_UNAVAILABLE = 'SEATS_UNAVAILABLE',
  RULE_VIOLATED = 'RULE_VIOLATED',
  HOLD_EXPIRED = 'HOLD_EXPIRED',
  NOT_INVITED = 'NOT_INVITED',
  ILLEGAL_TRANSITION = 'ILLEGAL_TRANSITION',
  VERSION_CONFLICT = 'VERSION_CONFLICT',
  OFFER_REFUSED = 'OFFER_REFUSED',
  IDEMPOTENCY_KEY_REUSED = 'IDEMPOTENCY_KEY_REUSED',
  SUBSCRIBER_LAGGED = 'SUBSCRIBER_LAGGED',
  CURSOR_EXPIRED = 'CURSOR_EXPIRED',
  VIEWER_CHANGED = 'VIEWER_CHANGED',
  QUERY_TOO_COMPLEX = 'QUERY_TOO_COMPLEX',
  RATE_LIMITED = 'RATE_LIMITED',
  BUSY = 'BUSY',
  WRITES_UNAVAILABLE = 'WRITES_UNAVAILABLE',
  INTERNAL_SERVER_ERROR = 'INTERNAL_SERVER_ERROR',
}
/** The kinds of faults of a value. */
export enum InputProblemCode {
  REQUIRED = 'REQUIRED',
  TOO_LONG = 'TOO_LONG',
  TOO_SHORT = 'TOO_SHORT',
  OUT_OF_RANGE = 'OUT_OF_RANGE',
  WRONG_FORMAT = 'WRONG_FORMAT',
  NOT_AN_OPTION = 'NOT_AN_OPTION',
  NOT_ALLOWED = 'NOT_ALLOWED',
  UNKNOWN = 'UNKNOWN',
  DUPLICATE = 'DUPLICATE',
}
registerEnumType(InputProblemCode, {
  name: 'InputProblemCode',
  description: 'The reason why a value of the input is refused or missing.',
  valuesConfig: {
    REQUIRED: { description: 'A value is missing.' },
    TOO_LONG: { description: 'A text has too many characters, or a list too many items.' },
    TOO_SHORT: { description: 'A text has too few characters, or a list too few items.' },
    OUT_OF_RANGE: { description: 'A number, a time or a duration is outside its range.' },
    WRONG_FORMAT: { description: 'The value does not have the format of its kind.' },
    NOT_AN_OPTION: { description: 'The value is not one of the permitted values.' },
    NOT_ALLOWED: { description: 'The value cannot be set here, or not with another one.' },
    UNKNOWN: { description: 'The value refers to something that does not exist.' },
    DUPLICATE: { description: 'The value occurs more than once.' },
  },
});

/** A fault of one value of the input. */
export interface InputProblem {
  readonly path: readonly string[];
  readonly code: InputProblemCode;
  readonly message: string;
  /** The custom field of the value. */
  readonly customField?: { readonly id: string };
}

export interface ErrorDetails {
  /** Path of the invalid part of the input: `['input', 'staffId']`. */
  readonly path?: readonly string[];
  readonly problems?: readonly InputProblem[];
  readonly [detail: string | symbol]: unknown;
}

/** Carries the search for the existing row of a conflict; never sent to the caller. */
export const FIND_EXISTING = Symbol('findExisting');

/**
 * A failure that the caller may see. Other errors reach the client masked, as
 * INTERNAL_SERVER_ERROR.
 */
export class DomainError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: ErrorDetails = {},
  ) {
    super(message);
    this.name = 'DomainError';
  }
}

/** Returns an error with its path, and those of its problems, replaced. */
export function withPaths(
  { code, message, details }: DomainError,
  replace: (path: readonly string[]) => readonly string[],
): DomainError {
  const problems = details.problems?.map((problem) => ({
    ...problem,
    path: replace(problem.path),
  }));
  return new DomainError(code, message, {
    ...details,
    path: replace(details.path ?? []),
    ...(problems && { problems }),
  });
}

/** Returns the path of a field of a mutation's input. */
export const at = (...field: string[]): readonly string[] => ['input', ...field];

/** A row whose changes are counted. Settings and other rows without an id have none. */
export interface VersionedRow {
  readonly id?: string | null;
  readonly version: number;
}

/**
 * Checks the version that a change is based on. Null accepts any.
 * @throws DomainError VERSION_CONFLICT with the current version and the id of the row
 */
export function requireVersion(row: VersionedRow, expected: number | null | undefined): void {
  if (expected != null && expected !== row.version) throw versionConflict(row, expected);
}

export const versionConflict = ({ id, version }: VersionedRow, expected: number): DomainError =>
  new DomainError(
    ErrorCode.VERSION_CONFLICT,
    `${id ?? 'It'} is at version ${version}, not ${expected}: another request changed it. Read it again.`,
    { path: at('expectedVersion'), currentVersion: version, currentId: id ?? null },
  );

/** Returns the error of an input with one or more problems. */
export const invalidInput = (problems: readonly InputProblem[]): DomainError =>
  new DomainError(ErrorCode.BAD_USER_INPUT, messageOf(problems), {
    path: problems[0]?.path ?? at(),
    problems,
  });

/** @throws DomainError BAD_USER_INPUT if there are problems */
export function refuseProblems(problems: readonly InputProblem[]): void {
  if (problems.length) throw invalidInput(problems);
}

/** Returns the problems of an invalid input. Throws every other error. */
export function problemsOf(error: unknown): readonly InputProblem[] {
  if (error instanceof DomainError && error.details.problems) return error.details.problems;
  throw error;
}

const MAX_NAMED = 3;

function messageOf(problems: readonly InputProblem[]): string {
  const named = problems
    .slice(0, MAX_NAMED)
    .map(({ message }) => message)
    .join(' ');
  return problems.length > MAX_NAMED ? `${named} See problems for the others.` : named;
}

/** A value that an argument cannot have. */
export const badValue = (
  code: InputProblemCode,
  message: string,
  path: readonly string[],
): DomainError => invalidInput([{ code, message, path }]);

/** A value that a field of the input of a mutation cannot have. */
export const badInput = (
  code: InputProblemCode,
  message: string,
  ...field: string[]
): DomainError => badValue(code, message, at(...field));

/** A rule of the business that forbids a value. */
export const violatedAt = (
  rule: BusinessRule,
  message: string,
  path: readonly string[],
): DomainError => new DomainError(ErrorCode.RULE_VIOLATED, message, { path, rule });

/** A rule of the business that forbids a field of the input of a mutation. */
export const violated = (rule: BusinessRule, message: string, ...field: string[]): DomainError =>
  violatedAt(rule, message, at(...field));

/** A rule that forbids a change, and the error with which a command reports it. */
export interface Refusal {
  readonly rule: BusinessRule;
  readonly error: () => DomainError;
}

/** @throws DomainError of the refusal */
export function enforce(refusal: Refusal | null): void {
  if (refusal) throw refusal.error();
}
