import {
  createSourceEventStream,
  getOperationAST,
  GraphQLError,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import type { Logger } from 'pino';
import { describeVariables } from '../../graphql/arguments/variable-errors';
import { operationCost, refuseCost } from '../../graphql/limits/limits';
import type { Variables } from '../../graphql/limits/page-size';
import { SERVER_LIMITS } from '../limits/server-limits';
import { eachExecuted, type EventStream } from '../subscriptions/event-stream';
import { SubscriptionGroups } from '../subscriptions/subscription-group';
import { DocumentCache } from './document-cache';
import { formatError } from './format-error';
import { OperationRun, type ReadPlanned, type RunOptions } from './operation-run';
import {
  documentPreparation,
  hashOf,
  type DocumentSource,
  type PreparedDocument,
  type ValidDocument,
} from './prepare-document';

/**
 * The steps that all transports share: every operation and every error of a client passes through.
 */
export interface Pipeline {
  /** Valid documents by the hash of their text. */
  readonly documents: DocumentCache<ValidDocument>;
  /** Parses and validates a document. Cached by the hash of its text. */
  prepare(source: DocumentSource): PreparedDocument;
  /** Returns the reason to refuse an operation with these variables, or null. */
  refuse(
    document: DocumentNode,
    operationName: string | null | undefined,
    variables: Variables | null | undefined,
  ): GraphQLError | null;
  /** Counts the memory that a plan of a document takes, or frees if negative, in the cache. */
  charge(document: DocumentNode, bytes: number): void;
  format(error: unknown): GraphQLFormattedError;
  /**
   * Returns the result of an operation that an error prevented, formatted. Contains the cost that
   * the error refuses.
   */
  resultOf(error: unknown): ExecutionResult;
  /** Returns the cost of an operation of a valid document. */
  costOf(
    document: DocumentNode,
    operationName: string | null | undefined,
    variables: Variables | null | undefined,
  ): number;
  /**
   * Starts the time limit of a query or a mutation. A query that exceeds it returns BUSY; the step
   * at work is passed to `onOverdue`, and stops at the deadline of its context.
   */
  start(args: ExecutionArgs, onOverdue?: (work: Promise<unknown>) => void): OperationRun;
  /** Runs a query or a mutation. Formats the errors of its result. Never rejects. */
  run(args: ExecutionArgs, onOverdue?: (work: Promise<unknown>) => void): Promise<ExecutionResult>;
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
  /** The planner. Without it, resolvers execute every operation. */
  readonly readPlanned?: ReadPlanned;
  readonly queryTimeoutMs?: number;
  /** The deadline of a context, which stops the work of a query when its time limit has passed. */
  readonly deadlineOf?: RunOptions['deadlineOf'];
}

export function createPipeline(
  schema: GraphQLSchema,
  log: Logger,
  settings: PipelineSettings,
): Pipeline {
  const { production, introspection = true, readPlanned = async () => null } = settings;
  const { queryTimeoutMs = SERVER_LIMITS.queryTimeoutMs, deadlineOf } = settings;
  const documents = new DocumentCache<ValidDocument>();
  const groups = new SubscriptionGroups();
  const format = (error: unknown) => formatError(error, log, production);
  // graphql-js types errors as instances; here they are formatted.
  const formatted = (errors: readonly unknown[]) =>
    errors.map(format) as unknown as readonly GraphQLError[];
  const shape = (result: ExecutionResult): ExecutionResult =>
    result.errors ? { ...result, errors: formatted(result.errors) } : result;
  const resultOf = (error: unknown): ExecutionResult => {
    const errors = formatted([error]);
    const cost = errors[0]?.extensions.cost;
    return cost ? { errors, extensions: { cost } } : { errors };
  };
  const start: Pipeline['start'] = (args, onOverdue) =>
    new OperationRun(args, { readPlanned, queryTimeoutMs, deadlineOf, onOverdue });

  return {
    documents,
    charge: ({ loc }, bytes) => documents.grow(hashOf(loc?.source.body ?? ''), bytes),
    format,
    resultOf,
    prepare: documentPreparation(schema, { introspection, format, documents }),
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
    start,
    async run(args, onOverdue) {
      const operation = start(args, onOverdue);
      try {
        const planned = await operation.readPlanned();
        if (planned !== null) return { data: JSON.parse(planned) as Record<string, unknown> };
        return shape(await operation.execute());
      } catch (error) {
        return resultOf(error);
      } finally {
        operation.end();
      }
    },
    async subscribe(args, { renew, scopeOf }) {
      try {
        const source = await createSourceEventStream(args);
        const scope = scopeOf?.(args.contextValue) ?? null;
        return Symbol.asyncIterator in source
          ? eachExecuted({ source, args, renew, scope, groups, shape, refuse: resultOf })
          : shape(describeVariables(args, source));
      } catch (error) {
        return resultOf(error);
      }
    },
  };
}
