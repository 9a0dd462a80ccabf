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
export async function startProcess(
  env: Record<string, string>,
  preload?: string,
): Promise<GatewayProcess> {
  if (!existsSync(MAIN))
    throw new Error(`${MAIN} is missing: run "npm run build" first, as "npm test" does.`);
  const child = spawn(process.execPath, [...(preload ? ['--require', preload] : []), MAIN], {
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
