import { Field, InterfaceType, ObjectType, registerEnumType, type ClassType } from 'type-graphql';
import type { Context } from '../context';
import { DomainError, ErrorCode, InputProblemCode } from '../errors';

export enum UserErrorCode {
  INVALID_INPUT = 'INVALID_INPUT',
  NOT_FOUND = 'NOT_FOUND',
  CONFLICT = 'CONFLICT',
  RULE_VIOLATED = 'RULE_VIOLATED',
  TIME_UNAVAILABLE = 'TIME_UNAVAILABLE',
  SEATS_UNAVAILABLE = 'SEATS_UNAVAILABLE',
  QUOTA_REACHED = 'QUOTA_REACHED',
  HOLD_EXPIRED = 'HOLD_EXPIRED',
  NOT_INVITED = 'NOT_INVITED',
  ILLEGAL_TRANSITION = 'ILLEGAL_TRANSITION',
  VERSION_CONFLICT = 'VERSION_CONFLICT',
  INSUFFICIENT_PERMISSION = 'INSUFFICIENT_PERMISSION',
  OFFER_REFUSED = 'OFFER_REFUSED',
}
registerEnumType(UserErrorCode, {
  name: 'UserErrorCode',
  description: 'The reason of a refusal. Codes are stable, messages are not.',
  valuesConfig: {
    INVALID_INPUT: { description: 'Values of the input are missing or invalid.' },
    NOT_FOUND: { description: 'No object that is visible to the viewer has the id.' },
    CONFLICT: { description: 'Another object has the same value.' },
    RULE_VIOLATED: { description: 'A rule of the business forbids the change.' },
    TIME_UNAVAILABLE: {
      description: 'A person or resource is not free, or hours and rules refuse the time.',
    },
    SEATS_UNAVAILABLE: { description: 'A session has fewer free seats than requested.' },
    QUOTA_REACHED: { description: 'The quota of the reason is reached.' },
    HOLD_EXPIRED: { description: 'The hold has expired.' },
    NOT_INVITED: { description: 'No place is held for the waitlist entry.' },
    ILLEGAL_TRANSITION: { description: 'The status cannot change in this way.' },
    VERSION_CONFLICT: { description: 'The object was changed since it was read.' },
    INSUFFICIENT_PERMISSION: {
      description: 'The viewer may not change this object, or not set this value.',
    },
    OFFER_REFUSED: { description: 'The token of an offer books nothing.' },
  },
});

/**
 * Codes of errors caused by a choice of the user, returned in `userErrors`. Errors of the calling
 * program are GraphQL errors.
 */
const USER_CODES: Readonly<Partial<Record<ErrorCode, UserErrorCode>>> = {
  [ErrorCode.BAD_USER_INPUT]: UserErrorCode.INVALID_INPUT,
  [ErrorCode.FORBIDDEN]: UserErrorCode.INSUFFICIENT_PERMISSION,
  ...Object.fromEntries(
    Object.values(UserErrorCode)
      .filter((code) => code in ErrorCode)
      .map((code) => [code, code]),
  ),
};

/**
 * Returns the code of a refusal in `userErrors`, or null for an error of the calling program: a
 * header that is not valid, or a mutation that the viewer may not call.
 */
function userCodeOf({ code, details: { path } }: DomainError): UserErrorCode | null {
  if (path?.[0] === 'idempotency-key') return null;
  if (code === ErrorCode.FORBIDDEN && !path) return null;
  return USER_CODES[code] ?? null;
}

@InterfaceType({
  description: 'The reason why nothing was written.',
  resolveType: (value: object) => value.constructor.name,
})
export abstract class UserError {
  @Field(() => UserErrorCode) code!: UserErrorCode;
  @Field({ description: 'The fault and the remedy, in English. May change.' }) message!: string;
  @Field(() => [String], {
    description:
      'Path of the invalid value in the arguments. Begins with `input`; list indexes are ' +
      'decimal strings.',
  })
  path!: string[];
}

@ObjectType({
  implements: UserError,
  simpleResolvers: true,
  description: 'A refusal without further details.',
})
export class Refusal extends UserError {}

const shapes = new Map<ErrorCode, new () => UserError>();

/** Declares the type of errors with a code. The details of an error become its fields. */
export function declareErrorType(code: ErrorCode, type: new () => UserError): void {
  shapes.set(code, type);
}

function toUserError({ code, message, details }: DomainError, userCode: UserErrorCode): UserError {
  const shape = shapes.get(code) ?? Refusal;
  const path = details.path ?? ['input'];
  const faults =
    code === ErrorCode.BAD_USER_INPUT && !details.problems
      ? { problems: [{ path, code: InputProblemCode.WRONG_FORMAT, message }] }
      : {};
  return Object.assign(new shape(), details, faults, { code: userCode, message, path });
}

/** Returns what the command changes: the first field of its payload. */
const subjectOf = (payload: object): string => Object.keys(payload)[0] ?? 'none';

type PayloadOf<P> = P & { userErrors: UserError[] };

/**
 * Runs a command, once for its idempotency key, and makes a payload of its result. An expected
 * refusal becomes `userErrors`, with the payload of null. Throws every other error.
 */
export async function answerAs<T, P extends object>(
  context: Context,
  command: () => Promise<T>,
  toPayload: (result: T | null) => P,
): Promise<PayloadOf<P>> {
  const { commandEnded } = context.app.signals;
  try {
    const result = await (context.keyedRun ? context.keyedRun.run(command) : command());
    const payload = toPayload(result);
    commandEnded.emit({ subject: subjectOf(payload), code: 'OK' });
    return { ...payload, userErrors: [] };
  } catch (error) {
    const code = error instanceof DomainError ? userCodeOf(error) : null;
    if (code === null) throw error;
    const payload = toPayload(null);
    commandEnded.emit({ subject: subjectOf(payload), code });
    return { ...payload, userErrors: [toUserError(error as DomainError, code)] };
  }
}

/** Runs a command as `answerAs`; its result, or null, is one field of the payload. */
export const answer = <K extends string, T>(
  context: Context,
  field: K,
  command: () => Promise<T>,
): Promise<{ [P in K]: T | null } & { userErrors: UserError[] }> =>
  answerAs(context, command, (result) => ({ [field]: result }) as { [P in K]: T | null });

/** `<name>Payload` with the changed object and the reasons why there is none. */
export function payloadOf<T extends object>(
  name: string,
  field: string,
  type: () => ClassType<T>,
): ClassType<object> {
  @ObjectType(`${name}Payload`, { simpleResolvers: true })
  class Payload {
    @Field(() => [UserError], { description: 'Empty on success.' }) userErrors!: UserError[];
  }
  Field(type, { nullable: true, description: 'Null if refused.' })(Payload.prototype, field);
  return Payload;
}
