import { randomUUID } from 'node:crypto';
import { unwrapResolverError } from '@apollo/server/errors';
import {
  createSourceEventStream, execute, GraphQLError, parse, specifiedRules, validate, type DocumentNode, type ExecutionArgs, type ExecutionResult,
  type GraphQLFormattedError, type GraphQLSchema,
} from 'graphql';
import type { Logger } from 'pino';
import type { ValidationError } from 'class-validator';
import { ArgumentValidationError } from 'type-graphql';
import { DomainError, ErrorCode } from './errors';
import { LIMITS, operationLimits } from './shared/limits';

export const MAX_TOKENS = 10_000;
const MAX_DOCUMENTS = 1_000;

export const validationRules = [operationLimits(LIMITS)];

/** What HTTP and WebSocket share: nothing reaches the executor, and no error a client, but through here. */
export interface Pipeline {
  /** Parsed and validated, or why not. Answers are kept for as many texts as fit. */
  prepare(query: string): { document: DocumentNode } | { errors: readonly GraphQLError[] };
  format(error: unknown): GraphQLFormattedError;
  /** A subscription whose every event is executed on a context of its own. */
  subscribe(args: ExecutionArgs, renew: (context: any) => object): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>;
}

export function createPipeline(schema: GraphQLSchema, log: Logger, production: boolean): Pipeline {
  const documents = new Map<string, { document: DocumentNode } | { errors: readonly GraphQLError[] }>();
  const format = (error: unknown) => formatError(error, log, production);

  function prepareAnew(query: string) {
    let document: DocumentNode;
    try {
      document = parse(query, { maxTokens: MAX_TOKENS });
    } catch (error) {
      return { errors: [withCode(error as GraphQLError, 'GRAPHQL_PARSE_FAILED')] };
    }
    const errors = validate(schema, document, [...specifiedRules, ...validationRules]);
    return errors.length ? { errors: errors.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED')) } : { document };
  }

  return {
    format,
    prepare(query) {
      const known = documents.get(query);
      if (known) return known;
      const made = prepareAnew(query);
      if (documents.size >= MAX_DOCUMENTS) documents.delete(documents.keys().next().value as string);
      documents.set(query, made);
      return made;
    },
    async subscribe(args, renew) {
      const source = await createSourceEventStream(args);
      return Symbol.asyncIterator in source ? eachExecuted(source as AsyncIterable<unknown>, args, renew, format) : (source as ExecutionResult);
    },
  };
}

/** Loaders remember rows: a context that outlived an event would show the next one what was, not what is. */
function eachExecuted(
  source: AsyncIterable<unknown>, args: ExecutionArgs, renew: (context: any) => object, format: (error: unknown) => GraphQLFormattedError,
): AsyncIterableIterator<ExecutionResult> {
  const events = source[Symbol.asyncIterator]();
  let ended = false;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      if (ended) return { done: true, value: undefined };
      try {
        const event = await events.next();
        if (event.done) return { done: true, value: undefined };
        const value = await execute({ ...args, rootValue: event.value, contextValue: renew(args.contextValue) });
        return { done: false, value: { ...value, ...(value.errors ? { errors: value.errors.map(format) as never } : {}) } };
      } catch (error) {
        // The source has ended for a reason that the subscriber should read.
        ended = true;
        return { done: false, value: { data: null, errors: [format(error) as never] } };
      }
    },
    async return() {
      await events.return?.();
      return { done: true, value: undefined };
    },
  };
}

function withCode(error: GraphQLError, code: string): GraphQLError {
  const { message, nodes, source, positions, path, originalError, extensions } = error;
  return new GraphQLError(message, { nodes, source, positions, path, originalError, extensions: { code, ...extensions } });
}

/** GraphQL's own errors say what is wrong with a request, and nothing of us. */
const OF_GRAPHQL = new Set<unknown>([
  'GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_REQUEST', 'OPERATION_RESOLUTION_FAILURE', 'PERSISTED_QUERY_NOT_FOUND', 'PERSISTED_QUERY_NOT_SUPPORTED',
  ErrorCode.BAD_USER_INPUT, ErrorCode.QUERY_TOO_COMPLEX,
]);

function formatError(error: unknown, log: Logger, production: boolean): GraphQLFormattedError {
  const cause = unwrapResolverError(error);
  const { locations, path, message } = (error instanceof GraphQLError ? error.toJSON() : {}) as Partial<GraphQLFormattedError>;
  const place = { ...(locations ? { locations } : {}), ...(path ? { path } : {}) };
  if (cause instanceof DomainError) return { message: cause.message, ...place, extensions: { code: cause.code, ...cause.details } };
  if (cause instanceof ArgumentValidationError) {
    const violations = violationsOf(cause.extensions.validationErrors as ValidationError[]);
    return { message: violations.map((violation) => violation.message).join(' ') || 'An argument is not valid.', ...place, extensions: { code: ErrorCode.BAD_USER_INPUT, violations } };
  }
  if (error instanceof GraphQLError && (cause === error || cause instanceof GraphQLError)) {
    const own = cause instanceof GraphQLError ? cause : error;
    // What the executor itself finds wrong (a variable, an operation's name) has neither a path nor a cause.
    const code = own.extensions.code ?? error.extensions.code ?? (error.path ? undefined : ErrorCode.BAD_USER_INPUT);
    if (OF_GRAPHQL.has(code)) return { message: withoutHints(message ?? own.message, production), ...place, extensions: { code: code as string } };
  }
  const errorId = randomUUID();
  log.error({ err: cause, errorId }, 'an operation failed');
  return { message: 'Something went wrong on our side. Quote the errorId when you report it.', ...place, extensions: { code: ErrorCode.INTERNAL_SERVER_ERROR, errorId } };
}

/** Suggestions tell a stranger what the schema holds. */
const withoutHints = (message: string, production: boolean): string => (production ? message.replace(/ ?Did you mean [\s\S]*$/, '') : message);

/** Where and why, never what: the value may be a password. */
function violationsOf(errors: readonly ValidationError[], path: readonly string[] = []): { path: string[]; message: string }[] {
  return errors.flatMap(({ property, constraints, children }) => {
    const here = [...path, property];
    return [...Object.values(constraints ?? {}).map((message) => ({ path: here, message })), ...violationsOf(children ?? [], here)];
  });
}
