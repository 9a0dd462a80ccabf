import { Field, InterfaceType, ObjectType, type ClassType } from 'type-graphql';
import type { Context } from '../context';
import { DomainError, ErrorCode } from '../errors';

/**
 * Errors caused by a choice of the user, returned in `userErrors`. Errors of the calling program
 * are GraphQL errors.
 */
const EXPECTED = new Set<ErrorCode>([
  ErrorCode.NOT_FOUND,
  ErrorCode.CONFLICT,
  ErrorCode.TIME_UNAVAILABLE,
  ErrorCode.QUOTA_REACHED,
  ErrorCode.SEATS_UNAVAILABLE,
  ErrorCode.RULE_VIOLATED,
  ErrorCode.HOLD_EXPIRED,
  ErrorCode.NOT_INVITED,
  ErrorCode.ILLEGAL_TRANSITION,
  ErrorCode.VERSION_CONFLICT,
  ErrorCode.UNKNOWN_TAG,
  ErrorCode.INVALID_FIELDS,
  ErrorCode.OFFER_REFUSED,
]);

@InterfaceType({
  description: 'The reason why nothing was written.',
  resolveType: (value: object) => value.constructor.name,
})
export abstract class UserError {
  @Field(() => ErrorCode) code!: ErrorCode;
  @Field({ description: 'A sentence that states the fault and the remedy.' }) message!: string;
  @Field(() => [String], {
    nullable: true,
    description: 'Path in the arguments of the invalid value.',
  })
  path!: string[] | null;
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

function toUserError({ code, message, details }: DomainError): UserError {
  const shape = shapes.get(code) ?? Refusal;
  return Object.assign(new shape(), { path: null }, details, { code, message });
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
    if (!(error instanceof DomainError) || !EXPECTED.has(error.code)) throw error;
    const payload = toPayload(null);
    commandEnded.emit({ subject: subjectOf(payload), code: error.code });
    return { ...payload, userErrors: [toUserError(error)] };
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
