import type { Logger } from 'pino';

interface Operation {
  readonly requestId: string | undefined;
  readonly transport: 'http' | 'ws' | 'sse';
  readonly type?: string;
  readonly operationName?: string | null;
  /** By `performance.now()`. */
  readonly startedAt: number;
  readonly errors?: readonly { readonly extensions?: Readonly<Record<string, unknown>> }[];
  /** Of a subscription: how many answers it got. */
  readonly events?: number;
}

/** One line for an operation, never its variables or its text. */
export function logOperation(log: Logger, { startedAt, errors, operationName, ...operation }: Operation): void {
  const durationMs = Math.round((performance.now() - startedAt) * 10) / 10;
  log.info({ ...operation, operationName: operationName ?? undefined, durationMs, errors: errors?.map(({ extensions }) => extensions?.code) }, 'operation');
}
