import { registerEnumType } from 'type-graphql';

/** Every code a caller can meet, in `userErrors` or in `extensions.code`. The README's table lists the same. */
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
  description: 'Why something was refused. Stable; branch on it, not on messages.',
});

export interface ErrorDetails {
  /** Where in the input the cause lies: `['input', 'staffId']`. */
  readonly path?: readonly string[];
  readonly [detail: string]: unknown;
}

/** A failure that the caller may see. Anything else reaches the client masked, as INTERNAL_SERVER_ERROR. */
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

/** The path of a field of a mutation's input, or of what is inside of that. */
export const at = (...field: string[]): readonly string[] => ['input', ...field];

export const badInput = (message: string, ...field: string[]): DomainError =>
  new DomainError(ErrorCode.BAD_USER_INPUT, message, { path: at(...field) });
export const violated = (message: string, ...field: string[]): DomainError =>
  new DomainError(ErrorCode.RULE_VIOLATED, message, { path: at(...field) });
