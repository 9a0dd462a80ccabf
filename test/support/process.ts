import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

const MAIN = 'dist/src/main.js';

export interface GatewayProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** Ends it without a word, as a power cut would. */
  kill(): Promise<void>;
  /** Asks it to end; answers its exit code. */
  terminate(): Promise<number | null>;
}

/** A gateway in a process of its own, once it listens. `preload` runs before anything else in it. */
export async function startProcess(env: Record<string, string>, preload?: string): Promise<GatewayProcess> {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is missing: run "npm run build" first, as "npm test" does.`);
  const child = spawn(process.execPath, [...(preload ? ['--require', preload] : []), MAIN], {
    env: { PATH: process.env.PATH, ...env, LOG_LEVEL: 'info' }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += chunk));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('Slotgraph is listening')) resolve((JSON.parse(line) as { url: string }).url);
    });
    void exited.then((code) => reject(new Error(`The gateway ended with ${code} before it listened: ${errors}`)));
  });
  return {
    url, child,
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

/** A port that is free and stays so: it is below those from which the system gives one to whoever asks for any. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(15_000, 30_000);
    const server = createServer();
    const free = await new Promise((resolve) => server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true)));
    if (!free) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
