import {
  execute,
  getOperationAST,
  GraphQLError,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
} from 'graphql';
import { DomainError, ErrorCode } from '../../errors';
import { describeVariables } from '../../graphql/arguments/variable-errors';
import type { Variables } from '../../graphql/limits/page-size';
import { Deadline } from '../../lib/deadline';

/** Returns the data of a query as JSON text, or null if it must be executed. Never rejects. */
export type ReadPlanned = (
  document: DocumentNode,
  operationName: string | null | undefined,
  variables: Variables | null | undefined,
  context: any,
) => Promise<string | null>;

export interface RunOptions {
  readonly readPlanned: ReadPlanned;
  readonly queryTimeoutMs: number;
  /** The deadline of a context. Without it, work continues in the background when it has passed. */
  readonly deadlineOf?: (context: any) => Deadline | undefined;
  /** Receives the step of a query that exceeded its time limit and may still be at work. */
  readonly onOverdue?: (work: Promise<unknown>) => void;
}

const overdueError = (timeoutMs: number): DomainError =>
  new DomainError(
    ErrorCode.BUSY,
    `The query exceeded its time limit of ${timeoutMs / 1_000} s. Select less data, or use smaller pages.`,
  );

/**
 * One query or mutation: first the planner, then the resolvers if it returned null. One time limit
 * applies to both steps of a query. When it has passed, the operation has its response, and the
 * deadline of its context stops the work. A mutation may have committed, so it has no limit.
 */
export class OperationRun {
  /** Null for a mutation. */
  private readonly deadline: Deadline | null;

  constructor(
    private readonly args: ExecutionArgs,
    private readonly options: RunOptions,
  ) {
    const { queryTimeoutMs, deadlineOf } = options;
    const type = getOperationAST(args.document, args.operationName)?.operation;
    this.deadline = type === 'query' ? (deadlineOf?.(args.contextValue) ?? new Deadline()) : null;
    this.deadline?.start(queryTimeoutMs, () => overdueError(queryTimeoutMs));
  }

  /** Returns the data as JSON text; null if the planner cannot read it or the time has passed. */
  readPlanned(): Promise<string | null> {
    const { document, operationName, variableValues, contextValue } = this.args;
    return this.within(
      this.options.readPlanned(document, operationName, variableValues, contextValue),
      () => null,
    );
  }

  /** Executes the operation with resolvers. Errors are not formatted. */
  execute(): Promise<ExecutionResult> {
    const { deadline } = this;
    const overdue = (): ExecutionResult => {
      const error = deadline?.reason as DomainError;
      return { data: null, errors: [new GraphQLError(error.message, { originalError: error })] };
    };
    if (deadline?.reason) return Promise.resolve(overdue());
    // execute may return a result or throw synchronously.
    const work = (async () => describeVariables(this.args, await execute(this.args)))();
    return this.within(work, overdue);
  }

  /** Ends the time limit. */
  end(): void {
    this.deadline?.end();
  }

  /** Resolves with the result of a step, or with `late()` once the time limit has passed. */
  private within<T>(work: Promise<T>, late: () => T): Promise<T> {
    const { deadline } = this;
    if (!deadline) return work;
    return new Promise((resolve, reject) => {
      const expire = () => {
        this.options.onOverdue?.(work);
        resolve(late());
      };
      deadline.listen(expire);
      work.then(
        (result) => {
          deadline.unlisten(expire);
          resolve(result);
        },
        (error: unknown) => {
          deadline.unlisten(expire);
          reject(error);
        },
      );
    });
  }
}
