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

/** A valid document, or the formatted reasons why it is refused. */
export type Prepared =
  { readonly document: DocumentNode } | { readonly errors: readonly GraphQLFormattedError[] };

export type ReadPlanned = (
  document: DocumentNode,
  operationName: string | null | undefined,
  variables: Variables | null | undefined,
  context: any,
) => Promise<string | null>;

/** Data as JSON text, where one statement made all of it; else a result of resolvers. */
export type Outcome = { readonly planned: string } | { readonly result: ExecutionResult };

export const resultOf = (outcome: Outcome): ExecutionResult =>
  'result' in outcome
    ? outcome.result
    : { data: JSON.parse(outcome.planned) as Record<string, unknown> };

/** What HTTP and WebSocket share: nothing reaches the executor, and no error a client, but through here. */
export interface Pipeline {
  /** Parsed and validated, or why not. */
  prepare(query: string): Prepared;
  /** Why an operation of a valid document may not run with these variables, or null. */
  refuse(
    document: DocumentNode,
    operationName: string | null | undefined,
    variables: Variables | null | undefined,
  ): GraphQLError | null;
  format(error: unknown): GraphQLFormattedError;
  /** The cost of an operation of a valid document. */
  costOf(
    document: DocumentNode,
    operationName: string | null | undefined,
    variables: Variables | null | undefined,
  ): number;
  /**
   * Runs a query or a mutation. The errors of its result are formatted. Never rejects. A query that
   * exceeds its time is reported as BUSY and goes on in the background: `onOverdue` is given its work.
   */
  run(args: ExecutionArgs, onOverdue?: (work: Promise<unknown>) => void): Promise<Outcome>;
  /**
   * A subscription whose every event is executed on a context of its own, once for all subscribers of one scope who ask the same.
   * The errors are formatted. Never rejects.
   */
  subscribe(args: ExecutionArgs, viewers: Viewers): Promise<EventStream | ExecutionResult>;
}

/** What the pipeline asks about contexts, which are not its business. */
export interface Viewers<C = any> {
  /** The same viewer with nothing loaded yet. */
  readonly renew: (context: C) => C;
  /** What the viewer may see, as text: viewers of one scope are shown the same. Without it nothing is shared. */
  readonly scopeOf?: (context: C) => string;
}

export interface PipelineSettings {
  /** Hides what errors would reveal of the schema. */
  readonly production: boolean;
  /** Defaults to true. */
  readonly introspection?: boolean;
  /** Makes the data of a query as JSON text by one statement; null where it has to be executed. Never rejects. */
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
  const documents = new DocumentCache<Prepared>();
  const groups = new SubscriptionGroups();
  const rules = introspection
    ? specifiedRules
    : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  const format = (error: unknown) => formatError(error, log, production);
  // graphql-js types errors as instances; from here on they are what is sent.
  const formatted = (errors: readonly unknown[]) =>
    errors.map(format) as unknown as readonly GraphQLError[];
  const shape = (result: ExecutionResult): ExecutionResult =>
    result.errors ? { ...result, errors: formatted(result.errors) } : result;
  const refused = (error: unknown): ExecutionResult => ({ errors: formatted([error]) });

  // Formatted at once: an error of which the stack is unread keeps alive all that the stack refers to.
  const refuseAll = (errors: readonly GraphQLError[], code: string): Prepared => ({
    errors: errors.map((error) => format(withCode(error, code))),
  });

  function parseAndValidate(query: string): Prepared {
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
      return { result: refused(error) };
    }
  }

  function inTime(
    work: Promise<Outcome>,
    onOverdue?: (work: Promise<unknown>) => void,
  ): Promise<Outcome> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        onOverdue?.(work);
        const seconds = queryTimeoutMs / 1_000;
        const error = new DomainError(
          ErrorCode.BUSY,
          `The query took longer than ${seconds} s. Ask for less at a time.`,
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
      const known = documents.get(query);
      if (known) return known;
      const prepared = parseAndValidate(query);
      // Refusals are not kept: they would displace the documents of other callers.
      if ('document' in prepared) documents.set(query, prepared, bytesOf(prepared.document));
      return prepared;
    },
    refuse(document, operationName, variables) {
      if (getOperationAST(document, operationName))
        return refuseCost(schema, document, operationName, variables ?? {});
      const message = operationName
        ? `The document holds no operation "${operationName}".`
        : 'Name the operation to run with operationName: the document holds none or several.';
      return new GraphQLError(message, { extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } });
    },
    costOf: (document, operationName, variables) =>
      operationCost(schema, document, operationName, variables ?? {}),
    run(args, onOverdue) {
      const isQuery = getOperationAST(args.document, args.operationName)?.operation === 'query';
      // A mutation may have committed: it is never reported as failed because of its time.
      return isQuery ? inTime(readOrExecute(args), onOverdue) : readOrExecute(args);
    },
    async subscribe(args, { renew, scopeOf }) {
      try {
        const source = await createSourceEventStream(args);
        const scope = scopeOf?.(args.contextValue) ?? null;
        return Symbol.asyncIterator in source
          ? eachExecuted({ source, args, renew, scope, groups, shape, refuse: refused })
          : shape(source);
      } catch (error) {
        return refused(error);
      }
    },
  };
}

/** Measured: a token, with its share of the nodes, holds 380 bytes; a validated document 2 kB more. */
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

/** GraphQL's own errors say what is wrong with a request, and nothing of us. */
const OF_GRAPHQL = new Set<unknown>([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  ErrorCode.BAD_USER_INPUT,
  ErrorCode.QUERY_TOO_COMPLEX,
]);

const VALUES = new Set<string>([
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
  // graphql-js parses by recursion: some thousand levels end the stack before any rule has a look.
  if (code && cause instanceof RangeError)
    return { message: 'Syntax Error: The document is nested too deeply.', extensions: { code } };
  if (code)
    return {
      message: brief(withoutHints((error as GraphQLError).message, production)),
      ...place,
      extensions: { code },
    };
  const errorId = randomUUID();
  log.error({ err: cause, errorId }, 'an operation failed');
  return {
    message: 'Something went wrong on our side. Quote the errorId when you report it.',
    ...place,
    extensions: { code: ErrorCode.INTERNAL_SERVER_ERROR, errorId },
  };
}

/** An error and what it wraps, the innermost last. Both graphql-js and Apollo wrap, some twice. */
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

/** The code of an error that GraphQL itself found in the request, or null for all others. */
function codeOfGraphQL(chain: readonly unknown[]): string | null {
  const errors = chain.filter((link) => link instanceof GraphQLError);
  // Apollo gives what our rule reports the code of any validation error: the innermost knows better.
  const code = errors.findLast(({ extensions }) => OF_GRAPHQL.has(extensions.code))?.extensions
    .code;
  if (code) return code as string;
  // What the executor cannot coerce carries no code, but points at a variable's definition or an argument's value, or lies before any field.
  const coerces = errors.some(
    ({ nodes }) =>
      nodes?.length === 1 &&
      (nodes[0]?.kind === Kind.VARIABLE_DEFINITION || VALUES.has(nodes[0]?.kind ?? '')),
  );
  const beforeAnyField =
    errors.length === chain.length &&
    errors.every(({ path, extensions }) => !path && !extensions.code);
  return coerces || beforeAnyField ? ErrorCode.BAD_USER_INPUT : null;
}

/** Suggestions tell a stranger what the schema holds. */
const withoutHints = (message: string, production: boolean): string =>
  production ? message.replace(/ ?Did you mean [\s\S]*$/, '') : message;

/** GraphQL's own errors repeat the value that they are about, however long it is. */
const MAX_MESSAGE = 1_000;

const brief = (message: string): string =>
  message.length <= MAX_MESSAGE
    ? message
    : `${message.slice(0, MAX_MESSAGE / 2).toWellFormed()} … ${message.slice(-MAX_MESSAGE / 2).toWellFormed()}`;

/** Where and why, never what: the value may be a password. */
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
