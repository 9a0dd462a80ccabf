import type { AppOptions } from '../../../src/start/app-options';
import { spawnGateway, type GatewayProcess } from './process';

const MAIN = 'test/support/harness/app-process.main.cjs';

/** Options of `startApp` that another process can receive. */
export interface ProcessOptions extends Pick<AppOptions, 'jobLeaseMs' | 'deliveryTimings'> {
  readonly outboundTimeoutMs?: number;
}

/** Calls `startApp` with options in a separate process and resolves once it listens. */
export const startAppProcess = (
  env: Record<string, string>,
  options: ProcessOptions,
): Promise<GatewayProcess> => spawnGateway(env, [MAIN, JSON.stringify(options)]);
