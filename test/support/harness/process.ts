import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

const MAIN = 'dist/src/main.js';

export interface GatewayProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** Kills it, as a power failure does. */
  kill(): Promise<void>;
  /** Stops it and returns its exit code. */
  terminate(): Promise<number | null>;
}

/**
 * Starts a gateway in a separate process and resolves once it listens. `preload` is loaded before
 * anything else.
 */
export const startProcess = (
  env: Record<string, string>,
  preload?: string,
): Promise<GatewayProcess> => spawnGateway(env, [...(preload ? ['--require', preload] : []), MAIN]);

/** Starts a gateway with arguments of Node.js and resolves once it listens. */
export async function spawnGateway(
  env: Record<string, string>,
  args: readonly string[],
): Promise<GatewayProcess> {
  if (!existsSync(MAIN))
    throw new Error(`${MAIN} is missing: run "npm run build" first, as "npm test" does.`);
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, ...env, LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += chunk));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('Slotgraph is listening'))
        resolve((JSON.parse(line) as { url: string }).url);
    });
    void exited.then((code) =>
      reject(new Error(`The gateway ended with ${code} before it listened: ${errors}`)),
    );
  });
  return {
    url,
    child,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    terminate() {
      child.kill('SIGTERM');
      return exited;
    },
  };
}

/** The report of `npm run attack`: see `scripts/attack.mjs`. */
export interface AttackReport {
  readonly isAlive: boolean;
  readonly client: Record<
    'before' | 'during' | 'after',
    { readonly perSecond: number; readonly failed: number; readonly errors?: readonly string[] }
  >;
  /** Null if the gateway ended. */
  readonly atEnd: { readonly rssMb: number; readonly heapMb: number } | null;
  /** Attempts by name and status; `closed` for a connection that the gateway closed. */
  readonly attack: Readonly<Record<string, number>>;
}

/** Attacks a gateway process with a heap of 512 MB. */
export async function runAttack(seconds: number): Promise<AttackReport> {
  const options = ['--seconds', String(seconds), '--calm', '3', '--heap', '512'];
  const attack = spawn(process.execPath, ['scripts/attack.mjs', ...options], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let report = '';
  attack.stdout.on('data', (chunk) => (report += chunk));
  // Its exit code also judges the ratio of throughput, which depends on the machine.
  await once(attack, 'exit');
  return JSON.parse(report) as AttackReport;
}

/** Starts `npm start` as a user does, in a separate process group. */
export async function npmStart(env: Record<string, string>) {
  const npm = spawn('npm', ['start'], {
    env: { PATH: process.env.PATH, ...env, LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const exited = once(npm, 'exit') as Promise<[number | null, string | null]>;
  let output = '';
  npm.stderr.on('data', (chunk) => (output += chunk));
  const { url, pid } = await new Promise<{ url: string; pid: number }>((resolve, reject) => {
    createInterface({ input: npm.stdout }).on('line', (line) => {
      output += `${line}\n`;
      if (line.includes('Slotgraph is listening')) resolve(JSON.parse(line));
    });
    void exited.then(() => reject(new Error(output)));
  });
  return { url, npm: npm.pid as number, gateway: pid, exited, output: () => output };
}

/**
 * Returns a free port that stays free, because it is below the range from which the system assigns
 * ports.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(15_000, 30_000);
    const server = createServer();
    const free = await new Promise((resolve) =>
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true)),
    );
    if (!free) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
