import { randomUUID } from 'node:crypto';
import { GraphQLError, Kind, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { DomainError, ErrorCode } from '../../errors';
import type { CostExtensions } from '../../graphql/limits/limits';

/** Codes of errors that describe the request only, so that their messages are safe to send. */
const GRAPHQL_CODES = new Set<unknown>([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  ErrorCode.BAD_USER_INPUT,
  ErrorCode.QUERY_TOO_COMPLEX,
]);

const VALUE_KINDS = new Set<string>([
  Kind.VARIABLE,
  Kind.INT,
  Kind.FLOAT,
  Kind.STRING,
  Kind.BOOLEAN,
  Kind.NULL,
  Kind.ENUM,
  Kind.LIST,
  Kind.OBJECT,
]);

/**
 * Formats an error for the client. Logs an error that is neither the domain's nor a fault of the
 * request with an id, and masks it.
 */
export function formatError(
  error: unknown,
  log: Logger,
  production: boolean,
): GraphQLFormattedError {
  const chain = chainOf(error);
  const cause = chain.at(-1);
  const { locations, path } = (
    error instanceof GraphQLError ? error.toJSON() : {}
  ) as Partial<GraphQLFormattedError>;
  const place = { ...(locations ? { locations } : {}), ...(path ? { path } : {}) };
  if (cause instanceof DomainError)
    return { message: cause.message, ...place, extensions: { code: cause.code, ...cause.details } };
  const code = codeOfGraphQL(chain);
  // graphql-js parses recursively: thousands of levels overflow the stack before any rule runs.
  if (code && cause instanceof RangeError)
    return { message: 'Syntax Error: The document is nested too deeply.', extensions: { code } };
  if (code)
    return {
      message: truncate(withoutSuggestions((error as GraphQLError).message, production)),
      ...place,
      extensions: { code, ...costOf(chain) },
    };
  const errorId = randomUUID();
  log.error({ err: cause, errorId }, 'unhandled operation error');
  return {
    message: 'Something went wrong on our side. Quote the errorId when you report it.',
    ...place,
    extensions: { code: ErrorCode.INTERNAL_SERVER_ERROR, errorId },
  };
}

/** Returns an error and its causes, the innermost last. Both graphql-js and Apollo wrap errors. */
function chainOf(error: unknown): readonly unknown[] {
  const chain = [error];
  for (
    let link = error;
    link instanceof GraphQLError && link.originalError;
    link = link.originalError
  )
    chain.push(link.originalError);
  return chain;
}

/** Returns the code of an error that GraphQL found in the request, or null. */
function codeOfGraphQL(chain: readonly unknown[]): string | null {
  const errors = chain.filter((link) => link instanceof GraphQLError);
  // Apollo wraps the errors of our rules with its validation code: the innermost code is right.
  const code = errors.findLast(({ extensions }) => GRAPHQL_CODES.has(extensions.code))?.extensions
    .code;
  if (code) return code as string;
  // A coercion error has no code. It refers to a variable definition or an argument value, or has
  // no path.
  const coerces = errors.some(
    ({ nodes }) =>
      nodes?.length === 1 &&
      (nodes[0]?.kind === Kind.VARIABLE_DEFINITION || VALUE_KINDS.has(nodes[0]?.kind ?? '')),
  );
  const beforeAnyField =
    errors.length === chain.length &&
    errors.every(({ path, extensions }) => !path && !extensions.code);
  return coerces || beforeAnyField ? ErrorCode.BAD_USER_INPUT : null;
}

/** Returns the cost that an error refuses, as extensions. */
const costOf = (chain: readonly unknown[]): Partial<CostExtensions> => {
  const refusal = chain.find(
    (link): link is GraphQLError => link instanceof GraphQLError && 'cost' in link.extensions,
  );
  return refusal ? { cost: refusal.extensions.cost as CostExtensions['cost'] } : {};
};

/** Removes the suggestions of graphql-js in production, because they disclose the schema. */
const withoutSuggestions = (message: string, production: boolean): string =>
  production ? message.replace(/ ?Did you mean [\s\S]*$/, '') : message;

/** Maximum characters of a message. The errors of graphql-js repeat input values of any length. */
const MAX_MESSAGE = 1_000;

const truncate = (message: string): string =>
  message.length <= MAX_MESSAGE
    ? message
    : `${message.slice(0, MAX_MESSAGE / 2).toWellFormed()} … ${message.slice(-MAX_MESSAGE / 2).toWellFormed()}`;
