import { randomUUID } from 'node:crypto';
import {
  createSourceEventStream,
  execute,
  getOperationAST,
  GraphQLError,
  Kind,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import type { Logger } from 'pino';
import type { ValidationError } from 'class-validator';
import { ArgumentValidationError } from 'type-graphql';
import { DomainError, ErrorCode } from '../errors';
import { exceededLimits, operationCost, refuseCost, type Variables } from '../graphql/limits';

import { DocumentCache } from './document-cache';
import { eachExecuted, type EventStream } from './subscriptions/event-stream';
import { SubscriptionGroups } from './subscriptions/subscription-group';
import { SERVER_LIMITS } from './limits/server-limits';

export const MAX_TOKENS = 2_500;
const MAX_VALIDATION_ERRORS = 20;

/** A valid document, or its formatted validation errors. */
export type PreparedDocument =
  { readonly document: DocumentNode } | { readonly errors: readonly GraphQLFormattedError[] };

export type ReadPlanned = (
  document: DocumentNode,
  operationName: string | null | undefined,
  variables: Variables | null | undefined,
  context: any,
) => Promise<string | null>;

/** The data as JSON text if the planner produced it; else the result of the resolvers. */
export type Outcome = { readonly planned: string } | { readonly result: ExecutionResult };

export const resultOf = (outcome: Outcome): ExecutionResult =>
  'result' in outcome
    ? outcome.result
    : { data: JSON.parse(outcome.planned) as Record<string, unknown> };

/**
 * The steps that all transports share: every operation and every error of a client passes through.
 */
export interface Pipeline {
  /** Parses and validates a document. Cached. */
  prepare(query: string): PreparedDocument;
  /** Returns the reason to refuse an operation with these variables, or null. */
  refuse(
    document: DocumentNode,
    operationName: string | null | undefined,
    variables: Variables | null | undefined,
  ): GraphQLError | null;
  format(error: unknown): GraphQLFormattedError;
  /** Returns the cost of an operation of a valid document. */
  costOf(
    document: DocumentNode,
    operationName: string | null | undefined,
    variables: Variables | null | undefined,
  ): number;
  /**
   * Runs a query or a mutation. Formats the errors of its result. Never rejects. A query that
   * exceeds its time limit returns BUSY; its work continues in the background and is passed to
   * `onOverdue`.
   */
  run(args: ExecutionArgs, onOverdue?: (work: Promise<unknown>) => void): Promise<Outcome>;
  /**
   * Starts a subscription. Each event is executed on a new context, once for all subscribers of one
   * scope with the same operation. Formats errors. Never rejects.
   */
  subscribe(args: ExecutionArgs, viewers: Viewers): Promise<EventStream | ExecutionResult>;
}

/** Operations on contexts, whose type the pipeline does not know. */
export interface Viewers<C = any> {
  /** Returns a context of the same viewer with empty loaders. */
  readonly renew: (context: C) => C;
  /**
   * Serializes the permissions of the viewer. Viewers of equal scope share results. Without it,
   * nothing is shared.
   */
  readonly scopeOf?: (context: C) => string;
}

export interface PipelineSettings {
  /** Removes hints about the schema from error messages. */
  readonly production: boolean;
  /** Defaults to true. */
  readonly introspection?: boolean;
  /**
   * Returns the data of a query as JSON text, read by one statement; null if it must be executed.
   * Never rejects.
   */
  readonly readPlanned?: ReadPlanned;
  readonly queryTimeoutMs?: number;
}

export function createPipeline(
  schema: GraphQLSchema,
  log: Logger,
  settings: PipelineSettings,
): Pipeline {
  const { production, introspection = true, readPlanned = async () => null } = settings;
  const { queryTimeoutMs = SERVER_LIMITS.queryTimeoutMs } = settings;
  const documents = new DocumentCache<PreparedDocument>();
  const groups = new SubscriptionGroups();
  const rules = introspection
    ? specifiedRules
    : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  const format = (error: unknown) => formatError(error, log, production);
  // graphql-js types errors as instances; here they are formatted.
  const formatted = (errors: readonly unknown[]) =>
    errors.map(format) as unknown as readonly GraphQLError[];
  const shape = (result: ExecutionResult): ExecutionResult =>
    result.errors ? { ...result, errors: formatted(result.errors) } : result;
  const refusalResult = (error: unknown): ExecutionResult => ({ errors: formatted([error]) });

  // Formats immediately: an error whose stack is not read retains all objects of the stack.
  const refuseAll = (errors: readonly GraphQLError[], code: string): PreparedDocument => ({
    errors: errors.map((error) => format(withCode(error, code))),
  });

  function parseAndValidate(query: string): PreparedDocument {
    let document: DocumentNode;
    try {
      document = parse(query, { maxTokens: MAX_TOKENS });
    } catch (error) {
      const own =
        error instanceof GraphQLError
          ? error
          : new GraphQLError('', { originalError: error as Error });
      return refuseAll([own], 'GRAPHQL_PARSE_FAILED');
    }
    const exceeded = exceededLimits(schema, document);
    if (exceeded.length) return refuseAll(exceeded, ErrorCode.QUERY_TOO_COMPLEX);
    const errors = validate(schema, document, rules, { maxErrors: MAX_VALIDATION_ERRORS });
    return errors.length ? refuseAll(errors, 'GRAPHQL_VALIDATION_FAILED') : { document };
  }

  async function readOrExecute(args: ExecutionArgs): Promise<Outcome> {
    const { document, operationName, variableValues, contextValue } = args;
    const planned = await readPlanned(document, operationName, variableValues, contextValue);
    if (planned !== null) return { planned };
    try {
      return { result: shape(await execute(args)) };
    } catch (error) {
      return { result: refusalResult(error) };
    }
  }

  function withTimeout(
    work: Promise<Outcome>,
    onOverdue?: (work: Promise<unknown>) => void,
  ): Promise<Outcome> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        onOverdue?.(work);
        const seconds = queryTimeoutMs / 1_000;
        const error = new DomainError(
          ErrorCode.BUSY,
          `The query exceeded its time limit of ${seconds} s. Select less data, or use smaller pages.`,
        );
        resolve({ result: { data: null, errors: formatted([error]) } });
      }, queryTimeoutMs);
      void work.then((outcome) => {
        clearTimeout(timer);
        resolve(outcome);
      });
    });
  }

  return {
    format,
    prepare(query) {
      const cached = documents.get(query);
      if (cached) return cached;
      const prepared = parseAndValidate(query);
      // Refusals are not cached: they would evict the documents of other callers.
      if ('document' in prepared) documents.set(query, prepared, bytesOf(prepared.document));
      return prepared;
    },
    refuse(document, operationName, variables) {
      if (getOperationAST(document, operationName))
        return refuseCost(schema, document, operationName, variables ?? {});
      const message = operationName
        ? `The document contains no operation "${operationName}".`
        : 'Set operationName: the document contains no operation, or several.';
      return new GraphQLError(message, { extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } });
    },
    costOf: (document, operationName, variables) =>
      operationCost(schema, document, operationName, variables ?? {}),
    run(args, onOverdue) {
      const isQuery = getOperationAST(args.document, args.operationName)?.operation === 'query';
      // A mutation may have committed, so it never fails because of its duration.
      return isQuery ? withTimeout(readOrExecute(args), onOverdue) : readOrExecute(args);
    },
    async subscribe(args, { renew, scopeOf }) {
      try {
        const source = await createSourceEventStream(args);
        const scope = scopeOf?.(args.contextValue) ?? null;
        return Symbol.asyncIterator in source
          ? eachExecuted({ source, args, renew, scope, groups, shape, refuse: refusalResult })
          : shape(source);
      } catch (error) {
        return refusalResult(error);
      }
    },
  };
}

/**
 * Estimates the memory of a document. Measured: 380 bytes per token and its nodes, and 2 kB per
 * document.
 */
function bytesOf(document: DocumentNode): number {
  let tokens = 0;
  for (let token = document.loc?.startToken; token; token = token.next ?? undefined) tokens += 1;
  return 2_000 + 400 * tokens;
}

function withCode(error: GraphQLError, code: string): GraphQLError {
  const { message, nodes, source, positions, path, originalError, extensions } = error;
  return new GraphQLError(message, {
    nodes,
    source,
    positions,
    path,
    originalError,
    extensions: { code, ...extensions },
  });
}

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

function formatError(error: unknown, log: Logger, production: boolean): GraphQLFormattedError {
  const chain = chainOf(error);
  const cause = chain.at(-1);
  const { locations, path } = (
    error instanceof GraphQLError ? error.toJSON() : {}
  ) as Partial<GraphQLFormattedError>;
  const place = { ...(locations ? { locations } : {}), ...(path ? { path } : {}) };
  if (cause instanceof DomainError)
    return { message: cause.message, ...place, extensions: { code: cause.code, ...cause.details } };
  if (cause instanceof ArgumentValidationError) {
    const violations = violationsOf(cause.extensions.validationErrors as ValidationError[]);
    return {
      message:
        violations.map((violation) => violation.message).join(' ') || 'An argument is not valid.',
      ...place,
      extensions: { code: ErrorCode.BAD_USER_INPUT, violations },
    };
  }
  const code = codeOfGraphQL(chain);
  // graphql-js parses recursively: thousands of levels overflow the stack before any rule runs.
  if (code && cause instanceof RangeError)
    return { message: 'Syntax Error: The document is nested too deeply.', extensions: { code } };
  if (code)
    return {
      message: truncate(withoutSuggestions((error as GraphQLError).message, production)),
      ...place,
      extensions: { code },
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

/** Removes the suggestions of graphql-js in production, because they disclose the schema. */
const withoutSuggestions = (message: string, production: boolean): string =>
  production ? message.replace(/ ?Did you mean [\s\S]*$/, '') : message;

/** Maximum characters of a message. The errors of graphql-js repeat input values of any length. */
const MAX_MESSAGE = 1_000;

const truncate = (message: string): string =>
  message.length <= MAX_MESSAGE
    ? message
    : `${message.slice(0, MAX_MESSAGE / 2).toWellFormed()} … ${message.slice(-MAX_MESSAGE / 2).toWellFormed()}`;

/** Returns path and message of each violation, without the value, which may be a secret. */
function violationsOf(
  errors: readonly ValidationError[],
  path: readonly string[] = [],
): { path: string[]; message: string }[] {
  return errors.flatMap(({ property, constraints, children }) => {
    const here = [...path, property];
    return [
      ...Object.values(constraints ?? {}).map((message) => ({ path: here, message })),
      ...violationsOf(children ?? [], here),
    ];
  });
}
