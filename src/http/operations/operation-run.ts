import {
  execute,
  getOperationAST,
  GraphQLError,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
} from 'graphql';
import { DomainError, ErrorCode } from '../../errors';
import type { Variables } from '../../graphql/limits/page-size';

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
 * applies to both steps of a query. A mutation may have committed, so it never fails because of its
 * duration.
 */
export class OperationRun {
  private timer: NodeJS.Timeout | null = null;
  private overdue: DomainError | null = null;
  private expire: () => void = () => undefined;

  constructor(
    private readonly args: ExecutionArgs,
    private readonly options: RunOptions,
  ) {
    const type = getOperationAST(args.document, args.operationName)?.operation;
    if (type !== 'query') return;
    this.timer = setTimeout(() => {
      this.overdue = overdueError(options.queryTimeoutMs);
      this.expire();
    }, options.queryTimeoutMs);
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
    const { overdue } = this;
    const refusal = (error: DomainError) => ({
      data: null,
      errors: [new GraphQLError(error.message, { originalError: error })],
    });
    if (overdue) return Promise.resolve(refusal(overdue));
    // execute may return a result or throw synchronously.
    const work = (async () => execute(this.args))();
    return this.within(work, () => refusal(this.overdue as DomainError));
  }

  /** Ends the time limit. */
  end(): void {
    if (this.timer) clearTimeout(this.timer);
  }

  /** Resolves with the result of a step, or with `late()` once the time limit has passed. */
  private within<T>(work: Promise<T>, late: () => T): Promise<T> {
    if (!this.timer) return work;
    return new Promise((resolve, reject) => {
      this.expire = () => {
        this.options.onOverdue?.(work);
        resolve(late());
      };
      work.then(resolve, reject);
    });
  }
}
