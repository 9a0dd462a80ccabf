import type { Logger } from 'pino';

/** A completed operation, without its variables and text. */
export interface OperationRecord {
  readonly requestId: string | undefined;
  readonly transport: 'http' | 'ws' | 'sse';
  /** Absent for a document that was refused. */
  readonly type?: string;
  readonly operationName?: string | null;
  /** By `performance.now()`. */
  readonly startedAt: number;
  readonly errors?: readonly { readonly extensions?: Readonly<Record<string, unknown>> }[];
  /** Number of events sent; only for subscriptions. */
  readonly events?: number;
}

/** Fields of the log line that name the caller. */
interface CallerFields {
  readonly business?: number;
  readonly key?: string;
  readonly role?: string;
}

/** The destinations of operation records. */
export interface OperationSink<C = any> {
  readonly log: Logger;
  readonly callerOf?: (context: C) => CallerFields;
  readonly onOperation?: (
    record: OperationRecord,
    durationMs: number,
    codes: readonly string[],
  ) => void;
}

/** Logs one line for an operation and counts it. `context` is absent for a refused document. */
export function logOperation(
  { log, callerOf, onOperation }: OperationSink,
  record: OperationRecord,
  context?: object,
): void {
  const { startedAt, errors, operationName, ...fields } = record;
  const durationMs = Math.round((performance.now() - startedAt) * 10) / 10;
  const codes = errors?.map(({ extensions }) => extensions?.code as string);
  const caller = context && callerOf?.(context);
  log.info(
    { ...fields, operationName: operationName ?? undefined, ...caller, durationMs, errors: codes },
    'operation',
  );
  onOperation?.(record, durationMs, codes ?? []);
}
