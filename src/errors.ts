import { registerEnumType } from 'type-graphql';

/** All error codes, in `userErrors` or in `extensions.code`. The README's table lists them. */
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
  UNKNOWN_TAG = 'UNKNOWN_TAG',
  INVALID_FIELDS = 'INVALID_FIELDS',
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
registerEnumType(ErrorCode, {
  name: 'ErrorCode',
  description: 'The reason of a refusal. Codes are stable, messages are not.',
});

export interface ErrorDetails {
  /** Path of the invalid part of the input: `['input', 'staffId']`. */
  readonly path?: readonly string[];
  readonly [detail: string]: unknown;
}

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

export const badInput = (message: string, ...field: string[]): DomainError =>
  new DomainError(ErrorCode.BAD_USER_INPUT, message, { path: at(...field) });
export const violated = (message: string, ...field: string[]): DomainError =>
  new DomainError(ErrorCode.RULE_VIOLATED, message, { path: at(...field) });
