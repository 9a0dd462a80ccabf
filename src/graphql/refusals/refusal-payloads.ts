import {
  getNamedType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import type { Context } from '../../context';
import { DomainError, invalidInput, type InputProblem } from '../../errors';
import { answerAs, UserErrorCode, type UserError } from '../payload';
import { idProblems } from './id-problems';

/** Returns problems of an input that a command would report later than others. */
export type InputCheck<I = never> = (
  context: Context,
  input: I,
) => Promise<readonly InputProblem[]>;

type Checks = Readonly<Record<string, InputCheck>>;
type MutationField = GraphQLField<unknown, Context, { readonly input?: unknown }>;

/**
 * Returns refusals by the steps before a command, such as the validation of its input, as
 * `userErrors` of its payload. Completes the problems of an invalid input by those that later steps
 * would report. Returns a transform that changes its schema.
 */
export const refusalPayloads =
  (checks: Checks) =>
  (schema: GraphQLSchema): GraphQLSchema => {
    for (const field of Object.values(schema.getMutationType()?.getFields() ?? {}))
      refuseInPayload(field as MutationField, checks[field.name]);
    return schema;
  };

function refuseInPayload(field: MutationField, check: InputCheck | undefined): void {
  const { resolve } = field;
  const type = getNamedType(field.type);
  if (!resolve || !isObjectType(type))
    throw new Error(`The mutation ${field.name} has no payload.`);
  field.resolve = async (source, args, context, info) => {
    const payload = await payloadOf(
      async () => resolve(source, args, context, info),
      context,
      type,
    );
    const [refusal] = payload.userErrors;
    if (refusal?.code === UserErrorCode.INVALID_INPUT)
      Object.assign(
        refusal,
        await completed(refusal as InvalidInput, { field, args, context, check }),
      );
    return payload;
  };
}

interface Payload {
  readonly userErrors: readonly UserError[];
}

async function payloadOf(
  resolve: () => Promise<unknown>,
  context: Context,
  type: GraphQLObjectType,
): Promise<Payload> {
  try {
    return (await resolve()) as Payload;
  } catch (error) {
    const refused = () => Promise.reject(error as Error);
    return answerAs({ ...context, keyedRun: null }, refused, () => emptyPayload(type));
  }
}

type InvalidInput = UserError & { readonly problems: readonly InputProblem[] };

/** Returns a refusal with the problems of values that the command has not reached. */
async function completed(
  { problems, path }: InvalidInput,
  {
    field,
    args: { input },
    context,
    check,
  }: {
    readonly field: MutationField;
    readonly args: { readonly input?: unknown };
    readonly context: Context;
    readonly check: InputCheck | undefined;
  },
): Promise<Pick<InvalidInput, 'message' | 'path' | 'problems'>> {
  const type = field.args.find(({ name }) => name === 'input')?.type;
  const others = [
    ...(type ? idProblems(input, type, ['input']) : []),
    ...(check ? await check(context, input as never).catch(none) : []),
  ];
  const all = [...problems];
  for (const other of others)
    if (!all.some((problem) => problem.path.join() === other.path.join())) all.push(other);
  const { message } = invalidInput(all);
  return { message, path, problems: all };
}

/** A check that cannot run, for example because a row does not exist, adds nothing. */
function none(error: unknown): readonly InputProblem[] {
  if (error instanceof DomainError) return [];
  throw error;
}

/** Returns a payload without results: null, an empty list or 0 in each field. */
const emptyPayload = (type: GraphQLObjectType): Record<string, unknown> =>
  Object.fromEntries(
    Object.values(type.getFields())
      .filter(({ name }) => name !== 'userErrors')
      .map(({ name, type: of }) => [name, emptyValue(of)]),
  );

function emptyValue(type: GraphQLOutputType): unknown {
  if (!isNonNullType(type)) return null;
  return isListType(type.ofType) ? [] : 0;
}
